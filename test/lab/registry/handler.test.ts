import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { createRegistryHandler } from '../../../lab/registry/handler.ts'
import { blobFile, buildEntry, findManifest, hasBlob, isWhole, listTags, loadIndex, writeIndex } from '../../../lab/registry/layout.ts'
import type { Descriptor, ImageIndex } from '../../../lab/registry/layout.ts'

/** Puts a blob into a layout. */
function addBlob(folder: string, content: string, mediaType = 'application/octet-stream'): Descriptor {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
  writeFileSync(blobFile(folder, digest), content)
  return { mediaType, digest, size: Buffer.byteLength(content) }
}

/** A layout with one image of one layer. */
async function makeLayout(t: Test, name = 'nginx:stable') {
  const folder = t.testdir({})
  const layer = addBlob(folder, 'the files of nginx')
  const config = addBlob(folder, '{"architecture":"amd64"}')
  const manifest = addBlob(folder, JSON.stringify({ config, layers: [layer] }), 'application/vnd.oci.image.manifest.v1+json')
  const index: ImageIndex = { schemaVersion: 2, manifests: [buildEntry(name, manifest)] }
  await writeIndex(folder, index)
  return { folder, layer, config, manifest, index }
}

async function serve(t: Test, folder: string): Promise<string> {
  const handle = createRegistryHandler(folder)
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => (server.closeAllConnections(), server.close()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('an image is pulled: its manifest, then its blobs, whole or in part', async (t) => {
  const { folder, layer, manifest } = await makeLayout(t)
  const url = await serve(t, folder)
  const pulled = await fetch(`${url}/v2/library/nginx/manifests/stable?ns=docker.io`)
  t.equal(pulled.headers.get('docker-content-digest'), manifest.digest)
  t.match(await pulled.json(), { layers: [{ digest: layer.digest }] })
  const blob = `${url}/v2/library/nginx/blobs/${layer.digest}`
  t.equal(await (await fetch(blob)).text(), 'the files of nginx')
  const part = await fetch(blob, { headers: { range: 'bytes=4-8' } })
  t.equal(part.status, 206)
  t.equal(await part.text(), 'files')
  const head = await fetch(blob, { method: 'HEAD' })
  t.equal(head.headers.get('content-length'), String(layer.size))
  t.equal(await head.text(), '')
})

t.test('an image that is added later is seen at once, and one that is taken away is not', async (t) => {
  const { folder, manifest, index } = await makeLayout(t)
  const url = await serve(t, folder)
  const status = async (tag: string) => (await fetch(`${url}/v2/library/nginx/manifests/${tag}`)).status
  t.equal(await status('latest'), 404)
  await writeIndex(folder, { ...index, manifests: [...index.manifests, buildEntry('nginx', manifest)] })
  utimesSync(join(folder, 'index.json'), 1, 1)
  t.equal(await status('latest'), 200)
  rmSync(join(folder, 'index.json'))
  t.equal(await status('stable'), 404)
})

t.test('what is not there is told as the specification has it, and a blob that has gone, too', async (t) => {
  const { folder, layer } = await makeLayout(t)
  const url = await serve(t, folder)
  const answer = async (path: string, method = 'GET') => {
    const response = await fetch(`${url}${path}`, { method })
    return { status: response.status, body: await response.text() }
  }
  t.match(await answer('/v2/library/redis/manifests/latest'), { status: 404, body: /"code":"(MANIFEST|NAME)_UNKNOWN"/ })
  rmSync(blobFile(folder, layer.digest))
  t.match(await answer(`/v2/library/nginx/blobs/${layer.digest}`), { status: 404, body: /"code":"BLOB_UNKNOWN"/ })
  t.match((await answer('/v2/library/nginx/manifests/stable', 'PUT')).status, /40[0-9]/, 'nobody writes')
  t.equal((await answer('/v2/library/nginx/blobs/sha256:../../../../etc/passwd')).status, 404)
})

t.test('a blob that cannot be read is an error that a client sees', async (t) => {
  const { folder, layer } = await makeLayout(t)
  rmSync(blobFile(folder, layer.digest))
  mkdirSync(blobFile(folder, layer.digest))
  const url = await serve(t, folder)
  const pulling = fetch(`${url}/v2/library/nginx/blobs/${layer.digest}`).then(async (answer) => {
    const body = await answer.arrayBuffer()
    return answer.status === 200 && body.byteLength === Number(answer.headers.get('content-length') ?? -1)
  })
  t.notOk(await pulling.catch(() => false))
})

t.test('an image is whole when all that it names is there, as long as it should be', async (t) => {
  const { folder, layer, config, manifest } = await makeLayout(t)
  t.ok(isWhole(folder, manifest))
  for (const blob of [layer, config, manifest]) {
    const other = await makeLayout(t)
    writeFileSync(blobFile(other.folder, blob.digest), 'cut')
    t.notOk(hasBlob(other.folder, blob))
    t.notOk(isWhole(other.folder, manifest), blob.mediaType)
    rmSync(blobFile(other.folder, blob.digest))
    t.notOk(isWhole(other.folder, manifest), `${blob.mediaType}, gone`)
  }
})

t.test('the index of a layout: names as docker writes them, and nothing where it is broken', async (t) => {
  const { folder, manifest, index } = await makeLayout(t, 'docker.io/jplock/zookeeper:3.4.10')
  t.equal(findManifest(index, 'jplock/zookeeper', '3.4.10')?.digest, manifest.digest)
  t.equal(findManifest(index, 'jplock/zookeeper', manifest.digest)?.digest, manifest.digest)
  t.equal(findManifest(index, 'jplock/zookeeper', '3.4'), undefined, 'no part of a tag')
  t.equal(findManifest(index, 'jplock/zoo', '3.4.10'), undefined)
  t.same(listTags({ ...index, manifests: [...index.manifests, buildEntry('jplock/zookeeper', manifest)] }, 'jplock/zookeeper'), [
    '3.4.10',
    'latest',
  ])
  t.same(listTags(index, 'zookeeper'), [])
  t.same(await loadIndex(folder), index)
  writeFileSync(join(folder, 'index.json'), '{"schemaVersion": 2, "mani')
  t.same(await loadIndex(folder), { schemaVersion: 2, manifests: [] })
})
