import type { LocatedScalar } from './located-node.ts'
import { didYouMean } from './nearest-name.ts'
import type { Problem } from './problem.ts'

/** What is wrong with the name of a host: its form; or, where the names of machines and groups are known, that there is none of that name. */
export function hostProblem({ value, place }: LocatedScalar, hosts: readonly string[] | undefined): Problem | undefined {
  const name = String(value)
  const machine = /^([A-Za-z][A-Za-z0-9_-]*)(\[\d+\]|\.all|\.any)?$/.exec(name)?.[1]
  if (machine === undefined) {
    const expected = 'bastion, agents[0], agents.all, agents.any, or local'
    return { code: 'bad-host', severity: 'error', place, message: `"${name}" names no host`, expected }
  }
  if (hosts === undefined || [...hosts, 'local'].includes(machine)) return undefined
  return {
    code: 'unknown-host',
    severity: 'error',
    place,
    message: `there is no host ${machine}`,
    expected: `one of ${hosts.join(', ')}`,
    hint: didYouMean(machine, [...hosts, 'local']),
  }
}
