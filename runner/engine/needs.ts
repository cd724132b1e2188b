import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Need, Scenario } from '../../schemas/scenario.ts'
import type { NewEvent } from './frame.ts'

/** A scenario of a run, and its name in the events of it. */
export interface Labelled {
  readonly scenario: Scenario
  readonly label: string
}

/** What a scenario needs, as those of the same run that it waits for. */
export interface Link {
  readonly need: Need
  /** One for each row of the needed scenario; empty when none of them is in the run. */
  readonly items: readonly Labelled[]
}

/** How the last attempt of a scenario ended, secrets in plain. */
export type Ended = Extract<NewEvent, { readonly type: 'scenario-ended' }>

/** Finds for each scenario of a run those that it waits for. Where all run several times, each round has its own. */
export function linkNeeds(labelled: readonly Labelled[]): (item: Labelled) => readonly Link[] {
  const seen = new Map<string, number>()
  const rounds = new Map<Labelled, number>()
  for (const item of labelled) {
    const key = JSON.stringify([item.scenario.file, item.scenario.name])
    const round = (seen.get(key) ?? 0) + 1
    seen.set(key, round)
    rounds.set(item, round)
  }
  const links = new Map(
    labelled.map((item) => [
      item,
      item.scenario.needs.map((need) => ({
        need,
        items: labelled.filter((other) => other.scenario.file === need.file && rounds.get(other) === rounds.get(item)),
      })),
    ]),
  )
  return (item) => links.get(item) ?? []
}

/** Why a scenario cannot run: one that it needs did not pass. @param endOf  how others ended, by their label */
export function whyHeldBack(links: readonly Link[], endOf: (label: string) => Ended | undefined): Problem | undefined {
  for (const { need, items } of links) {
    const reasons = items.length === 0 ? [`${need.file}, which is not in this run`] : items.flatMap((item) => whyNotPassed(item, endOf))
    const [message] = reasons
    if (message !== undefined) return { code: 'need-not-passed', severity: 'note', place: need.place, message: `it needs ${message}` }
  }
  return undefined
}

/** What scenarios gave that have passed, by the names that it is read by. */
export function valuesOf(links: readonly Link[], endOf: (label: string) => Ended | undefined): JsonObject {
  const values = links.map(({ need, items }) => {
    const given = items.map(({ label }): Json => endOf(label)?.outputs ?? {})
    return [need.name, need.hasRows ? given : (given[0] ?? {})] as const
  })
  return Object.fromEntries(values)
}

function whyNotPassed({ label, scenario }: Labelled, endOf: (label: string) => Ended | undefined): readonly string[] {
  const ended = endOf(label)
  const subject = `"${label}" (${scenario.file})`
  if (ended === undefined) return [`${subject}, which did not run`]
  if (ended.knownFailure !== undefined) return [`${subject}, which is known to fail: ${ended.knownFailure}`]
  if (ended.outcome === 'passed') return []
  if (ended.outcome !== 'skipped') return [`${subject}, which ${ended.outcome}`]
  return [`${subject}, which was skipped${ended.problem === undefined ? '' : `: ${ended.problem.message}`}`]
}
