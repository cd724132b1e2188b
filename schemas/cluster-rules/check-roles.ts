import type { ClusterCheck, ClusterFlaw } from './cluster-check.ts'
import type { Cluster } from '../cluster.ts'
import { listNames } from '../../system/list-names.ts'
import { didYouMean } from '../../system/nearest-name.ts'

/** For so many unknown names the one that was meant is looked for: each is compared with all others. */
const mostHints = 20

/** Exactly one role belongs to the machines, every role can be taken by someone, and the references lead somewhere and end. */
export const checkRoles: ClusterCheck = ({ roles }) => {
  const names = Object.keys(roles)
  const problems: ClusterFlaw[] = []
  const machineRoles = names.filter((name) => roles[name]?.service === 'ec2')
  if (machineRoles.length === 0) {
    const hint = 'add service: ec2 to the role that the machines take'
    problems.push({
      code: 'no-machine-role',
      path: ['roles'],
      ofKey: true,
      needs: names.map((name) => ['roles', name, 'service']),
      message: 'no role has service: ec2',
      expected: 'exactly one role for the machines',
      hint,
    })
  }
  for (const extra of machineRoles.slice(1)) {
    const message = `roles.${extra} has service: ec2, and so has roles.${machineRoles[0]}`
    problems.push({
      code: 'several-machine-roles',
      path: ['roles', extra, 'service'],
      ofKey: true,
      message,
      expected: 'exactly one role for the machines',
    })
  }
  const cycles = findCycles(roles)
  let unknown = 0
  for (const name of names) {
    const { assumedBy, service } = roles[name] ?? { allow: [] }
    if (typeof assumedBy !== 'string') {
      if (service !== undefined) continue
      const message = `nothing may take roles.${name}`
      problems.push({
        code: 'role-without-taker',
        path: ['roles', name],
        ofKey: true,
        needs: [
          ['roles', name, 'service'],
          ['roles', name, 'assumedBy'],
        ],
        message,
        expected: 'service: ec2, or assumedBy: the name of another role',
      })
    } else if (!Object.hasOwn(roles, assumedBy)) {
      unknown += 1
      const others = unknown > mostHints ? names : names.filter((other) => other !== name)
      problems.push({
        code: 'unknown-role',
        path: ['roles', name, 'assumedBy'],
        ofKey: false,
        message: `roles.${name} is assumed by ${assumedBy}, which is no role`,
        expected: others.length === 0 ? 'the name of another role' : `one of ${listNames(others)}`,
        hint: unknown > mostHints ? undefined : didYouMean(assumedBy, others),
      })
    } else {
      const cycle = cycles.get(name)
      if (cycle === undefined) continue
      const message = `${[...cycle, name].join(' is assumed by ')}: no one can begin`
      problems.push({
        code: 'role-cycle',
        path: ['roles', name, 'assumedBy'],
        ofKey: false,
        message,
        expected: 'references that end at a role with service: ec2',
      })
    }
  }
  return problems
}

/** The cycles among the roles, each by the first of its roles in the file: it is told once, there. Each role is looked at once. */
function findCycles(roles: Cluster['roles']): ReadonlyMap<string, readonly string[]> {
  const order = new Map(Object.keys(roles).map((name, index) => [name, index]))
  const cycles = new Map<string, readonly string[]>()
  const seen = new Set<string>()
  for (const start of order.keys()) {
    const way: string[] = []
    let name: string | undefined = start
    for (; name !== undefined && order.has(name) && !seen.has(name); name = roles[name]?.assumedBy) {
      seen.add(name)
      way.push(name)
    }
    const begin = name === undefined ? -1 : way.lastIndexOf(name)
    if (begin < 0) continue
    const cycle = way.slice(begin)
    const first = cycle.reduce((one, other) => ((order.get(other) ?? 0) < (order.get(one) ?? 0) ? other : one))
    cycles.set(first, [...cycle.slice(cycle.indexOf(first)), ...cycle.slice(0, cycle.indexOf(first))])
  }
  return cycles
}
