import type { Instance } from '../region-state.ts'

/** Temporary credentials of an instance's role. Times are ISO 8601, UTC. */
export interface RoleCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly token: string
  readonly lastUpdated: string
  readonly expiration: string
}

/** Makes new credentials. An error with a `code` (such as `AssumeRoleUnauthorizedAccess`) is shown to the instance. */
export type MintCredentials = (instance: Instance) => Promise<RoleCredentials>

const renewBeforeMs = 30 * 60_000

/**
 * Keeps the credentials of each instance until half an hour before they expire: EC2 has new ones at least five minutes before.
 * @returns a function that gives the JSON document under `iam/security-credentials/<role>`; it throws what `mint` throws unless that
 *          has a `code`
 */
export function cacheCredentials(mint: MintCredentials, now: () => number = Date.now): (instance: Instance) => Promise<string> {
  const held = new Map<string, { readonly role: string | undefined; readonly credentials: Promise<RoleCredentials> }>()
  const isFresh = async (credentials: Promise<RoleCredentials>): Promise<boolean> =>
    credentials.then(
      ({ expiration }) => Date.parse(expiration) - now() > renewBeforeMs,
      () => false,
    )
  const get = async (instance: Instance): Promise<RoleCredentials> => {
    const present = held.get(instance.id)
    if (present?.role === instance.roleName && present !== undefined && (await isFresh(present.credentials))) return present.credentials
    // Another request may have got credentials meanwhile, and they will do.
    const latest = held.get(instance.id)
    if (latest !== present && latest !== undefined) return latest.credentials
    const credentials = mint(instance)
    held.set(instance.id, { role: instance.roleName, credentials })
    return credentials
  }
  return async (instance) => {
    try {
      return renderCredentials(await get(instance))
    } catch (error) {
      return renderRefusal(error, new Date(now()))
    }
  }
}

function renderCredentials(credentials: RoleCredentials): string {
  return JSON.stringify(
    {
      Code: 'Success',
      LastUpdated: credentials.lastUpdated,
      Type: 'AWS-HMAC',
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.token,
      Expiration: credentials.expiration,
    },
    null,
    2,
  )
}

function renderRefusal(error: unknown, at: Date): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error
  return JSON.stringify({ Code: error.code, Message: error.message, LastUpdated: at.toISOString() }, null, 2)
}
