import type { AddressRecord } from '../task/record.ts'

/** The request as far as the proxy looks at it. `path` is without the query. */
export interface MetadataRequest {
  readonly method: string
  readonly path: string
}

/** What to answer: at once, with the job role's credentials, or with what the instance's own metadata service says to `path`. */
export type MetadataAnswer =
  | { readonly kind: 'reply'; readonly status: number; readonly body: string; readonly location?: string; readonly contentType?: string }
  | { readonly kind: 'credentials' }
  | { readonly kind: 'forward'; readonly path: string }

/** The real proxy's words, its own spelling. */
export const deniedText = 'HTTP Proxy denied due to Netflix AWS Metdata proxy whitelist failure'

/**
 * Paths (below `/latest`) that are asked of the instance's own metadata service. The real whitelist also has `user-data`; at that version it
 * is not read at start-up, so that it denies. Here `user-data` stays denied: an agent's user data are none of a task's business.
 */
const forwarded = [
  /^\/meta-data\/placement\/(availability-zone(-id)?|region)$/,
  /^\/dynamic\/instance-identity\/(document|pkcs7|signature|rsa2048)$/,
  /^\/meta-data\/network\/interfaces\/macs\/[\da-f:]{17}\/(vpc-id|subnet-id|vpc-ipv4-cidr-block|subnet-ipv4-cidr-block)$/i,
]

/**
 * Decides what a task hears from 169.254.169.254. A session token is given to who asks and required of nobody, as today's SDKs want one
 * and those of the executor's time have none.
 *
 * @param now  for LastUpdated
 * @see        titus-executor 2018-05, metadata service and its whitelisting proxy
 */
export function routeMetadata(request: MetadataRequest, task: AddressRecord, now: Date): MetadataAnswer {
  const [, below] = /^\/latest(\/.*)?$/.exec(request.path) ?? []
  if (below === undefined) return denied
  if (request.method === 'PUT' && below === '/api/token') return text(200, 'titus-metadata-token')
  if (request.method !== 'GET' && request.method !== 'HEAD') return denied
  const roleName = nameRole(task.iamRole)
  switch (below.replace(/(?<!credentials)\/$/, '')) {
    case '/ping':
      return text(200, 'ping called')
    case '/meta-data/instance-id':
      return text(200, task.instanceId)
    case '/meta-data/local-ipv4':
    case '/meta-data/public-ipv4':
    case '/meta-data/local-hostname':
    case '/meta-data/public-hostname':
      return text(200, task.address)
    case '/meta-data/mac':
      return text(200, '00:00:00:00:00:00')
    case '/meta-data/ami-id':
    case '/meta-data/instance-type':
      return text(404, '')
    case '/meta-data/iam/info':
      return { kind: 'reply', status: 200, contentType: 'application/json', body: describeProfile(task.iamRole, now) }
    case '/meta-data/iam/security-credentials':
      return { ...text(301, ''), location: '/latest/meta-data/iam/security-credentials/' }
    case '/meta-data/iam/security-credentials/':
      return text(200, roleName)
  }
  if (/^\/meta-data\/iam\/security-credentials\/[^/]+$/.test(below)) return { kind: 'credentials' }
  if (forwarded.some((path) => path.test(below))) return { kind: 'forward', path: below.slice(1) }
  return denied
}

/** The role's name: what follows the last slash of its ARN (the proxy knows `role/NAME`, no path). */
function nameRole(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/** The name of a task's session at STS: `titus-<id>`, at most 32 characters. */
export function nameSession(taskId: string): string {
  return `titus-${taskId}`.slice(0, 32)
}

const denied: MetadataAnswer = { kind: 'reply', status: 403, body: deniedText }

function text(status: number, body: string): MetadataAnswer & { readonly kind: 'reply' } {
  return { kind: 'reply', status, body }
}

function describeProfile(arn: string, now: Date): string {
  const profile = arn.replace(/:role\//, ':instance-profile/')
  return JSON.stringify({
    Code: 'Success',
    LastUpdated: now.toISOString().replace(/\.\d{3}/, ''),
    InstanceProfileArn: profile,
    InstanceProfileId: nameRole(arn),
  })
}
