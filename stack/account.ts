import { TestbedError } from '../schemas/failure.ts'
import type { AwsAccess } from '../schemas/testbed.ts'
import { clientSettings } from './aws-clients.ts'

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
  try {
    const { Account: id, Arn: identity } = await client.send(
      new GetCallerIdentityCommand({}),
      signal === undefined ? {} : { abortSignal: signal },
    )
    if (id === undefined || identity === undefined) throw new TestbedError('AWS does not say which account this is')
    return { id, identity }
  } catch (cause) {
    if (cause instanceof TestbedError || signal?.aborted === true) throw cause
    const where = access.endpoint ?? `AWS in ${region}`
    throw new TestbedError(`${where} does not accept us: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint:
        access.endpoint === undefined
          ? 'log in to AWS first: aws configure, or aws sso login'
          : 'see whether the lab is up: titus-bed status',
    })
  } finally {
    client.destroy()
  }
}

/** The first availability zone of the region that is open to the account, by name: zone letters differ from account to account.
 *  @throws TestbedError when there is none */
export async function findZone(access: AwsAccess, region: string): Promise<string> {
  const { DescribeAvailabilityZonesCommand, EC2Client } = await import('@aws-sdk/client-ec2')
  const client = new EC2Client(clientSettings(access, region))
  try {
    const filter = { Name: 'opt-in-status', Values: ['opt-in-not-required'] }
    const { AvailabilityZones = [] } = await client.send(new DescribeAvailabilityZonesCommand({ Filters: [filter] }))
    const names = AvailabilityZones.filter((zone) => zone.State === 'available').flatMap((zone) => zone.ZoneName ?? [])
    const first = names.toSorted()[0]
    if (first === undefined) throw new TestbedError(`no availability zone of ${region} is open to this account`)
    return first
  } finally {
    client.destroy()
  }
}
