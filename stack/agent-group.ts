import { TestbedError } from '../schemas/failure.ts'
import type { AwsAccess } from '../schemas/testbed.ts'
import { askAutoScaling } from './aws-clients.ts'

/** Where an Auto Scaling group is, and its name. */
export interface GroupPlace {
  readonly access: AwsAccess
  readonly region: string
  readonly name: string
}

/** How many members a group has at least, should have, and may have. */
export interface Capacity {
  readonly min: number
  readonly desired: number
  readonly max: number
}

/** How many members the group should have now. @throws TestbedError when there is no such group, or the API does not answer */
export async function readCapacity(place: GroupPlace, signal?: AbortSignal): Promise<Capacity> {
  const { DescribeAutoScalingGroupsCommand } = await import('@aws-sdk/client-auto-scaling')
  const question = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [place.name] })
  const { AutoScalingGroups: [group] = [] } = await askAutoScaling(
    place.access,
    place.region,
    async (client, options) => client.send(question, options),
    signal,
  )
  if (group === undefined) throw new TestbedError(`there is no Auto Scaling group ${place.name}`, { hint: 'titus-bed apply makes it' })
  return { min: group.MinSize ?? 0, desired: group.DesiredCapacity ?? 0, max: group.MaxSize ?? 0 }
}

/** Sets how many members the group should have; that it has them is to be waited for. @throws TestbedError */
export async function writeCapacity(place: GroupPlace, { min, desired, max }: Capacity, signal?: AbortSignal): Promise<void> {
  const { UpdateAutoScalingGroupCommand } = await import('@aws-sdk/client-auto-scaling')
  const wish = new UpdateAutoScalingGroupCommand({
    AutoScalingGroupName: place.name,
    MinSize: min,
    DesiredCapacity: desired,
    MaxSize: max,
  })
  await askAutoScaling(place.access, place.region, async (client, options) => client.send(wish, options), signal)
}
