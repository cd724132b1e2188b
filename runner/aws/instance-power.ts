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

/** The state of an instance as EC2 has it: `running`, `stopped`. @throws StepError when it does not say */
export async function instanceState(instanceId: string, place: Pick<AwsPlace, 'api' | 'region' | 'signal'>): Promise<string> {
  const { EC2Client, DescribeInstancesCommand } = await import('@aws-sdk/client-ec2')
  const client = makeClient({ EC2Client }, 'EC2Client', place)
  try {
    const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }), { abortSignal: place.signal })
    const [instance] = (Reservations as readonly { Instances?: readonly { State?: { Name?: string } }[] }[])[0]?.Instances ?? []
    return instance?.State?.Name ?? 'unknown'
  } catch (error) {
    throw explainRefusal(error, 'ec2', 'DescribeInstances', place)
  } finally {
    client.destroy()
  }
}
