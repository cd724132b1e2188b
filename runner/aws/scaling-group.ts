import { explainRefusal, makeClient } from './ask-aws.ts'
import type { AwsPlace } from './ask-aws.ts'

/** Whether an auto scaling group has as many healthy members in service as it is to have; a group that is no more lacks none. @throws StepError when AWS does not say */
export async function isGroupWhole(name: string, place: Pick<AwsPlace, 'api' | 'region' | 'signal'>): Promise<boolean> {
  const { AutoScalingClient, DescribeAutoScalingGroupsCommand } = await import('@aws-sdk/client-auto-scaling')
  const client = makeClient({ AutoScalingClient }, 'AutoScalingClient', place)
  try {
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })
    const { AutoScalingGroups } = (await client.send(command, { abortSignal: place.signal })) as DescribedGroups
    const { DesiredCapacity = 0, Instances = [] } = AutoScalingGroups?.[0] ?? {}
    const healthy = Instances.filter(({ LifecycleState, HealthStatus }) => LifecycleState === 'InService' && HealthStatus === 'Healthy')
    return healthy.length >= DesiredCapacity
  } catch (error) {
    throw explainRefusal(error, 'autoscaling', 'DescribeAutoScalingGroups', place)
  } finally {
    client.destroy()
  }
}

interface DescribedGroups {
  readonly AutoScalingGroups?: readonly {
    readonly DesiredCapacity?: number
    readonly Instances?: readonly { readonly LifecycleState?: string; readonly HealthStatus?: string }[]
  }[]
}
