import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TestbedError } from '../../schemas/failure.ts'
import { writeDurably } from '../../system/durable-file.ts'
import { findManifest, loadIndex, loadManifest } from '../registry/layout.ts'
import { parseImageName } from '../registry/image-name.ts'
import { openPackageSource } from './apt/package-source.ts'
import { withLock } from './cache-lock.ts'
import { writeArchive } from './container/archive.ts'
import { hashFile } from './container/blobs.ts'
import { buildContainerImages } from './container/build.ts'
import { digestImages } from './container/layer.ts'
import { makeFolder } from './place-files.ts'
import type { ImageRequest } from './prepare-images.ts'
import { readJson } from './read-json.ts'
import { recipeDigest } from './recipe.ts'

/** A container image as a file that `docker load` takes. */
export interface ExportedImage {
  /** The image's first name, `jplock/zookeeper:3.4.10`: what it is called once it is loaded. */
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** Of the file, 64 hexadecimal digits. */
  readonly sha256: string
}

/**
 * Builds container images, or finds them in the cache, as files for machines that shall not ask a registry.
 *
 * @throws TestbedError when they are not there yet and we are not root, or packages cannot be had
 */
export async function exportImages({ cacheDir, images, progress, signal }: ImageRequest): Promise<readonly ExportedImage[]> {
  await makeFolder(dirname(resolve(cacheDir)))
  const folder = resolve(cacheDir, 'archives')
  await mkdir(folder, { recursive: true })
  const recipe = await recipeDigest()
  // Newer package lists are no reason for other bytes: machines that load them would be made anew.
  const key = createHash('sha256')
    .update(JSON.stringify([recipe, await digestImages(images)]))
    .digest('hex')
    .slice(0, 16)
  const recordFile = join(folder, `${key}.json`)
  const find = async (): Promise<readonly ExportedImage[] | undefined> => {
    const record = await readJson<readonly ExportedImage[]>(recordFile)
    return record?.every(({ path }) => existsSync(path)) === true ? record : undefined
  }
  const known = await find()
  if (known !== undefined) return known
  if (process.getuid?.() !== 0)
    throw new TestbedError('the container images of the stand-ins are not built yet, and only root can build them', {
      hint: 'run this once with sudo, or name packages of your own in titus.packages',
    })
  return withLock(join(cacheDir, 'lock'), { progress, signal }, async () => {
    const meanwhile = await find()
    if (meanwhile !== undefined) return meanwhile
    const source = await openPackageSource(join(cacheDir, 'apt'), { progress, signal })
    const registry = join(cacheDir, 'registry')
    const compiled = async (): Promise<string> => Promise.reject(new Error('no machine was built whose Python code could be taken'))
    await buildContainerImages({ folder: registry, records: join(cacheDir, 'layers'), source, compiled, recipe, signal, progress }, images)
    const index = await loadIndex(registry)
    const exported: ExportedImage[] = []
    for (const { names } of images) {
      const [name = ''] = names
      const { repository, reference } = parseImageName(name)
      const entry = findManifest(index, repository, reference)
      if (entry === undefined) throw new Error(`the image ${name} was not built`)
      progress(`Packing the container image ${name}`)
      const path = join(folder, key, `${basename(repository)}.tar.gz`)
      await writeArchive({ layout: registry, manifest: loadManifest(registry, entry), name, file: path, signal })
      exported.push({ name, path, sha256: await hashFile(path) })
    }
    writeDurably(recordFile, JSON.stringify(exported))
    const old = (await readdir(folder)).filter((entry) => !entry.startsWith(key))
    await Promise.all(old.map(async (entry) => rm(join(folder, entry), { recursive: true, force: true })))
    return exported
  })
}
