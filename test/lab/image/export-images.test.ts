import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { importArchive } from '../../../lab/image/container/docker-engine.ts'
import { hashFile } from '../../../lab/image/container/blobs.ts'
import { exportImages } from '../../../lab/image/export-images.ts'
import type { ContainerImage } from '../../../lab/lab.ts'
import { findManifest, loadIndex } from '../../../lab/registry/layout.ts'

const signal = AbortSignal.timeout(60_000)

function imageOf(text: string): ContainerImage {
  return { names: ['acme/keeper:1'], layers: [{ files: { 'opt/a': { text } } }], config: { Cmd: ['/opt/a'] } }
}

t.test('an image is a file that docker loads under its name, and is built once', async (t) => {
  const cacheDir = join(t.testdir(), 'cache')
  const said: string[] = []
  const request = { cacheDir, images: [imageOf('one')], progress: (line: string) => void said.push(line), signal }
  const [exported] = await exportImages(request)
  const path = exported?.path ?? ''
  t.match(exported, { name: 'acme/keeper:1', path: /\/keeper\.tar\.gz$/, sha256: await hashFile(path) })
  t.match(said, ['Building the container image acme/keeper:1', 'Packing the container image acme/keeper:1'])

  const [scratch, layout] = [join(cacheDir, 'scratch'), join(cacheDir, 'loaded')]
  for (const folder of [scratch, layout]) await mkdir(folder)
  const { digest } = await importArchive(path, scratch, { folder: layout, signal })
  t.equal(digest, findManifest(await loadIndex(join(cacheDir, 'registry')), 'acme/keeper', '1')?.digest, 'it is the same image')
  const [listed] = JSON.parse(await readFile(join(scratch, 'manifest.json'), 'utf8')) as [{ RepoTags: string[] }]
  t.same(listed.RepoTags, ['acme/keeper:1'])

  said.length = 0
  t.same(await exportImages(request), [exported])
  t.same(said, [], 'what is there is not built again')
  await rm(path)
  t.same(await exportImages(request), [exported], 'and built again it has the same bytes')
  const [other] = await exportImages({ ...request, images: [imageOf('two')] })
  t.not(other?.sha256, exported?.sha256)
  await t.rejects(stat(path), { code: 'ENOENT' }, 'what nothing needs any more is removed')
})

t.test('only root can build, and says so', async (t) => {
  const { getuid } = process
  t.teardown(() => (process.getuid = getuid as () => number))
  process.getuid = () => 1000
  const request = { cacheDir: join(t.testdir(), 'cache'), images: [imageOf('one')], progress: () => undefined, signal }
  await t.rejects(exportImages(request), { message: /only root can build them/, hint: /sudo/ })
})
