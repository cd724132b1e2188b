import { listNames } from '../../system/list-names.ts'
import type { Attempt } from './attempt.ts'

/** What attempts on several hosts come to when the step must hold on every one. Captures become lists, in the order of the hosts.
 *  @param hosts  their names, in the order of the attempts */
export function combineAttempts(hosts: readonly string[], attempts: readonly Attempt[]): Attempt {
  const checks = attempts.flatMap((attempt, index) => attempt.checks.map((check) => ({ ...check, host: hosts[index] ?? '' })))
  const errored = attempts.find(({ outcome }) => outcome === 'errored')
  return {
    outcome: errored !== undefined ? 'errored' : attempts.some(({ outcome }) => outcome === 'failed') ? 'failed' : 'passed',
    checks,
    ...(errored?.problem === undefined ? {} : { problem: { ...errored.problem, message: joinMessages(hosts, attempts) } }),
    result: Object.fromEntries(attempts.map(({ result }, index) => [hosts[index], result ?? null])),
    host: hosts.join(', '),
    unreachable: errored !== undefined && attempts.every((attempt) => attempt.outcome !== 'errored' || attempt.unreachable),
    unanswered: errored !== undefined && attempts.every((attempt) => attempt.outcome !== 'errored' || attempt.unanswered),
    timedOut: attempts.some(({ timedOut }) => timedOut),
    ...sightsOf(attempts),
    captures: (attempts[0]?.captures ?? []).map((_, index) => attempts.map(({ captures }) => captures[index] ?? null)),
  }
}

function sightsOf(attempts: readonly Attempt[]): Pick<Attempt, 'sights'> {
  const sights = attempts.flatMap((attempt) => attempt.sights ?? [])
  return sights.length === 0 ? {} : { sights }
}

/** What is the same on several hosts is told once. */
function joinMessages(hosts: readonly string[], attempts: readonly Attempt[]): string {
  const hostsOf = new Map<string, string[]>()
  for (const [index, { problem }] of attempts.entries())
    if (problem !== undefined) hostsOf.set(problem.message, [...(hostsOf.get(problem.message) ?? []), hosts[index] ?? ''])
  return [...hostsOf].map(([message, names]) => `${listNames(names)}: ${message}`).join('\n')
}

/** The first attempt that passes, host after host; when none does, what all of them came to. */
export async function firstThatHolds(hosts: readonly string[], attemptOn: (host: string) => Promise<Attempt>): Promise<Attempt> {
  const attempts: Attempt[] = []
  for (const host of hosts) {
    const attempt = await attemptOn(host)
    if (attempt.outcome === 'passed') return { ...attempt, ...sightsOf([...attempts, attempt]) }
    attempts.push(attempt)
  }
  return combineAttempts(hosts, attempts)
}
