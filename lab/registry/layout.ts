import { readFileSync, statSync } from 'node:fs'
import { readFile, stat, writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../system/durable-file.ts'
import { normaliseRepository, parseImageName } from './image-name.ts'

/** Points to a blob by its digest (OCI content descriptor). */
export interface Descriptor {
  readonly mediaType: string
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
}

/** The images that a registry knows: one descriptor of a manifest for each name, which its annotation tells. */
export interface ImageIndex {
  readonly schemaVersion: 2
  readonly manifests: readonly Descriptor[]
}

/** What an image consists of. */
export interface Manifest {
  readonly config: Descriptor
  /** Bottom first. */
  readonly layers: readonly Descriptor[]
}

/** The annotation that carries an image's full name, `docker.io/library/nginx:latest`. */
export const nameAnnotation = 'org.opencontainers.image.ref.name'

/** Where a blob of an OCI image layout stands. */
export function blobFile(folder: string, digest: string): string {
  return join(folder, 'blobs', ...digest.split(':'))
}

/** Builds the index entry that makes a manifest answer to a name. */
export function buildEntry(name: string, manifest: Descriptor): Descriptor {
  const { repository, reference } = parseImageName(name)
  return { ...manifest, annotations: { [nameAnnotation]: `docker.io/${repository}:${reference}` } }
}

/** Finds the manifest that a repository has under a tag or digest. */
export function findManifest(index: ImageIndex, repository: string, reference: string): Descriptor | undefined {
  const prefix = `docker.io/${normaliseRepository(repository)}:`
  return index.manifests.find((entry) => {
    const name = entry.annotations?.[nameAnnotation] ?? ''
    return name.startsWith(prefix) && (name === prefix + reference || entry.digest === reference)
  })
}

/** The tags of a repository, sorted; empty when there is no such repository. */
export function listTags(index: ImageIndex, repository: string): readonly string[] {
  const prefix = `docker.io/${normaliseRepository(repository)}:`
  const found = index.manifests.map((entry) => entry.annotations?.[nameAnnotation] ?? '').filter((name) => name.startsWith(prefix))
  return found.map((name) => name.slice(prefix.length)).toSorted()
}

/** Whether a blob of an image layout is there as long as it should be. */
export function hasBlob(folder: string, { digest, size }: Descriptor): boolean {
  return statSync(blobFile(folder, digest), { throwIfNoEntry: false })?.size === size
}

/** Whether an image has its manifest, configuration and layers. */
export function isWhole(folder: string, manifest: Descriptor): boolean {
  if (!hasBlob(folder, manifest)) return false
  const { config, layers } = loadManifest(folder, manifest)
  return [config, ...layers].every((blob) => hasBlob(folder, blob))
}

/** Reads the manifest of an image. */
export function loadManifest(folder: string, { digest }: Descriptor): Manifest {
  return JSON.parse(readFileSync(blobFile(folder, digest), 'utf8')) as Manifest
}

/** Reads the index of a layout; no images when there is none, or only what a broken write has left of one. */
export async function loadIndex(folder: string): Promise<ImageIndex> {
  try {
    return JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as ImageIndex
  } catch {
    return { schemaVersion: 2, manifests: [] }
  }
}

/** When the index was last written, in ms; 0 when there is none. */
export async function indexTime(folder: string): Promise<number> {
  return stat(join(folder, 'index.json')).then(
    (found) => found.mtimeMs,
    () => 0,
  )
}

/** Writes the index at one stroke: a reader sees the old or the new one. */
export async function writeIndex(folder: string, index: ImageIndex): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true })
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}\n')
  writeDurably(join(folder, 'index.json'), `${JSON.stringify(index, undefined, 2)}\n`, 0o644)
}
