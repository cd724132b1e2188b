import { mkdir } from 'node:fs/promises'
import { awsCliManualPackages, awsCliPackage } from '../aws-cli.ts'
import { planAbove } from '../apt/plan.ts'
import type { PlannedPackage } from '../apt/plan.ts'
import { selectClosure } from '../apt/closure.ts'
import type { PackageSource } from '../apt/package-source.ts'
import type { ContainerImage, ImageLayer, Progress } from '../../lab.ts'
import type { Descriptor, ImageIndex } from '../../registry/layout.ts'
import { buildEntry, isWhole, loadIndex, nameAnnotation, writeIndex } from '../../registry/layout.ts'
import { addText, removeUnusedBlobs } from './blobs.ts'
import { isEngineReachable, pullImage } from './docker-engine.ts'
import { buildLayer } from './layer.ts'
import type { LayerWork, PlannedLayer } from './layer.ts'
import { buildImageConfig, buildManifest } from './manifest.ts'

/** What `buildContainerImages` needs. */
export interface ContainerWork extends LayerWork {
  readonly progress: Progress
}

/**
 * Makes the images and puts them into the image layout, where each answers to all its names. An image that may be pulled is, where a Docker
 * engine runs on this computer; otherwise it is built from packages. Images of earlier calls stay unless their name is taken.
 */
export async function buildContainerImages(work: ContainerWork, images: readonly ContainerImage[]): Promise<void> {
  await mkdir(work.records, { recursive: true })
  const hasEngine = images.some((image) => image.pull) && (await isEngineReachable(work.signal))
  const entries: Descriptor[] = []
  for (const image of images) {
    const pulled = hasEngine && image.pull ? await pullOrTell(work, image) : undefined
    const manifest = pulled ?? (await buildImage(work, image))
    for (const name of image.names) entries.push(buildEntry(name, manifest))
  }
  const index = mergeIndex(await loadIndex(work.folder), entries, (entry) => isWhole(work.folder, entry))
  await writeIndex(work.folder, index)
  await removeUnusedBlobs(work.folder, index)
}

/** New entries take the place of old ones with their names; old ones that are no longer whole go too. */
export function mergeIndex(old: ImageIndex, entries: readonly Descriptor[], isUsable: (entry: Descriptor) => boolean): ImageIndex {
  const taken = new Set(entries.map((entry) => entry.annotations?.[nameAnnotation]))
  const kept = old.manifests.filter((entry) => !taken.has(entry.annotations?.[nameAnnotation]) && isUsable(entry))
  return { schemaVersion: 2, manifests: [...kept, ...entries] }
}

async function buildImage(work: ContainerWork, image: ContainerImage): Promise<Descriptor> {
  work.progress(`Building the container image ${image.names[0] ?? ''}`)
  const layers: Descriptor[] = []
  for (const layer of await planLayers(work.source, image.layers)) layers.push(await buildLayer(work, layer))
  const config = buildImageConfig(image.config, layers)
  const manifest = buildManifest(config.descriptor, layers)
  await addText(work.folder, config)
  await addText(work.folder, manifest)
  return manifest.descriptor
}

/** The packages that images ask for by name. The AWS command line goes where there is none. */
export async function packagesOf(source: PackageSource, images: readonly Pick<ContainerImage, 'layers'>[]): Promise<readonly string[]> {
  const wanted = images.flatMap(({ layers }) => layers.flatMap((layer) => layer.packages ?? []))
  const dropped = wanted.includes(awsCliPackage) && !(await source.has(awsCliPackage)) ? [awsCliPackage] : []
  return wanted.filter((name) => !dropped.includes(name))
}

/** Gives each layer the packages that it brings: what its list needs beyond the layers below. */
async function planLayers(source: PackageSource, layers: readonly ImageLayer[]): Promise<readonly PlannedLayer[]> {
  const packages = await packagesOf(source, [{ layers }])
  const whole = packages.length > 0 ? await source.plan(packages) : []
  const left = new Set([...awsCliManualPackages, ...layers.flatMap(({ without = [] }) => without)])
  const usable = whole.filter((item) => !left.has(item.name))
  return layers.map((layer, index) => {
    const upTo = (count: number): readonly PlannedPackage[] =>
      selectClosure(
        usable,
        layers.slice(0, count).flatMap((each) => each.packages ?? []),
      )
    return { ...layer, plan: planAbove(upTo(index + 1), upTo(index)), isLowest: index === 0 }
  })
}

async function pullOrTell(work: ContainerWork, image: ContainerImage): Promise<Descriptor | undefined> {
  const name = image.names[0] ?? ''
  work.progress(`Pulling the container image ${name}`)
  try {
    return await pullImage(name, work)
  } catch (error) {
    work.signal.throwIfAborted()
    work.progress(
      `${name} could not be pulled, a stand-in is built: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
    )
    return undefined
  }
}
