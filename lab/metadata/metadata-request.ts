import { renderIdentityDocument } from './identity-document.ts'
import type { Signatures } from './identity-document.ts'
import type { InstanceView } from './instance-view.ts'
import { issueToken, maxTtlSeconds, readToken } from './token.ts'
import { buildMetaData, folder } from './tree.ts'
import type { Entry, Folder } from './tree.ts'

/** A request to the metadata service; header names in lower case. */
export interface MetadataRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Its answer. */
export interface MetadataResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What an answer depends on besides the instance and the request. */
export interface MetadataContext {
  /** Seals the tokens of IMDSv2. */
  readonly tokenSecret: Uint8Array
  /** Milliseconds since the epoch. */
  readonly nowMs: number
  /** The document under `iam/security-credentials/<role>`; needed where `needsCredentials` says so. */
  readonly credentials?: string
  /** Of the identity document; needed where `needsSignatures` says so. */
  readonly signatures?: Signatures
}

const ttlHeader = 'x-aws-ec2-metadata-token-ttl-seconds'
const versions = [
  '1.0 2007-01-19 2007-03-01 2007-08-29 2007-10-10 2007-12-15 2008-02-01 2008-09-01 2009-04-04 2011-01-01 2011-05-01 2012-01-12 2014-02-25',
  '2014-11-05 2015-10-20 2016-04-19 2016-06-30 2016-09-02 2018-03-28 2018-08-17 2018-09-24 2019-10-01 2020-10-27 2021-01-03 2021-03-23',
  '2021-07-15 2022-09-24 2024-04-11 latest',
].flatMap((line) => line.split(' '))

/**
 * Answers a request as the instance metadata service does: IMDSv2 always, IMDSv1 where the instance allows it.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export function metadataRequest(view: InstanceView, request: MetadataRequest, context: MetadataContext): MetadataResponse {
  if (view.instance.metadata.httpEndpoint === 'disabled') return refuse(403, 'Forbidden')
  const path = splitPath(request.path)
  if (path.slice(1).join('/') === 'api/token') return tokenRequest(view, request, context)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Method Not Allowed', { allow: 'OPTIONS, GET, HEAD' })
  if (!isAllowed(view, request, context)) return refuse(401, 'Unauthorized')
  if (path.length === 0) return text(versions.join('\n'))
  if (!versions.includes(path[0] ?? '')) return refuse(404, 'Not Found')
  if (path[1] === 'user-data' && path.length === 2) return userData(view)
  const found = find(buildVersion(view, context), path.slice(1))
  return found === undefined ? refuse(404, 'Not Found') : text(typeof found === 'string' ? found : renderListing(found))
}

/** Whether answering takes the credentials of the instance's role. */
export function needsCredentials(view: InstanceView, path: string): boolean {
  const [, ...rest] = splitPath(path)
  return view.instance.roleName !== undefined && rest.join('/') === `meta-data/iam/security-credentials/${view.instance.roleName}`
}

/** Whether answering takes the signatures of the identity document. */
export function needsSignatures(path: string): boolean {
  const [, ...rest] = splitPath(path)
  return rest[0] === 'dynamic' && rest[1] === 'instance-identity' && rest[2] !== 'document'
}

function splitPath(path: string): readonly string[] {
  return (path.split('?', 1)[0] ?? '').split('/').filter((part) => part !== '')
}

function tokenRequest(view: InstanceView, { method, headers }: MetadataRequest, context: MetadataContext): MetadataResponse {
  if (method !== 'PUT') return refuse(405, 'Method Not Allowed', { allow: 'OPTIONS, PUT' })
  // A request that was forwarded comes from an open proxy on the instance, not from the instance itself.
  if (headers['x-forwarded-for'] !== undefined) return refuse(403, 'Forbidden')
  const seconds = /^\d{1,5}$/.test(headers[ttlHeader] ?? '') ? Number(headers[ttlHeader]) : 0
  if (seconds < 1 || seconds > maxTtlSeconds) return refuse(400, 'Bad Request')
  const token = issueToken(context.tokenSecret, view.instance.id, context.nowMs + seconds * 1000)
  return { ...text(token), headers: { 'content-type': 'text/plain', [ttlHeader]: `${seconds}` } }
}

function isAllowed(view: InstanceView, { headers }: MetadataRequest, context: MetadataContext): boolean {
  const token = headers['x-aws-ec2-metadata-token']
  if (token === undefined) return view.instance.metadata.httpTokens === 'optional'
  return readToken(context.tokenSecret, view.instance.id, token, context.nowMs) !== undefined
}

function buildVersion(view: InstanceView, { credentials, signatures }: MetadataContext): Folder {
  return {
    entries: {
      dynamic: folder({
        fws: folder({ 'instance-monitoring': 'disabled' }),
        'instance-identity': folder({ document: renderIdentityDocument(view), ...signatures }),
      }),
      'meta-data': buildMetaData(view, credentials),
    },
    listing: ['dynamic', 'meta-data', ...(view.instance.userData === undefined ? [] : ['user-data'])].join('\n'),
  }
}

function userData({ instance }: InstanceView): MetadataResponse {
  return instance.userData === undefined
    ? refuse(404, 'Not Found')
    : { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from(instance.userData, 'base64') }
}

function find(from: Entry, path: readonly string[]): Entry | undefined {
  const [name, ...rest] = path
  if (name === undefined) return from
  const next = typeof from !== 'string' && Object.hasOwn(from.entries, name) ? from.entries[name] : undefined
  return next === undefined ? undefined : find(next, rest)
}

function renderListing({ entries, listing }: Folder): string {
  return (
    listing ??
    Object.entries(entries)
      .map(([name, entry]) => (typeof entry === 'string' ? name : `${name}/`))
      .join('\n')
  )
}

function text(body: string): MetadataResponse {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body }
}

function refuse(status: number, title: string, headers: Readonly<Record<string, string>> = {}): MetadataResponse {
  return {
    status,
    headers: { 'content-type': 'text/html', ...headers },
    body: `<?xml version="1.0" encoding="iso-8859-1"?>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head><title>${status} - ${title}</title></head>
 <body><h1>${status} - ${title}</h1></body>
</html>
`,
  }
}
