import type { StepResult } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import { eachItem } from '../../schemas/language/for-each-schema.ts'
import type { ForEach, Step } from '../../schemas/scenario.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { countOf } from '../../system/count-of.ts'
import { showOnOneLine } from '../../system/display.ts'
import { tellApart } from '../../system/tell-apart.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import type { Mask } from '../scope/mask.ts'
import { forkScope } from '../scope/scope.ts'
import type { Scope } from '../scope/scope.ts'
import { StepError, toProblem } from '../step-error.ts'
import { nothingFound } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import type { Frame } from './frame.ts'
import { isCutShort } from './outcome.ts'
import { schedule } from './schedule.ts'

/** What a step came to that is done for each item of a list, or why it is skipped: that nothing was there to do is no success. */
export type AttemptedItems = Attempt | { readonly outcome: 'skipped'; readonly reason: string }

/**
 * Does a step once for each item of a list, every one whatever becomes of the others. Each is told as a step inside of it, in a scope of its
 * own. What they capture is defined as lists; when not all hold, as lists of what those captured that do, so that it can be cleared away.
 *
 * @param step  its condition stands for each item where it reads it, otherwise it was asked already
 */
export async function attemptItems(step: Step, forEach: ForEach, path: readonly number[], frame: Frame): Promise<AttemptedItems> {
  try {
    const items = await listItems(forEach, frame)
    const names = nameItems(forEach.name, items, frame.run.mask)
    const { forEach: _list, while: _polled, if: condition, ...single } = step
    const inner: Step = condition !== undefined && isOfItem(step) ? { ...single, if: condition } : single
    const results: StepResult[] = []
    const found: Json[] = items.map(() => null)
    const scopes = items.map(() => forkScope(frame.scope, frame.run.mask))
    await schedule([...items.entries()], { parallel: forEach.parallel, isExclusive: () => false }, async ([index, item]) => {
      const scope = scopes[index] ?? frame.scope
      scope.define(forEach.name, item)
      const keep: Frame['found'] = (_path, finding) => (found[index] = finding.result)
      const own = { ...frame, scope, within: [...frame.within, step.name], found: keep }
      results[index] = await frame.runStep({ ...inner, name: names[index] ?? '' }, [...path, index], own)
    })
    return combineItems(step, results, found, defineLists(scopes, results, step, frame))
  } catch (error) {
    return { ...nothingFound, problem: toProblem(error, step.place) }
  }
}

/** Whether the condition of a step is asked for each item anew. */
export function isOfItem({ if: condition, forEach }: Pick<Step, 'if' | 'forEach'>): boolean {
  return forEach !== undefined && condition?.roots.includes(forEach.name) === true
}

async function listItems({ list }: ForEach, frame: Frame): Promise<readonly Json[]> {
  const items = await evaluateValue(list, frame.scope, frame.run.evaluator.under(frame.signal))
  const { place } = list
  if (!Array.isArray(items)) throw new StepError('no-items', 'forEach is given what is no list', { place })
  if (items.length === 0)
    throw new StepError('no-items', 'forEach is given an empty list: nothing would be shown', {
      place,
      hint: 'if that may be, leave the step out: `if:` with the list',
    })
  if (items.length > eachItem.most)
    throw new StepError('no-items', `forEach is given ${countOf(items.length, 'item')}, more than ${eachItem.most}`, { place })
  return items as readonly Json[]
}

/** `job: nginx`, as rows of a matrix are named; all different, and masked before they are cut. An object goes by the name or id that it has. */
function nameItems(name: string, items: readonly Json[], mask: Mask): readonly string[] {
  const shown = items.map((item) => showOnOneLine(mask.text(textOf(item))))
  return tellApart(shown.map((text) => `${name}: ${text.length > mostOfName ? `${text.slice(0, mostOfName)}…` : text}`))
}

function textOf(item: Json): string {
  if (typeof item === 'string') return item
  const { name, id } = isObject(item) ? item : {}
  return [name, id].find((value) => typeof value === 'string') ?? renderJson(item)
}

/** The most of an item that its name shows, in characters. */
const mostOfName = 60

/** Defines what was captured for each item, or for those that hold, as lists around the step. @returns why one could not be */
function defineLists(scopes: readonly Scope[], results: readonly StepResult[], step: Step, { scope }: Frame): string | undefined {
  const allHold = results.every(({ outcome }) => outcome === 'passed' || outcome === 'skipped')
  // A soft step is gone on after: a list with gaps that nobody sees must not be taken for a whole one.
  if (!allHold && step.soft) return undefined
  const kept = allHold ? scopes : scopes.filter((_, index) => results[index]?.outcome === 'passed')
  const names = new Set(kept.flatMap(({ variables }) => Object.keys(variables)))
  names.delete(step.forEach?.name ?? '')
  for (const name of names) {
    if (Object.hasOwn(scope.variables, name)) continue
    const values = kept.map(({ variables }) => variables[name] ?? null)
    try {
      scope.define(
        name,
        values,
        kept.some((own) => own.secretNames().includes(name)),
      )
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return error.message
    }
  }
  return undefined
}

function combineItems(step: Step, results: readonly StepResult[], found: readonly Json[], undefinable: string | undefined): AttemptedItems {
  const decisive =
    results.find(({ outcome, problem }) => outcome === 'errored' || isCutShort(problem)) ??
    results.find(({ outcome }) => outcome === 'failed')
  const { place } = step
  if (decisive !== undefined) {
    const outcome = decisive.outcome === 'failed' ? 'failed' : 'errored'
    const why = decisive.problem?.message ?? decisive.checks.find(({ passed }) => !passed)?.explanation ?? ''
    const code = outcome === 'errored' ? (decisive.problem?.code ?? 'nested') : 'nested'
    const problem = { code, severity: 'error', place, message: `"${decisive.name}" ${outcome}: ${why}` } as const
    return { ...nothingFound, outcome, problem, cause: { path: decisive.path, name: decisive.name }, result: found }
  }
  if (results.every(({ outcome }) => outcome === 'skipped'))
    return { outcome: 'skipped', reason: results[0]?.problem?.message ?? 'every item was skipped' }
  if (undefinable !== undefined) return { ...nothingFound, problem: { code: 'capture', severity: 'error', place, message: undefinable } }
  return { ...nothingFound, outcome: 'passed', result: found }
}
