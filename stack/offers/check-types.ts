import type { Cluster } from '../../schemas/cluster.ts'
import { vpcLimits } from '../../schemas/cluster-rules/instance-types.ts'
import type { Flaw } from '../../schemas/flaw.ts'
import { architectureOf, machineImage } from '../../schemas/images.ts'
import { countOf } from '../../system/count-of.ts'
import type { Offers } from './offers.ts'
import { wantedTypes } from './wanted-types.ts'
import type { WantedType } from './wanted-types.ts'

/** What EC2 says of the instance types against what the stack and the VPC driver take for granted. Types that EC2 does not have are not
 *  judged here: see `choose-zone.ts`. */
export function checkTypes(cluster: Cluster, types: Offers['types']): readonly Flaw[] {
  return [...wantedTypes(cluster).flatMap((wanted) => checkArchitecture(cluster, wanted, types)), ...checkLimits(cluster, types)]
}

function checkArchitecture({ image }: Cluster, { path, type }: WantedType, types: Offers['types']): readonly Flaw[] {
  const facts = types.get(type)
  const asked = architectureOf(type)
  if (facts === undefined || facts.architectures.includes(asked)) return []
  const has = facts.architectures.join(', ')
  const message = `${path.join('.')}: ${type} is ${has} as AWS says, and would boot ${machineImage(image).called} for ${asked}`
  return [{ code: 'image-architecture', path, ofKey: false, message, expected: `a type that is ${asked}`, hint: 'choose another type' }]
}

/** The driver hands out addresses by its own table; what AWS does not give would fail on the agent, task by task. */
function checkLimits({ agents }: Cluster, types: Offers['types']): readonly Flaw[] {
  const type = agents.instanceType
  const [facts, driver] = [types.get(type), vpcLimits(type)]
  if (facts === undefined || driver === undefined) return []
  if (facts.interfaces >= driver.interfaces && facts.addressesPerInterface >= driver.addressesPerInterface) return []
  const path = ['agents', 'instanceType']
  const counted = tellLimits(driver)
  const message = `agents.instanceType: AWS gives ${type} ${tellLimits(facts)}, and the VPC driver counts on ${counted}`
  return [{ code: 'instance-type-limits', path, ofKey: false, message, expected: `at least ${counted}`, hint: 'choose another type' }]
}

function tellLimits({
  interfaces,
  addressesPerInterface,
}: {
  readonly interfaces: number
  readonly addressesPerInterface: number
}): string {
  return `${countOf(interfaces, 'interface')} of ${countOf(addressesPerInterface, 'address', 'addresses')}`
}
