import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { shell } from '../shell.ts'
import type { Descriptor } from '../../registry/layout.ts'
import { addFile, addText } from './blobs.ts'
import { buildManifest, mediaTypes } from './manifest.ts'

/** Whether a Docker engine runs on this computer. `docker info` would not tell: it ends well without one. */
export async function isEngineReachable(signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(3000)])
  const result = await shell({ signal: limit, nothrow: true })`docker version --format ${'{{.Server.Version}}'}`
  signal.throwIfAborted()
  return result.exitCode === 0 && /^\d/.test(result.stdout.trim())
}

/** An engine waits long for a registry that does not go on answering; a stand-in is quicker. */
const pullWithinMs = 120_000

/** Pulls an image with this computer's Docker engine and takes it over into an image layout. Gives its manifest. */
export async function pullImage(
  name: string,
  place: { readonly folder: string; readonly records: string; readonly signal: AbortSignal },
): Promise<Descriptor> {
  const scratch = await mkdtemp(join(place.records, '.building-'))
  try {
    const archive = join(scratch, 'image.tar')
    const limit = AbortSignal.any([place.signal, AbortSignal.timeout(pullWithinMs)])
    await shell({ signal: limit })`docker pull --quiet ${name}`
    await shell({ signal: place.signal })`docker save --output ${archive} ${name}`
    return await importArchive(archive, scratch, place)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/**
 * Takes over the one image of an archive that `docker save` wrote.
 *
 * @param scratch  an empty folder on the filesystem of the image layout; the caller removes it
 * @see https://github.com/moby/docker-image-spec/blob/main/spec.md#combined-image-json--filesystem-changeset-format
 */
export async function importArchive(
  archive: string,
  scratch: string,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<Descriptor> {
  await shell({ signal })`tar --extract --file=${archive} --directory=${scratch} --no-same-owner`
  const [image] = JSON.parse(await readFile(join(scratch, 'manifest.json'), 'utf8')) as readonly {
    Config: string
    Layers: readonly string[]
  }[]
  if (!image) throw new Error('The archive has no image.')
  const layers: Descriptor[] = []
  for (const path of image.Layers) layers.push(await addFile(folder, join(scratch, path), mediaTypes.layer))
  const config = await addFile(folder, join(scratch, image.Config), mediaTypes.config)
  const manifest = buildManifest(config, layers)
  await addText(folder, manifest)
  return manifest.descriptor
}
