import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import type { EC2Client } from '@aws-sdk/client-ec2'
import { TestbedError } from '../schemas/failure.ts'
import type { AwsAccess } from '../schemas/testbed.ts'
import { mostBytes, readRegularFile } from '../system/regular-file.ts'
import { cureFor } from './cures.ts'

/** What every AWS client is made with. */
export interface ClientSettings {
  readonly region: string
  readonly endpoint?: string
  readonly credentials?: Credentials
}

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The settings for an AWS SDK client: `new EC2Client(clientSettings(access, region))`. Without an endpoint the SDK finds region-wide
 *  endpoints and the user's own credentials by itself; with one it goes there, with the credentials of the file and no other.
 *  @throws TestbedError when the credentials file cannot be read */
export function clientSettings(access: AwsAccess, region: string): ClientSettings {
  return {
    region,
    ...(access.endpoint === undefined ? {} : { endpoint: access.endpoint }),
    ...(access.credentialsFile === undefined ? {} : { credentials: readCredentials(access.credentialsFile) }),
  }
}

/** Asks something with a client that was made for it, and closes the client. `options` go with every call of it.
 *  @throws TestbedError when the API does not answer, or refuses */
export async function ask<Client extends { readonly destroy: () => void }, Answer>(
  client: Client,
  access: AwsAccess,
  question: (client: Client, options: { readonly abortSignal?: AbortSignal }) => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  try {
    return await question(client, signal === undefined ? {} : { abortSignal: signal })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    const said = cause instanceof Error ? `${cause.name}: ${firstLine(cause.message)}` : String(cause)
    const hint = access.endpoint === undefined ? cureFor(said) : 'see whether the lab is up: titus-bed status'
    throw new TestbedError(`${access.endpoint ?? 'AWS'} does not answer as it should\n  ${said}`, { cause, hint })
  } finally {
    client.destroy()
  }
}

/** Asks EC2 of a region something. @throws TestbedError when EC2 does not answer, or refuses */
export async function askEc2<Answer>(
  access: AwsAccess,
  region: string,
  question: (ec2: EC2Client, options: { readonly abortSignal?: AbortSignal }) => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  const { EC2Client } = await import('@aws-sdk/client-ec2')
  return ask(new EC2Client(clientSettings(access, region)), access, question, signal)
}

/** Asks Auto Scaling of a region something. @throws TestbedError when Auto Scaling does not answer, or refuses */
export async function askAutoScaling<Answer>(
  access: AwsAccess,
  region: string,
  question: (scaling: AutoScalingClient, options: { readonly abortSignal?: AbortSignal }) => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  const { AutoScalingClient } = await import('@aws-sdk/client-auto-scaling')
  return ask(new AutoScalingClient(clientSettings(access, region)), access, question, signal)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** Reads the `default` profile of an AWS credentials file. */
function readCredentials(file: string): Credentials {
  const values = parseProfile(readText(file), 'default')
  const [accessKeyId, secretAccessKey, sessionToken] = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'].map(
    (key) => values[key],
  )
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new TestbedError(`the credentials file ${file} has no default profile with a key id and a secret`)
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

function readText(file: string): string {
  try {
    return readRegularFile(file, mostBytes.text).toString('utf8')
  } catch (cause) {
    throw new TestbedError(`the credentials file ${file} cannot be read`, {
      cause,
      hint: 'if the lab is down, raise the testbed again: titus-bed apply',
    })
  }
}

/** The keys of one section of an INI text.
 *  @see docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
export function parseProfile(text: string, profile: string): Readonly<Record<string, string | undefined>> {
  const values: Record<string, string> = {}
  let section = ''
  for (const line of text.split('\n').map((each) => each.trim())) {
    const [, name] = /^\[([^\]]+)\]/.exec(line) ?? []
    const [, key, value] = /^([^#;=][^=]*)=(.*)$/.exec(line) ?? []
    if (name !== undefined) section = name.trim().replace(/^profile\s+/, '')
    else if (section === profile && key !== undefined && value !== undefined) values[key.trim()] = value.trim()
  }
  return values
}
