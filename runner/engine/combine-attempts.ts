import type { Attempt } from './attempt.ts'

/** What attempts on several hosts come to when the step must hold on every one. Captures become lists, in the order of the hosts.
 *  @param hosts  their names, in the order of the attempts */
export function combineAttempts(hosts: readonly string[], attempts: readonly Attempt[]): Attempt {
  const checks = attempts.flatMap((attempt, index) =>
    attempt.checks.map((check) => ({ ...check, subject: `${hosts[index]}: ${check.subject}` })),
  )
  const errored = attempts.find(({ outcome }) => outcome === 'errored')
  const problems = attempts.flatMap(({ problem }, index) => (problem === undefined ? [] : [`${hosts[index]}: ${problem.message}`]))
  return {
    outcome: errored !== undefined ? 'errored' : attempts.some(({ outcome }) => outcome === 'failed') ? 'failed' : 'passed',
    checks,
    ...(errored?.problem === undefined ? {} : { problem: { ...errored.problem, message: problems.join('\n') } }),
    result: Object.fromEntries(attempts.map(({ result }, index) => [hosts[index], result ?? null])),
    host: hosts.join(', '),
    unreachable: errored !== undefined && attempts.every((attempt) => attempt.outcome !== 'errored' || attempt.unreachable),
    timedOut: attempts.some(({ timedOut }) => timedOut),
    captures: (attempts[0]?.captures ?? []).map((_, index) => attempts.map(({ captures }) => captures[index] ?? null)),
  }
}

/** The first attempt that passes, host after host; when none does, what all of them came to. */
export async function firstThatHolds(hosts: readonly string[], attemptOn: (host: string) => Promise<Attempt>): Promise<Attempt> {
  const attempts: Attempt[] = []
  for (const host of hosts) {
    const attempt = await attemptOn(host)
    if (attempt.outcome === 'passed') return attempt
    attempts.push(attempt)
  }
  return combineAttempts(hosts, attempts)
}
