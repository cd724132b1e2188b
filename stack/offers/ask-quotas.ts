import type { AwsAccess } from '../../schemas/testbed.ts'
import { TestbedError } from '../../schemas/failure.ts'
import { ask, clientSettings } from '../aws-clients.ts'
import { listInstances } from '../list-instances.ts'
import { processorsInUse } from './quotas.ts'
import type { QuotaClass, QuotaUse } from './quotas.ts'

/** The quotas of the account, and what of them is in use. Whoever may not read quotas is warned, not stopped: AWS itself still holds them.
 *  @param testbed  the name of the testbed whose own machines do not count
 *  @throws TestbedError when EC2 does not answer, or refuses */
export async function askQuotas(
  access: AwsAccess,
  region: string,
  classes: readonly QuotaClass[],
  testbed: string,
  warn: (line: string) => void,
  signal?: AbortSignal,
): Promise<QuotaUse> {
  const [limits, instances] = await Promise.all([
    askLimits(access, region, classes, signal).catch((error: unknown) => {
      if (!(error instanceof TestbedError)) throw error
      const said = error.message.split('\n').at(-1)?.trim()
      warn(`the vCPU quota of the account was not checked (${said}): servicequotas:GetServiceQuota would let it be`)
      return new Map<string, number>()
    }),
    listInstances(access, region, { 'instance-state-name': ['pending', 'running'] }, signal),
  ])
  return { limits, used: processorsInUse(instances, testbed) }
}

async function askLimits(
  access: AwsAccess,
  region: string,
  classes: readonly QuotaClass[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const { GetServiceQuotaCommand, ServiceQuotasClient } = await import('@aws-sdk/client-service-quotas')
  const all = async (client: InstanceType<typeof ServiceQuotasClient>, options: object) =>
    Promise.all(
      classes.map(async ({ code }) => {
        const { Quota } = await client.send(new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: code }), options)
        return Quota?.Value === undefined ? [] : [[code, Quota.Value] as const]
      }),
    )
  return new Map((await ask(new ServiceQuotasClient(clientSettings(access, region)), access, all, signal)).flat())
}
