import { createHash } from 'node:crypto'
import type { ContainerImage } from '../../lab.ts'
import type { Descriptor } from '../../registry/layout.ts'

/** Media types of Docker's image format, version 2 schema 2, which every engine reads.
 *  @see https://distribution.github.io/distribution/spec/manifest-v2-2/ */
export const mediaTypes = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  // Layers are not compressed: the registry is on the same computer, and inflating costs more than reading.
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
} as const

/** A blob that is small enough to be held as text, with the descriptor that points to it. */
export interface TextBlob {
  readonly text: string
  readonly descriptor: Descriptor
}

/** Describes a text as a blob. */
function describeText(text: string, mediaType: string): TextBlob {
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
  return { text, descriptor: { mediaType, digest, size: Buffer.byteLength(text) } }
}

/** Node's name of a processor architecture -> the one of OCI and Go. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * Builds the configuration of an image. The same layers and settings always give the same bytes.
 *
 * @param layers  bottom first; their digests are those of the uncompressed tar, which is what they are
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md
 */
export function buildImageConfig(settings: ContainerImage['config'], layers: readonly Descriptor[], arch: string = process.arch): TextBlob {
  const created = '1970-01-01T00:00:00Z'
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const env = settings.Env?.some((entry) => entry.startsWith('PATH=')) ? settings.Env : [path, ...(settings.Env ?? [])]
  const config = {
    architecture: architectures[arch] ?? arch,
    os: 'linux',
    created,
    config: { ...settings, Env: env },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
    history: layers.map(() => ({ created, created_by: 'titus-bed: Debian packages, without a Docker engine' })),
  }
  return describeText(JSON.stringify(config), mediaTypes.config)
}

/** Builds the manifest that joins a configuration and its layers, bottom first. */
export function buildManifest(config: Descriptor, layers: readonly Descriptor[]): TextBlob {
  return describeText(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers }), mediaTypes.manifest)
}
