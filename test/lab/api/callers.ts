import { EC2Client } from '@aws-sdk/client-ec2'
import { S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts'

import { account } from './lab-api.ts'
import type { Identity } from './signed-query.ts'

/** The code of the error that a call ends with, `ok` without one. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ok',
    (error: { readonly name: string }) => error.name,
  )
}

/** Clients of an API for any identity, and a way to take on a role. */
export interface Callers {
  readonly ec2: (identity: Identity) => EC2Client
  readonly s3: (identity: Identity) => S3Client
  readonly sts: (identity: Identity) => STSClient
  readonly assume: (role: string, by: Identity, more?: Partial<AssumeRoleCommandInput>) => Promise<Identity>
}

/** Makes the callers of the API at an endpoint. */
export function callersOf(endpoint: string): Callers {
  const configuration = (credentials: Identity) => ({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 })
  const sts = (identity: Identity): STSClient => new STSClient(configuration(identity))
  return {
    ec2: (identity) => new EC2Client(configuration(identity)),
    s3: (identity) => new S3Client({ ...configuration(identity), forcePathStyle: true }),
    sts,
    assume: async (role, by, more) => {
      const RoleArn = `arn:aws:iam::${account}:role/${role}`
      const { Credentials } = await sts(by).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test', ...more }))
      if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken) throw new Error('no credentials')
      return {
        accessKeyId: Credentials.AccessKeyId,
        secretAccessKey: Credentials.SecretAccessKey,
        sessionToken: Credentials.SessionToken,
      }
    },
  }
}
