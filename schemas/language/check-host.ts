import type { LocatedScalar } from '../yaml/located-node.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { Problem } from '../problem.ts'

/** The names that a step may act from, besides `local`. */
export interface HostNames {
  readonly machines: readonly string[]
  /** A member is named by its index, all or any by a word: `agents[0]`, `agents.all`. */
  readonly groups: readonly string[]
}

/** What is wrong with the name of a host: its form; or, where the names are known, that there is none of that name, that a machine is chosen
 *  from where there is one alone, or none from a group. */
export function hostProblem({ value, place }: LocatedScalar, hosts: HostNames | undefined): Problem | undefined {
  const name = String(value)
  const [, host, selector] = /^([A-Za-z][A-Za-z0-9_-]*)(\[\d+\]|\.all|\.any)?$/.exec(name) ?? []
  const problem = { severity: 'error', place } as const
  if (host === undefined) {
    const expected = 'bastion, agents[0], agents.all, agents.any, or local'
    return { ...problem, code: 'bad-host', message: `"${name}" names no host`, expected }
  }
  if (hosts === undefined) return undefined
  if (hosts.groups.includes(host)) {
    if (selector !== undefined) return undefined
    return { ...problem, code: 'bad-host', message: `${host} is a group of machines`, expected: `${host}[0], ${host}.all or ${host}.any` }
  }
  const single = [...hosts.machines, 'local']
  if (single.includes(host)) {
    if (selector === undefined) return undefined
    const message = `${host} is one machine and no group: there is no ${name}`
    return { ...problem, code: 'bad-host', message, expected: host, hint: `write ${host} without ${selector}` }
  }
  const known = [...single, ...hosts.groups]
  return {
    ...problem,
    code: 'unknown-host',
    message: `there is no host ${host}`,
    expected: `one of ${[...hosts.machines, ...hosts.groups].join(', ')}`,
    hint: didYouMean(host, known),
  }
}
