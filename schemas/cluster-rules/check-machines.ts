import type { ClusterCheck } from './cluster-check.ts'
import { machineNames } from '../roles/index.ts'
import { instanceTypes, vpcLimits } from './instance-types.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { Place, Problem } from '../problem.ts'

/** The instance types of the single machines are well formed. */
export const checkMachines: ClusterCheck = ({ machines }, placeOf) =>
  machineNames.flatMap((name) =>
    machineType(machines[name].instanceType, `machines.${name}.instanceType`, placeOf(['machines', name, 'instanceType'])),
  )

/** The instance type of the agents is one that the VPC driver knows, and their capacity is in order. */
export const checkAgents: ClusterCheck = ({ agents }, placeOf) => {
  const { min, desired, max } = agents.capacity
  return [
    ...agentType(agents.instanceType, 'agents.instanceType', placeOf(['agents', 'instanceType'])),
    ...(min > desired ? [outOfOrder('min', min, 'desired', desired, placeOf(['agents', 'capacity', 'min']))] : []),
    ...(desired > max ? [outOfOrder('desired', desired, 'max', max, placeOf(['agents', 'capacity', 'desired']))] : []),
  ]
}

/** What is wrong with the instance type of a single machine: only its form is known. */
function machineType(type: string, subject: string, place: Place): readonly Problem[] {
  if (/^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|xlarge|\d+xlarge|metal(-\d+xl)?)$/.test(type)) return []
  return [
    {
      code: 'bad-instance-type',
      severity: 'error',
      place,
      message: `${subject}: ${type} is no EC2 instance type`,
      expected: 'family.size, such as t3.medium',
    },
  ]
}

/** What is wrong with the instance type of the agents: the VPC driver has to know it. */
function agentType(type: string, subject: string, place: Place): readonly Problem[] {
  if (vpcLimits(type) !== undefined) return []
  const known = Object.keys(instanceTypes)
  const families = [...new Set(known.map((name) => name.split('.')[0] ?? name))]
  const family = type.split('.')[0] ?? type
  const sizes = known.filter((name) => name.startsWith(`${family}.`))
  const panic = families.includes(family) ? `Unknown subtype for family: ${family}` : `Unknown family: ${family}`
  const message = `${subject}: the VPC driver does not know ${sizes.length === 0 ? family : type} (panic: ${panic})`
  const hint = didYouMean(type, known)
  const expected = (sizes.length === 0 ? known : sizes).join(', ')
  return [
    {
      code: 'unknown-instance-type',
      severity: 'error',
      place,
      message,
      expected: `one of ${expected}`,
      hint,
    },
  ]
}

function outOfOrder(low: string, lowValue: number, high: string, highValue: number, place: Place): Problem {
  const message = `agents.capacity: ${low} ${lowValue} is more than ${high} ${highValue}`
  return { code: 'capacity-order', severity: 'error', place, message, expected: 'min <= desired <= max' }
}
