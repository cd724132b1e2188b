import type { ClusterCheck, ClusterFlaw } from './cluster-check.ts'
import { machineNames } from '../roles/index.ts'
import { instanceTypes, vpcLimits } from './instance-types.ts'
import { didYouMean } from '../../system/nearest-name.ts'

/** The instance types of the single machines are well formed. */
export const checkMachines: ClusterCheck = ({ machines }) =>
  machineNames.flatMap((name) => machineType(machines[name].instanceType, ['machines', name, 'instanceType']))

/** The instance type of the agents is one that the VPC driver knows. */
export const checkAgentType: ClusterCheck = ({ agents }) => agentType(agents.instanceType, ['agents', 'instanceType'])

/** The capacity of the agents is in order. */
export const checkCapacity: ClusterCheck = ({ agents }) => {
  const { min, desired, max } = agents.capacity
  return [
    ...(min > desired ? [outOfOrder(['min', min], ['desired', desired])] : []),
    ...(desired > max ? [outOfOrder(['desired', desired], ['max', max])] : []),
    // This finding follows from the two above, and is told only where one of them is not.
    ...(min > max && !(min > desired && desired > max) ? [outOfOrder(['min', min], ['max', max])] : []),
  ]
}

/** What is wrong with the instance type of a single machine: only its form is known. */
function machineType(type: string, path: readonly string[]): readonly ClusterFlaw[] {
  if (/^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|xlarge|\d+xlarge|metal(-\d+xl)?)$/.test(type)) return []
  return [
    {
      code: 'bad-instance-type',
      path,
      ofKey: false,
      message: `${path.join('.')}: ${type} is no EC2 instance type`,
      expected: 'family.size, such as t3.medium',
    },
  ]
}

/** What is wrong with the instance type of the agents: the VPC driver has to know it. */
function agentType(type: string, path: readonly string[]): readonly ClusterFlaw[] {
  if (vpcLimits(type) !== undefined) return []
  const known = Object.keys(instanceTypes)
  const families = [...new Set(known.map((name) => name.split('.')[0] ?? name))]
  const family = type.split('.')[0] ?? type
  const sizes = known.filter((name) => name.startsWith(`${family}.`))
  const panic = families.includes(family) ? `Unknown subtype for family: ${family}` : `Unknown family: ${family}`
  const message = `${path.join('.')}: the VPC driver does not know ${sizes.length === 0 ? family : type} (panic: ${panic})`
  const hint = didYouMean(type, known)
  const expected = (sizes.length === 0 ? known : sizes).join(', ')
  return [
    {
      code: 'unknown-instance-type',
      path,
      ofKey: false,
      message,
      expected: `one of ${expected}`,
      hint,
    },
  ]
}

function outOfOrder([low, lowValue]: readonly [string, number], [high, highValue]: readonly [string, number]): ClusterFlaw {
  const capacity = ['agents', 'capacity']
  const message = `agents.capacity: ${low} ${lowValue} is more than ${high} ${highValue}`
  const at = { path: [...capacity, low], ofKey: false, needs: [[...capacity, high]] }
  return { code: 'capacity-order', ...at, message, expected: 'min <= desired <= max' }
}
