import { isDeepStrictEqual } from 'node:util'
import type { Check } from '../../schemas/event.ts'
import { countOf } from '../../system/count-of.ts'
import { listNames } from '../../system/list-names.ts'
import { oneLine } from './visible-text.ts'

/** One claim that does not hold, on one host, on several, or of a step on none. */
export interface CheckGroup {
  readonly check: Check
  /** Where it does not hold; empty when the step does not act from several hosts. */
  readonly hosts: readonly string[]
  /** For a person: what was looked at, where, and why it does not hold. */
  readonly message: string
}

/** Of hosts that found different things so many are told, each in a line of so many characters. */
const [shownFindings, widestFinding] = [5, 160]

/** What does not hold, each claim once: what is wrong on every machine of a group has one cause. */
export function groupChecks(checks: readonly Check[]): readonly CheckGroup[] {
  const groups: Check[][] = []
  for (const check of checks.filter(({ passed }) => !passed)) {
    const same = groups.find(([first]) => first !== undefined && isSameClaim(first, check))
    if (same === undefined) groups.push([check])
    else same.push(check)
  }
  return groups.flatMap((group) => {
    const [check] = group
    if (check === undefined) return []
    return [{ check, hosts: group.flatMap(({ host }) => host ?? []), message: tellGroup(check, group) }]
  })
}

/** Without hosts nothing is the same: that would be one claim told twice. */
function isSameClaim(a: Check, b: Check): boolean {
  if (a.host === undefined || b.host === undefined || a.host === b.host) return false
  return a.subject === b.subject && isDeepStrictEqual([a.place, a.expected], [b.place, b.expected])
}

function tellGroup({ subject }: Check, group: readonly Check[]): string {
  const hostsOf = new Map<string, string[]>()
  for (const { explanation, host } of group)
    hostsOf.set(explanation, [...(hostsOf.get(explanation) ?? []), ...(host === undefined ? [] : [host])])
  const [[explanation, hosts] = ['', []], ...others] = [...hostsOf]
  const prefix = hosts.length === 0 ? '' : `${listNames(hosts)}: `
  if (others.length === 0) return `${prefix}${subject}: ${explanation}`
  const findings = [...hostsOf].slice(0, shownFindings).map(([why, names]) => `  ${listNames(names)}: ${shorten(oneLine(why))}`)
  const more = hostsOf.size > shownFindings ? [`  … and ${countOf(hostsOf.size - shownFindings, 'other')}`] : []
  return [`${subject} does not hold on ${countOf(group.length, 'host')}`, ...findings, ...more].join('\n')
}

function shorten(text: string): string {
  return text.length <= widestFinding ? text : `${text.slice(0, widestFinding)}…`
}
