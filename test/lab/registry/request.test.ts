import t from 'tap'
import { parseImageName } from '../../../lab/registry/image-name.ts'
import { buildEntry } from '../../../lab/registry/layout.ts'
import { registryRequest } from '../../../lab/registry/request.ts'
import type { RegistryResponse, RegistryStore } from '../../../lab/registry/request.ts'

const manifest = { mediaType: 'application/vnd.docker.distribution.manifest.v2+json', digest: `sha256:${'a'.repeat(64)}`, size: 500 }
const blob = `sha256:${'b'.repeat(64)}`
const store: RegistryStore = {
  index: {
    schemaVersion: 2,
    manifests: [
      buildEntry('nginx:latest', manifest),
      buildEntry('nginx:stable', manifest),
      buildEntry('jplock/zookeeper:3.4.10', manifest),
    ],
  },
  blobSize: async (digest) => Promise.resolve(digest === blob ? 1000 : undefined),
}
async function get(path: string, headers = {}, method = 'GET'): Promise<RegistryResponse> {
  return registryRequest(store, method, path, headers)
}
function parse({ body }: RegistryResponse): unknown {
  return JSON.parse(typeof body === 'string' ? body : '')
}
function errorCode(response: RegistryResponse): string | undefined {
  return (parse(response) as { errors: { code: string }[] }).errors[0]?.code
}

t.test('names are taken apart as docker does', (t) => {
  t.same(parseImageName('nginx'), { repository: 'library/nginx', reference: 'latest' })
  t.same(parseImageName('docker.io/library/nginx:1.2'), { repository: 'library/nginx', reference: '1.2' })
  t.same(parseImageName('jplock/zookeeper:3.4.10'), { repository: 'jplock/zookeeper', reference: '3.4.10' })
  t.same(parseImageName(`nginx@${blob}`), { repository: 'library/nginx', reference: blob })
  t.end()
})

t.test('the version check needs no token', async (t) => {
  const response = await get('/v2/')
  t.equal(response.status, 200)
  t.equal(response.headers['docker-distribution-api-version'], 'registry/2.0')
})

t.test('a manifest answers to its tags and its digest, with and without library/', async (t) => {
  for (const path of [
    'library/nginx/manifests/latest',
    'nginx/manifests/stable',
    `library/nginx/manifests/${manifest.digest}`,
    'jplock/zookeeper/manifests/3.4.10',
  ]) {
    const response = await get(`/v2/${path}`)
    t.equal(response.status, 200, path)
    t.equal(response.headers['content-type'], manifest.mediaType)
    t.equal(response.headers['docker-content-digest'], manifest.digest)
    t.same(response.body, { digest: manifest.digest, start: 0, end: 499 })
  }
})

t.test('HEAD tells the same without a body', async (t) => {
  const head = await get('/v2/library/nginx/manifests/latest', {}, 'HEAD')
  t.equal(head.body, undefined)
  t.same(head.headers, (await get('/v2/library/nginx/manifests/latest')).headers)
  t.equal((await get(`/v2/library/nginx/blobs/${blob}`, {}, 'HEAD')).headers['content-length'], '1000')
})

t.test('what is not there is told with the code of the specification', async (t) => {
  const cases = [
    ['/v2/library/nginx/manifests/1.25', 404, 'MANIFEST_UNKNOWN'],
    ['/v2/library/nosuch/manifests/latest', 404, 'MANIFEST_UNKNOWN'],
    ['/v2/jplock/zookeeper/manifests/latest', 404, 'MANIFEST_UNKNOWN'],
    [`/v2/library/nginx/blobs/sha256:${'c'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
    ['/v2/library/nginx/blobs/sha256:..%2f..%2fetc', 404, 'BLOB_UNKNOWN'],
    ['/v2/../../etc/passwd', 404, 'NAME_UNKNOWN'],
    ['/v2/library/nosuch/tags/list', 404, 'NAME_UNKNOWN'],
    ['/', 404, 'NAME_UNKNOWN'],
  ] as const
  for (const [path, status, code] of cases) {
    const response = await get(path)
    t.equal(response.status, status, path)
    t.equal(errorCode(response), code, path)
  }
  const pushed = await get('/v2/library/nginx/blobs/uploads/', {}, 'POST')
  t.equal(pushed.status, 405)
  t.equal(errorCode(pushed), 'UNSUPPORTED')
})

t.test('tags are listed', async (t) => {
  t.same(parse(await get('/v2/library/nginx/tags/list')), { name: 'library/nginx', tags: ['latest', 'stable'] })
})

t.test('a range is answered with its part of the blob', async (t) => {
  const path = `/v2/library/nginx/blobs/${blob}`
  const rest = await get(path, { range: 'bytes=900-' })
  t.equal(rest.status, 206)
  t.equal(rest.headers['content-range'], 'bytes 900-999/1000')
  t.same(rest.body, { digest: blob, start: 900, end: 999 })
  t.equal((await get(path, { range: 'bytes=0-99999' })).headers['content-length'], '1000')
  t.equal((await get(path, { range: 'bytes=1000-' })).status, 416)
  t.equal((await get(path, { range: 'items=0-1' })).status, 200)
})
