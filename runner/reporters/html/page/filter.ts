import type { PageScenario, PageStep } from '../page-data.ts'
import { treeOf } from './model.ts'
import type { StepNode } from './model.ts'

/** What is asked for: words that must all be there, and one of the ways that things can stand. */
export interface Query {
  readonly words: string
  readonly show: Show
}

/** `red`: what did not pass; `warned`: what passed and is to be looked at. */
export type Show = 'all' | 'red' | 'skipped' | 'warned'

/** Everything. */
export const everything: Query = { words: '', show: 'all' }

/** What of a scenario is shown: nothing, all of it, or those of its steps whose addresses are in the set. */
export type Shown = 'none' | 'all' | ReadonlySet<string>

/** What of a scenario a query asks for. Steps around one that is asked for are shown with it, and all steps of a scenario whose name is. */
export function shownOf(scenario: PageScenario, files: readonly string[], { words, show }: Query): Shown {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (!isScenarioIn(scenario, show)) return 'none'
  const { name, owner, description, cell } = scenario
  const own = textOf([name, files[scenario.file], owner, description, cell, scenario.outcome, scenario.problem?.message])
  if (wanted.every((word) => own.includes(word))) return 'all'
  const shown = new Set<string>()
  for (const node of treeOf(scenario)) collect(node, wanted, own, shown)
  return shown.size === 0 ? 'none' : shown
}

function collect({ step, id, inner }: StepNode, wanted: readonly string[], around: string, shown: Set<string>): boolean {
  const text = `${around}\n${textOfStep(step)}`
  const isWanted = wanted.every((word) => text.includes(word))
  const holdsWanted = inner.map((node) => collect(node, isWanted ? [] : wanted, around, shown)).some(Boolean)
  if (!isWanted && !holdsWanted) return false
  shown.add(id)
  return true
}

function isScenarioIn({ outcome, flaky, knownFailure, steps }: PageScenario, show: Show): boolean {
  if (show === 'all') return true
  if (show === 'red') return outcome === 'failed' || outcome === 'errored'
  if (show === 'skipped') return outcome === 'skipped' || steps.some(({ standing }) => standing === 'skipped')
  const isWarned = ({ warnings, standing }: PageStep) => warnings !== undefined || standing === 'soft' || standing === 'known'
  return flaky !== undefined || knownFailure !== undefined || steps.some(isWarned)
}

function textOfStep({ name, kind, host, standing, checks = [], problem, warnings = [] }: PageStep): string {
  const claims = checks.flatMap(({ subject, failed }) => [subject, failed?.explanation, failed?.actual])
  return textOf([name, kind, host, standing, problem?.message, problem?.code, ...warnings, ...claims])
}

function textOf(parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase()
}
