import type { Descriptor, ImageIndex } from './layout.ts'
import { findManifest, listTags } from './layout.ts'

/** What the registry looks at to answer. */
export interface RegistryStore {
  readonly index: ImageIndex
  /** Size of a blob in bytes; undefined when there is none. */
  readonly blobSize: (digest: string) => Promise<number | undefined>
}

/** An answer. A body is a text, or a piece of a blob (`end` is the last byte's position, inclusive). HEAD answers have none. */
export interface RegistryResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | { readonly digest: string; readonly start: number; readonly end: number }
}

const version = { 'docker-distribution-api-version': 'registry/2.0' }
const digestForm = /^sha256:[0-9a-f]{64}$/
// A repository is lower-case words between slashes, so that nothing in it can climb out of a folder.
const routes = /^\/v2\/([a-z0-9]+(?:[._-]+[a-z0-9]+|\/[a-z0-9]+)*)\/(manifests|blobs|tags)\/([^/]+)$/

/**
 * Answers one request to a read-only registry.
 *
 * @param path     without query
 * @param headers  lower-case names; `range` counts for blobs
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md , section "Pull" and the table of error codes
 */
export async function registryRequest(
  store: RegistryStore,
  method: string,
  path: string,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<RegistryResponse> {
  const response = await answer(store, method, path, headers)
  if (method !== 'HEAD') return response
  return { status: response.status, headers: response.headers }
}

async function answer(
  store: RegistryStore,
  method: string,
  path: string,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<RegistryResponse> {
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'UNSUPPORTED', 'The registry is read-only.')
  if (path === '/v2/' || path === '/v2') return json(200, {})
  const [, repository = '', kind, reference = ''] = routes.exec(path.replace(/%3a/gi, ':')) ?? []
  if (kind === 'tags' && reference === 'list') return answerTags(store, repository)
  if (kind === 'manifests') return answerManifest(store, repository, reference)
  if (kind === 'blobs') return answerBlob(store, reference, headers['range'])
  return refuse(404, 'NAME_UNKNOWN', `There is nothing at ${path}.`)
}

function answerTags(store: RegistryStore, repository: string): RegistryResponse {
  const tags = listTags(store.index, repository)
  if (tags.length === 0) return refuse(404, 'NAME_UNKNOWN', `repository name not known to registry: ${repository}`)
  return json(200, { name: repository, tags })
}

async function answerManifest(store: RegistryStore, repository: string, reference: string): Promise<RegistryResponse> {
  const found = findManifest(store.index, repository, reference)
  if (!found) return refuse(404, 'MANIFEST_UNKNOWN', `manifest unknown: ${repository}:${reference}`)
  return content(found)
}

async function answerBlob(store: RegistryStore, digest: string, range: string | undefined): Promise<RegistryResponse> {
  const size = digestForm.test(digest) ? await store.blobSize(digest) : undefined
  if (size === undefined) return refuse(404, 'BLOB_UNKNOWN', `blob unknown to registry: ${digest}`)
  const whole = { mediaType: 'application/octet-stream', digest, size }
  return range === undefined ? content(whole) : contentRange(whole, range)
}

function describeContent({ mediaType, digest }: Descriptor): Record<string, string> {
  return {
    ...version,
    'content-type': mediaType,
    'docker-content-digest': digest,
    etag: `"${digest}"`,
    'accept-ranges': 'bytes',
    'cache-control': 'max-age=31536000',
  }
}

function content(item: Descriptor): RegistryResponse {
  return {
    status: 200,
    headers: { ...describeContent(item), 'content-length': String(item.size) },
    body: { digest: item.digest, start: 0, end: item.size - 1 },
  }
}

// The header names one range of the form bytes=FIRST- or bytes=FIRST-LAST, as clients send to go on with a broken download (RFC 9110
// section 14).
function contentRange(item: Descriptor, range: string): RegistryResponse {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
  if (first === undefined) return content(item)
  const start = Number(first)
  const end = last ? Math.min(Number(last), item.size - 1) : item.size - 1
  if (start >= item.size || start > end) {
    return { status: 416, headers: { ...version, 'content-range': `bytes */${item.size}`, 'content-length': '0' } }
  }
  const length = { 'content-length': String(end - start + 1), 'content-range': `bytes ${start}-${end}/${item.size}` }
  return { status: 206, headers: { ...describeContent(item), ...length }, body: { digest: item.digest, start, end } }
}

function json(status: number, value: unknown): RegistryResponse {
  const body = JSON.stringify(value)
  return { status, headers: { ...version, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }, body }
}

function refuse(status: number, code: string, message: string): RegistryResponse {
  return json(status, { errors: [{ code, message }] })
}
