import { TestbedError } from '../schemas/failure.ts'
import type { AwsAccess } from '../schemas/testbed.ts'
import { ask, clientSettings } from './aws-clients.ts'

/** Who acts, and on whose bill. */
export interface Account {
  /** Twelve digits. */
  readonly id: string
  /** The ARN of the user or role. */
  readonly identity: string
}

/** Asks AWS (or the lab) who we are.
 *  @throws TestbedError when nobody is logged in, or the API does not answer */
export async function describeAccount(access: AwsAccess, region: string, signal?: AbortSignal): Promise<Account> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
  const client = new STSClient(clientSettings(access, region))
  const question = new GetCallerIdentityCommand({})
  const { Account: id, Arn: identity } = await ask(client, access, async (sts, options) => sts.send(question, options), signal)
  if (id === undefined || identity === undefined) throw new TestbedError('AWS does not say which account this is')
  return { id, identity }
}

/** The first availability zone of the region that is open to the account, by name: zone letters differ from account to account.
 *  @throws TestbedError when there is none, or the API does not answer */
export async function findZone(access: AwsAccess, region: string, signal?: AbortSignal): Promise<string> {
  const { DescribeAvailabilityZonesCommand, EC2Client } = await import('@aws-sdk/client-ec2')
  const client = new EC2Client(clientSettings(access, region))
  const filter = { Name: 'opt-in-status', Values: ['opt-in-not-required'] }
  const question = new DescribeAvailabilityZonesCommand({ Filters: [filter] })
  const { AvailabilityZones = [] } = await ask(client, access, async (ec2, options) => ec2.send(question, options), signal)
  const names = AvailabilityZones.filter((zone) => zone.State === 'available').flatMap((zone) => zone.ZoneName ?? [])
  const first = names.toSorted()[0]
  if (first === undefined) throw new TestbedError(`no availability zone of ${region} is open to this account`)
  return first
}
