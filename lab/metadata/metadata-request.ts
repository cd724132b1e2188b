import { renderIdentityDocument } from './identity-document.ts'
import type { InstanceView } from './instance-view.ts'
import { issueToken, MAX_TTL_SECONDS, readToken } from './token.ts'
import { buildMetaData, folder, type Entry, type Folder } from './tree.ts'

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
}

const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds'
const VERSIONS = ['1.0', '2009-04-04', '2016-09-02', '2018-09-24', '2021-03-23', '2021-07-15', 'latest']

/**
 * Answers a request as the instance metadata service does: IMDSv2 always, IMDSv1 where the instance allows it.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export const metadataRequest = (view: InstanceView, request: MetadataRequest, context: MetadataContext): MetadataResponse => {
  if (view.instance.metadata.httpEndpoint === 'disabled') return refuse(403, 'Forbidden')
  const path = splitPath(request.path)
  if (path.slice(1).join('/') === 'api/token') return tokenRequest(view, request, context)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Method Not Allowed', { allow: 'OPTIONS, GET, HEAD' })
  if (!isAllowed(view, request, context)) return refuse(401, 'Unauthorized')
  if (path.length === 0) return text(VERSIONS.join('\n'))
  if (!VERSIONS.includes(path[0] ?? '')) return refuse(404, 'Not Found')
  if (path[1] === 'user-data' && path.length === 2) return userData(view)
  const found = find(buildVersion(view, context.credentials), path.slice(1))
  return found === undefined ? refuse(404, 'Not Found') : text(typeof found === 'string' ? found : renderListing(found))
}

/** Whether answering takes the credentials of the instance's role. */
export const needsCredentials = (view: InstanceView, path: string): boolean => {
  const [, ...rest] = splitPath(path)
  return view.instance.roleName !== undefined && rest.join('/') === `meta-data/iam/security-credentials/${view.instance.roleName}`
}

const splitPath = (path: string): readonly string[] => (path.split('?', 1)[0] ?? '').split('/').filter((part) => part !== '')

const tokenRequest = (view: InstanceView, { method, headers }: MetadataRequest, context: MetadataContext): MetadataResponse => {
  if (method !== 'PUT') return refuse(405, 'Method Not Allowed', { allow: 'OPTIONS, PUT' })
  // A forwarded request is an open proxy's, not the instance's own.
  if (headers['x-forwarded-for'] !== undefined) return refuse(403, 'Forbidden')
  const seconds = /^\d{1,5}$/.test(headers[TTL_HEADER] ?? '') ? Number(headers[TTL_HEADER]) : 0
  if (seconds < 1 || seconds > MAX_TTL_SECONDS) return refuse(400, 'Bad Request')
  const token = issueToken(context.tokenSecret, view.instance.id, context.nowMs + seconds * 1000)
  return { ...text(token), headers: { 'content-type': 'text/plain', [TTL_HEADER]: `${seconds}` } }
}

const isAllowed = (view: InstanceView, { headers }: MetadataRequest, context: MetadataContext): boolean => {
  const token = headers['x-aws-ec2-metadata-token']
  if (token === undefined) return view.instance.metadata.httpTokens === 'optional'
  return readToken(context.tokenSecret, view.instance.id, token, context.nowMs) !== undefined
}

const buildVersion = (view: InstanceView, credentials: string | undefined): Folder => ({
  entries: {
    dynamic: folder({ 'instance-identity': folder({ document: renderIdentityDocument(view) }) }),
    'meta-data': buildMetaData(view, credentials),
  },
  listing: ['dynamic', 'meta-data', ...(view.instance.userData === undefined ? [] : ['user-data'])].join('\n'),
})

const userData = ({ instance }: InstanceView): MetadataResponse =>
  instance.userData === undefined
    ? refuse(404, 'Not Found')
    : { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from(instance.userData, 'base64') }

const find = (from: Entry, path: readonly string[]): Entry | undefined => {
  const [name, ...rest] = path
  if (name === undefined) return from
  const next = typeof from !== 'string' && Object.hasOwn(from.entries, name) ? from.entries[name] : undefined
  return next === undefined ? undefined : find(next, rest)
}

const renderListing = ({ entries, listing }: Folder): string =>
  listing ??
  Object.entries(entries)
    .map(([name, entry]) => (typeof entry === 'string' ? name : `${name}/`))
    .join('\n')

const text = (body: string): MetadataResponse => ({ status: 200, headers: { 'content-type': 'text/plain' }, body })

const refuse = (status: number, title: string, headers: Readonly<Record<string, string>> = {}): MetadataResponse => ({
  status,
  headers: { 'content-type': 'text/html', ...headers },
  body: `<?xml version="1.0" encoding="iso-8859-1"?>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head><title>${status} - ${title}</title></head>
 <body><h1>${status} - ${title}</h1></body>
</html>
`,
})
