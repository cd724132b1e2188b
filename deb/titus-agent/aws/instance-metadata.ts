import type { AwsCredentials } from './signature.ts'

/** The instance's own metadata service, IMDSv2. `endpoint` is AWS_EC2_METADATA_SERVICE_ENDPOINT, or the link-local address. */
export interface InstanceMetadata {
  /** The text at `path` (below `/latest/`), or undefined where there is none (404). Throws when the service does not answer. */
  readonly read: (path: string) => Promise<string | undefined>
  /** The keys of the instance's role, kept until five minutes before they end. */
  readonly credentials: () => Promise<AwsCredentials>
}

/** What an agent needs to know of its instance. */
export interface InstanceFacts {
  readonly instanceId: string
  readonly region: string
  readonly address: string
  readonly subnetId: string
  /** CIDR block of the subnet. */
  readonly subnet: string
}

const tokenSeconds = 21_600
const renewBeforeMs = 300_000
const replyMs = 5_000

/** Opens the metadata service; nothing is asked yet. */
export function openInstanceMetadata(endpoint = 'http://169.254.169.254'): InstanceMetadata {
  let token: { readonly text: string; readonly untilMs: number } | undefined
  let kept: AwsCredentials | undefined

  async function freshToken(): Promise<string> {
    if (token !== undefined && token.untilMs > Date.now()) return token.text
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': String(tokenSeconds) }
    const response = await fetch(`${endpoint}/latest/api/token`, { method: 'PUT', headers, signal: AbortSignal.timeout(replyMs) })
    if (!response.ok) throw new Error(`the metadata service gives no token: HTTP ${response.status}`)
    token = { text: await response.text(), untilMs: Date.now() + (tokenSeconds - 60) * 1_000 }
    return token.text
  }

  async function read(path: string): Promise<string | undefined> {
    const headers = { 'x-aws-ec2-metadata-token': await freshToken() }
    const response = await fetch(`${endpoint}/latest/${path}`, { headers, signal: AbortSignal.timeout(replyMs) })
    const text = await response.text()
    if (response.status === 404) return undefined
    if (response.status === 401) token = undefined
    if (!response.ok) throw new Error(`metadata ${path}: HTTP ${response.status}`)
    return text
  }

  async function credentials(): Promise<AwsCredentials> {
    if (kept?.expiresAtMs !== undefined && kept.expiresAtMs - Date.now() > renewBeforeMs) return kept
    const role = (await read('meta-data/iam/security-credentials/'))?.trim()
    const text = role ? await read(`meta-data/iam/security-credentials/${role}`) : undefined
    if (text === undefined) throw new Error('the instance has no role: its launch template lacks an instance profile')
    kept = parseInstanceCredentials(text)
    return kept
  }

  return { read, credentials }
}

/** Reads the document at `iam/security-credentials/<role>`. Throws where a key is missing. */
export function parseInstanceCredentials(text: string): AwsCredentials {
  const document = JSON.parse(text) as Partial<Record<'AccessKeyId' | 'SecretAccessKey' | 'Token' | 'Expiration', string>>
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = document
  if (!AccessKeyId || !SecretAccessKey || !Token || !Expiration) throw new Error('the metadata service gave incomplete credentials')
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiresAtMs: Date.parse(Expiration) }
}

/** Reads where the instance is. Throws when a fact is missing. */
export async function readInstanceFacts(metadata: InstanceMetadata): Promise<InstanceFacts> {
  const need = async (path: string): Promise<string> => {
    const text = (await metadata.read(path))?.trim()
    if (!text) throw new Error(`the metadata service has no ${path}`)
    return text
  }
  const [instanceId, zone, address, mac] = await Promise.all(
    ['instance-id', 'placement/availability-zone', 'local-ipv4', 'mac'].map((path) => need(`meta-data/${path}`)),
  )
  const own = `meta-data/network/interfaces/macs/${mac}`
  const [subnetId, subnet] = await Promise.all([need(`${own}/subnet-id`), need(`${own}/subnet-ipv4-cidr-block`)])
  return { instanceId: instanceId!, region: zone!.replace(/[a-z]$/, ''), address: address!, subnetId, subnet }
}
