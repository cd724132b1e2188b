import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startApi } from '../../../lab/api/index.ts'
import type { Api } from '../../../lab/api/index.ts'

import { query } from './signed-query.ts'
import type { Identity } from './signed-query.ts'

/** The admin that the tests start the API with. */
export const admin: Identity = { accessKeyId: 'LABADMIN', secretAccessKey: 'only/for+tests' }

export const account = '123456789012'

/** An API on loopback, with what it told of changes. */
export interface LabApi {
  readonly api: Api
  readonly stateDir: string
  /** In clear: `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  readonly changes: string[]
  stop(): Promise<void>
}

/** Starts the whole API on ports of loopback, in a folder of its own. */
export async function startLabApi(registry?: (request: unknown, response: import('node:http').ServerResponse) => void): Promise<LabApi> {
  const stateDir = await mkdtemp(join(tmpdir(), 'lab-api-'))
  const changes: string[] = []
  const api = await startApi({
    stateDir,
    region: 'eu-west-1',
    account,
    credentials: admin,
    regionSocket: 'region.sock',
    onChange: (service, action) => changes.push(`${service}:${action}`),
    front: { address: '127.0.0.1', httpsPort: 0, httpPort: 0, ...(registry && { registry }) },
  })
  const stop = async (): Promise<void> => {
    await api.stop()
    await rm(stateDir, { recursive: true })
  }
  return { api, stateDir, endpoint: `http://127.0.0.1:${api.front?.httpPort}`, changes, stop }
}

function trust(...principals: readonly object[]): string {
  return JSON.stringify({ Statement: principals.map((Principal) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })) })
}

/** Makes the three roles of the stack and a profile: `master` (everything), `withs3`, `nos3` (assumable by `master`). */
export async function makeRoles(endpoint: string): Promise<void> {
  const iam = async (parameters: Readonly<Record<string, string>>): Promise<void> => {
    const { status, text } = await query(endpoint, 'iam', admin, { Version: '2010-05-08', ...parameters })
    if (status !== 200) throw new Error(text)
  }
  const ec2 = { Service: 'ec2.amazonaws.com' }
  const roles = { master: ['*', trust(ec2)], withs3: ['s3:*', ''], nos3: ['EC2:Describe*', ''] }
  for (const [RoleName, [action, own]] of Object.entries(roles)) {
    const AssumeRolePolicyDocument = own || trust(ec2, { AWS: `arn:aws:iam::${account}:role/master` })
    await iam({ Action: 'CreateRole', RoleName, AssumeRolePolicyDocument })
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: [action], Resource: '*' }] })
    await iam({ Action: 'PutRolePolicy', RoleName, PolicyName: 'own', PolicyDocument })
    await iam({ Action: 'CreateInstanceProfile', InstanceProfileName: RoleName })
    await iam({ Action: 'AddRoleToInstanceProfile', InstanceProfileName: RoleName, RoleName })
  }
}
