import type { ClusterCheck, ClusterFlaw } from './cluster-check.ts'
import type { Cluster } from '../cluster.ts'
import { didYouMean } from '../../system/nearest-name.ts'

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
      const others = names.filter((other) => other !== name)
      problems.push({
        code: 'unknown-role',
        path: ['roles', name, 'assumedBy'],
        ofKey: false,
        message: `roles.${name} is assumed by ${assumedBy}, which is no role`,
        expected: others.length === 0 ? 'the name of another role' : `one of ${others.join(', ')}`,
        hint: didYouMean(assumedBy, others),
      })
    } else {
      const cycle = cycleFrom(name, roles)
      // A cycle is told once, at the first of its roles.
      if (cycle === undefined || names.findIndex((other) => cycle.includes(other)) !== names.indexOf(name)) continue
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

function cycleFrom(start: string, roles: Cluster['roles']): readonly string[] | undefined {
  const seen = new Set<string>()
  let name: string | undefined = start
  while (name !== undefined && !seen.has(name)) {
    seen.add(name)
    name = roles[name]?.assumedBy
  }
  return name === start ? [...seen] : undefined
}
