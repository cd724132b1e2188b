import type { AwsAccess } from '../schemas/testbed.ts'
import { askEc2 } from './aws-clients.ts'
import { listInstances } from './list-instances.ts'

/** Where instances are. */
export interface PowerPlace {
  readonly access: AwsAccess
  readonly region: string
}

/** Asks EC2 to stop or to start an instance; that it has done so is to be waited for. @throws TestbedError */
export async function switchInstance(
  to: 'stop' | 'start',
  instanceId: string,
  { access, region }: PowerPlace,
  signal?: AbortSignal,
): Promise<void> {
  const { StartInstancesCommand, StopInstancesCommand } = await import('@aws-sdk/client-ec2')
  const InstanceIds = [instanceId]
  await askEc2(
    access,
    region,
    async (client, options) => {
      if (to === 'stop') await client.send(new StopInstancesCommand({ InstanceIds }), options)
      else await client.send(new StartInstancesCommand({ InstanceIds }), options)
    },
    signal,
  )
}

/** The states of instances as EC2 has them: `running`, `stopping`, `stopped`, …; `terminated` is also one that it does not know any more.
 *  @throws TestbedError when it does not say */
export async function instanceStates(
  instanceIds: readonly string[],
  { access, region }: PowerPlace,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = await listInstances(access, region, { 'instance-id': instanceIds }, signal)
  const known = new Map(found.map(({ InstanceId, State }) => [InstanceId ?? '', State?.Name ?? '']))
  return new Map(instanceIds.map((id) => [id, known.get(id) ?? 'terminated']))
}
