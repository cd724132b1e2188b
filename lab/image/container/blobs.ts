import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { writeDurably } from '../../../system/durable-file.ts'
import type { Descriptor, ImageIndex } from '../../registry/layout.ts'
import { blobFile, loadManifest } from '../../registry/layout.ts'
import type { TextBlob } from './manifest.ts'

/** Puts a text into an image layout. */
export async function addText(folder: string, { text, descriptor }: TextBlob): Promise<void> {
  const file = blobFile(folder, descriptor.digest)
  await mkdir(join(file, '..'), { recursive: true })
  writeDurably(file, text, 0o644)
}

/** Moves a file into an image layout, on the same filesystem, and gives its descriptor. */
export async function addFile(folder: string, path: string, mediaType: string): Promise<Descriptor> {
  const digest = `sha256:${await hashFile(path)}`
  const file = blobFile(folder, digest)
  await mkdir(join(file, '..'), { recursive: true })
  await rename(path, file)
  return { mediaType, digest, size: (await stat(file)).size }
}

/** SHA-256 of a file's bytes, hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/** Long enough for an engine to finish a download that began before the index changed. */
const youngMs = 60 * 60 * 1000

/** Removes the blobs that no image of the index needs. */
export async function removeUnusedBlobs(folder: string, index: ImageIndex): Promise<void> {
  const used = new Set<string>()
  for (const entry of index.manifests) {
    const { config, layers } = loadManifest(folder, entry)
    for (const item of [entry, config, ...layers]) used.add(item.digest)
  }
  const blobs = join(folder, 'blobs/sha256')
  if (!existsSync(blobs)) return
  for (const name of await readdir(blobs)) {
    const path = join(blobs, name)
    if (!used.has(`sha256:${name}`) && Date.now() - (await stat(path)).ctimeMs > youngMs) await rm(path)
  }
}
