import type { AwsAccess } from '../../schemas/testbed.ts'
import { TestbedError } from '../../schemas/failure.ts'
import { ask, clientSettings } from '../aws-clients.ts'
import { listInstances } from '../list-instances.ts'
import { processorsInUse } from './quotas.ts'
import type { QuotaClass, QuotaUse } from './quotas.ts'

/** The quotas of the account, and what of them is in use. A quota that cannot be read is warned of and judged by nobody: AWS itself still holds
 *  it, and the others are judged.
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
  const [answers, instances] = await Promise.all([
    Promise.all(classes.map(async (quota) => ({ quota, limit: await askLimit(access, region, quota, signal) }))),
    listInstances(access, region, { 'instance-state-name': ['pending', 'running'] }, signal),
  ])
  const limits = new Map<string, number>()
  const unread = new Map<string, string[]>()
  for (const { quota, limit } of answers)
    if (typeof limit === 'number') limits.set(quota.code, limit)
    else unread.set(limit.refused, [...(unread.get(limit.refused) ?? []), quota.families])
  for (const [refused, families] of unread) {
    const cure = /AccessDenied|not authorized/.test(refused) ? ': servicequotas:GetServiceQuota would let it be' : ''
    warn(`the vCPU quota of ${families.join(' and of ')} instances was not checked (${refused})${cure}`)
  }
  return { limits, used: processorsInUse(instances, testbed) }
}

/** How many processors of a class may run, or why nobody says it. */
async function askLimit(
  access: AwsAccess,
  region: string,
  { code }: QuotaClass,
  signal?: AbortSignal,
): Promise<number | { readonly refused: string }> {
  const { GetServiceQuotaCommand, ServiceQuotasClient } = await import('@aws-sdk/client-service-quotas')
  const question = new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: code })
  try {
    const { Quota } = await ask(
      new ServiceQuotasClient(clientSettings(access, region)),
      access,
      async (client, options) => client.send(question, options),
      signal,
    )
    return Quota?.Value ?? { refused: 'Service Quotas gives no value' }
  } catch (error) {
    if (!(error instanceof TestbedError)) throw error
    return { refused: error.message.split('\n').at(-1)?.trim() ?? error.message }
  }
}
