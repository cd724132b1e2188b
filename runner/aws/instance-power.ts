import { explainRefusal, makeClient } from './ask-aws.ts'
import type { AwsPlace } from './ask-aws.ts'

/** What can be asked of EC2 for one instance, and the call that does it. */
const calls = { stop: 'StopInstances', start: 'StartInstances', reboot: 'RebootInstances' } as const

/** What the power switch of an instance can do. */
export type PowerOperation = keyof typeof calls

/** Asks EC2 to stop, start or reboot an instance; that it has done so is to be waited for. @throws StepError `aws`, `connection` */
export async function switchInstance(
  operation: PowerOperation,
  instanceId: string,
  place: Pick<AwsPlace, 'api' | 'region' | 'signal'>,
): Promise<void> {
  const module = await import('@aws-sdk/client-ec2')
  const client = makeClient(module, 'EC2Client', place)
  const Command = module[`${calls[operation]}Command`] as new (input: { readonly InstanceIds: string[] }) => unknown
  try {
    await client.send(new Command({ InstanceIds: [instanceId] }), { abortSignal: place.signal })
  } catch (error) {
    throw explainRefusal(error, 'ec2', calls[operation], place)
  } finally {
    client.destroy()
  }
}

/** An instance as EC2 has it. */
export interface InstanceState {
  /** `running`, `stopped`, `terminated`; `unknown` when EC2 knows it no more. */
  readonly state: string
  /** The auto scaling group that it is, or was, a member of. */
  readonly scalingGroup?: string
}

/** Asks EC2 for the state of an instance. @throws StepError when it does not say */
export async function instanceState(instanceId: string, place: Pick<AwsPlace, 'api' | 'region' | 'signal'>): Promise<InstanceState> {
  const { EC2Client, DescribeInstancesCommand } = await import('@aws-sdk/client-ec2')
  const client = makeClient({ EC2Client }, 'EC2Client', place)
  try {
    const input = { Filters: [{ Name: 'instance-id', Values: [instanceId] }] }
    const { Reservations } = (await client.send(new DescribeInstancesCommand(input), { abortSignal: place.signal })) as DescribedInstances
    const instance = Reservations?.[0]?.Instances?.[0]
    const group = instance?.Tags?.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value
    return { state: instance?.State?.Name ?? 'unknown', ...(group === undefined ? {} : { scalingGroup: group }) }
  } catch (error) {
    throw explainRefusal(error, 'ec2', 'DescribeInstances', place)
  } finally {
    client.destroy()
  }
}

interface DescribedInstances {
  readonly Reservations?: readonly { readonly Instances?: readonly DescribedInstance[] }[]
}

interface DescribedInstance {
  readonly State?: { readonly Name?: string }
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[]
}
