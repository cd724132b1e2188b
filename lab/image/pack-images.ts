import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { writeDurably } from '../../system/durable-file.ts'
import { findManifest, loadIndex, loadManifest } from '../registry/layout.ts'
import { parseImageName } from '../registry/image-name.ts'
import { writeArchive } from './container/archive.ts'
import { hashFile } from './container/blobs.ts'
import { digestImages } from './container/layer.ts'
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

/** Images that are packed in the cache, or undefined where they are not. */
export async function findPacked({ cacheDir, images }: ImageRequest): Promise<readonly ExportedImage[] | undefined> {
  return readPacked(await placeOf(cacheDir, images))
}

/**
 * Packs images that the cache's registry has as files, unless they are packed, and removes those of before. The caller holds the cache's lock.
 *
 * @throws Error when the registry has not all of them
 */
export async function packImages({ cacheDir, images, progress, signal }: ImageRequest): Promise<readonly ExportedImage[]> {
  const place = await placeOf(cacheDir, images)
  const known = await readPacked(place)
  if (known !== undefined) return known
  await mkdir(place, { recursive: true })
  const registry = join(cacheDir, 'registry')
  const index = await loadIndex(registry)
  const packed: ExportedImage[] = []
  for (const { names } of images) {
    const [name = ''] = names
    const { repository, reference } = parseImageName(name)
    const entry = findManifest(index, repository, reference)
    if (entry === undefined) throw new Error(`the image ${name} was not built`)
    progress(`Packing the container image ${name}`)
    const path = join(place, `${basename(repository)}.tar.gz`)
    await writeArchive({ layout: registry, manifest: loadManifest(registry, entry), name, file: path, signal })
    packed.push({ name, path, sha256: await hashFile(path) })
  }
  writeDurably(`${place}.json`, JSON.stringify(packed))
  const [folder, key] = [join(place, '..'), basename(place)]
  const old = (await readdir(folder)).filter((entry) => !entry.startsWith(key))
  await Promise.all(old.map(async (entry) => rm(join(folder, entry), { recursive: true, force: true })))
  return packed
}

async function readPacked(place: string): Promise<readonly ExportedImage[] | undefined> {
  const record = await readJson<readonly ExportedImage[]>(`${place}.json`)
  return record?.every(({ path }) => existsSync(path)) === true ? record : undefined
}

/** The folder of the archives of images. Newer package lists are no reason for other bytes: machines that load them would be made anew. */
async function placeOf(cacheDir: string, images: ImageRequest['images']): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([await recipeDigest(), await digestImages(images)]))
    .digest('hex')
  return resolve(cacheDir, 'archives', key.slice(0, 16))
}
