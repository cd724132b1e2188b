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
