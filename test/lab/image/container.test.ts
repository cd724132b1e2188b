import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { $ } from 'zx'
import { openPackageSource } from '../../../lab/image/apt/package-source.ts'
import { buildContainerImages, mergeIndex } from '../../../lab/image/container/build.ts'
import type { ContainerWork } from '../../../lab/image/container/build.ts'
import { importArchive } from '../../../lab/image/container/docker-engine.ts'
import { digestImages } from '../../../lab/image/container/layer.ts'
import { buildImageConfig, mediaTypes } from '../../../lab/image/container/manifest.ts'
import type { ContainerImage } from '../../../lab/lab.ts'
import { createRegistryHandler } from '../../../lab/registry/index.ts'
import { buildEntry, loadIndex, nameAnnotation } from '../../../lab/registry/layout.ts'
import type { Descriptor } from '../../../lab/registry/layout.ts'

const signal = AbortSignal.timeout(500_000)
function sha256(data: Buffer): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`
}

async function openWork(folder: string): Promise<ContainerWork> {
  return {
    folder: join(folder, 'registry'),
    records: join(folder, 'layers'),
    source: await openPackageSource(join(folder, 'apt'), { progress: () => undefined, signal }),
    compiled: async () => Promise.reject(new Error('no layer has Python')),
    recipe: 'test',
    progress: () => undefined,
    signal,
  }
}

t.test('the configuration of an image is the same for the same input and has a PATH', (t) => {
  const layer: Descriptor = { mediaType: mediaTypes.layer, digest: `sha256:${'a'.repeat(64)}`, size: 1 }
  const config = buildImageConfig({ Cmd: ['sh'], Env: ['A=1'] }, [layer], 'x64')
  t.equal(config.text, buildImageConfig({ Cmd: ['sh'], Env: ['A=1'] }, [layer], 'x64').text)
  const value = JSON.parse(config.text) as { architecture: string; config: { Env: string[] }; rootfs: { diff_ids: string[] } }
  t.equal(value.architecture, 'amd64')
  t.match(value.config.Env, [/^PATH=/, 'A=1'])
  t.same(value.rootfs.diff_ids, [layer.digest])
  t.equal(config.descriptor.digest, sha256(Buffer.from(config.text)))
  t.end()
})

t.test('a new image takes the name of an old one; one that is not whole goes', (t) => {
  const descriptor = (letter: string): Descriptor => ({ mediaType: mediaTypes.manifest, digest: `sha256:${letter.repeat(64)}`, size: 1 })
  const old = {
    schemaVersion: 2 as const,
    manifests: [buildEntry('nginx', descriptor('a')), buildEntry('a/b:1', descriptor('b')), buildEntry('gone', descriptor('c'))],
  }
  const index = mergeIndex(old, [buildEntry('nginx:latest', descriptor('d'))], ({ digest }) => !digest.includes('c'))
  t.same(
    index.manifests.map((entry) => [entry.annotations?.[nameAnnotation], entry.digest[7]]),
    [
      ['docker.io/a/b:1', 'b'],
      ['docker.io/library/nginx:latest', 'd'],
    ],
  )
  t.end()
})

t.test('an image made of a real package is pulled over HTTP as an engine does it', async (t) => {
  const folder = t.testdir({ copied: 'one' })
  const image: ContainerImage = {
    names: ['tiny:latest', 'owner/tiny:1.0'],
    layers: [
      { packages: ['netbase', 'media-types'], without: ['media-types'], exclude: ['./etc/rpc'] },
      {
        files: { 'opt/run.sh': { text: '#!/bin/sh\n', mode: 0o755 }, 'opt/copied': { copyOf: join(folder, 'copied') } },
        links: { 'usr/bin/run': '/opt/run.sh' },
      },
    ],
    config: { Cmd: ['/opt/run.sh'], Labels: { a: 'b' } },
  }
  const work = await openWork(folder)
  await buildContainerImages(work, [image])
  const first = (await loadIndex(work.folder)).manifests
  await buildContainerImages(work, [image])
  t.same((await loadIndex(work.folder)).manifests, first, 'building again changes nothing')

  const handle = createRegistryHandler(work.folder)
  const server = http.createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`
  const manifestResponse = await fetch(`${at}/library/tiny/manifests/latest`, { headers: { accept: mediaTypes.manifest } })
  t.equal(manifestResponse.headers.get('content-type'), mediaTypes.manifest)
  const bytes = Buffer.from(await manifestResponse.arrayBuffer())
  t.equal(manifestResponse.headers.get('docker-content-digest'), sha256(bytes))
  const manifest = JSON.parse(bytes.toString()) as { config: Descriptor; layers: Descriptor[] }
  t.equal(manifest.layers.length, 2)

  const root = join(folder, 'root')
  await mkdir(root)
  for (const layer of manifest.layers) {
    const blob = Buffer.from(await (await fetch(`${at}/owner/tiny/blobs/${layer.digest}`)).arrayBuffer())
    t.equal(blob.length, layer.size)
    t.equal(sha256(blob), layer.digest)
    await writeFile(join(folder, 'layer.tar'), blob)
    await $({ quiet: true })`tar --extract --file=${join(folder, 'layer.tar')} --directory=${root}`
  }
  t.match(await readFile(join(root, 'etc/services'), 'utf8'), /^ssh\s+22\/tcp/m)
  t.match(await readFile(join(root, 'etc/passwd'), 'utf8'), /^nobody:/m)
  t.equal(await readFile(join(root, 'opt/copied'), 'utf8'), 'one')
  t.equal((await $({ quiet: true })`readlink ${join(root, 'usr/bin/run')} ${join(root, 'bin')}`).stdout, '/opt/run.sh\nusr/bin\n')
  t.equal((await $({ quiet: true })`stat -c %a ${join(root, 'opt/run.sh')} ${join(root, 'tmp')}`).stdout, '755\n1777\n')
  for (const left of ['etc/rpc', 'etc/mime.types'])
    await t.rejects(readFile(join(root, left)), { code: 'ENOENT' }, 'what the image does without')
  const config = (await (await fetch(`${at}/library/tiny/blobs/${manifest.config.digest}`)).json()) as { rootfs: { diff_ids: string[] } }
  t.same(
    config.rootfs.diff_ids,
    manifest.layers.map(({ digest }) => digest),
  )

  const ranged = await fetch(`${at}/library/tiny/blobs/${manifest.config.digest}`, { headers: { range: 'bytes=2-5' } })
  t.equal(ranged.status, 206)
  t.equal(await ranged.text(), JSON.stringify(config).slice(2, 6))

  const layer = join(work.folder, 'blobs', ...(manifest.layers[0]?.digest ?? '').split(':'))
  await truncate(layer, 10)
  await buildContainerImages(work, [image])
  t.equal(sha256(await readFile(layer)), manifest.layers[0]?.digest, 'a layer that was cut short is built anew')
  await truncate(join(work.folder, 'index.json'), 10)
  t.same(await loadIndex(work.folder), { schemaVersion: 2, manifests: [] }, 'an index that was cut short has no images')

  const before = await digestImages([image])
  await writeFile(join(folder, 'copied'), 'two')
  t.not(await digestImages([image]), before, 'a file that is copied counts by its content')
  await buildContainerImages(work, [image])
  const changed = (await loadIndex(work.folder)).manifests
  t.not(changed[0]?.digest, first[0]?.digest)
  const next = JSON.parse(await readFile(join(work.folder, 'blobs', ...(changed[0]?.digest ?? '').split(':')), 'utf8')) as {
    layers: Descriptor[]
  }
  t.equal(next.layers[0]?.digest, manifest.layers[0]?.digest, 'the layer of packages is the same')
})

t.test('an archive of docker save is taken over with its layers and configuration', async (t) => {
  const folder = t.testdir({
    saved: { abc: { 'layer.tar': 'layer bytes' }, 'c0ffee.json': '{"architecture":"amd64"}' },
    scratch: {},
    registry: {},
  })
  const saved = join(folder, 'saved')
  await writeFile(
    join(saved, 'manifest.json'),
    JSON.stringify([{ Config: 'c0ffee.json', RepoTags: ['alpine:latest'], Layers: ['abc/layer.tar'] }]),
  )
  await $({ quiet: true })`tar --create --file=${join(folder, 'image.tar')} --directory=${saved} .`
  const registry = join(folder, 'registry')
  const descriptor = await importArchive(join(folder, 'image.tar'), join(folder, 'scratch'), { folder: registry, signal })
  const read = async (digest: string): Promise<string> => readFile(join(registry, 'blobs', ...digest.split(':')), 'utf8')
  const manifest = JSON.parse(await read(descriptor.digest)) as { config: Descriptor; layers: Descriptor[] }
  t.equal(await read(manifest.config.digest), '{"architecture":"amd64"}')
  t.same(await Promise.all(manifest.layers.map(async ({ digest }) => read(digest))), ['layer bytes'])
})
