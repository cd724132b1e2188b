import type { LocatedScalar } from '../yaml/located-node.ts'
import type { Problem } from '../problem.ts'
import { isRefused, resolveHost } from '../resolve-host.ts'
import type { HostNames } from '../resolve-host.ts'

/** What is wrong with the name of a host: that there is none of that name; or, where no names are known, its form. */
export function hostProblem({ value, place }: LocatedScalar, hosts: HostNames | undefined): Problem | undefined {
  const name = String(value)
  if (hosts === undefined) {
    if (/^[A-Za-z][A-Za-z0-9_-]*(\[\d+\]|\.all|\.any)?$/.test(name)) return undefined
    const expected = 'the name of a machine, such as bastion, agents[0], agents.all, agents.any, all, or local'
    return { severity: 'error', place, code: 'bad-host', message: `"${name}" names no host`, expected }
  }
  const resolved = resolveHost(name, hosts, { local: true, several: true })
  return isRefused(resolved) ? { severity: 'error', place, ...resolved } : undefined
}
