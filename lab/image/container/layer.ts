import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeDurably } from '../../../system/durable-file.ts'
import { shell } from '../shell.ts'
import type { PackageSource } from '../apt/package-source.ts'
import { archiveName } from '../apt/plan.ts'
import type { PlannedPackage } from '../apt/plan.ts'
import { trimAwsCli } from '../aws-cli.ts'
import { copyCompiled } from '../compile-python.ts'
import { unpackPackages } from '../debian/install.ts'
import type { ImageLayer } from '../../lab.ts'
import { copyFiles, link } from '../place-files.ts'
import { readJson } from '../read-json.ts'
import type { Descriptor } from '../../registry/layout.ts'
import { hasBlob } from '../../registry/layout.ts'
import { addFile, hashFile } from './blobs.ts'
import { mediaTypes } from './manifest.ts'

/** What the builders of layers share. */
export interface LayerWork {
  /** The image layout that layers are put into. */
  readonly folder: string
  /** Folder of `KEY.json` files: which layer a recipe gave. On the same filesystem as `folder`. */
  readonly records: string
  readonly source: PackageSource
  /** Gives a tree with the byte-compiled code of the same Python packages, once there is one. */
  readonly compiled: () => Promise<string>
  readonly recipe: string
  readonly signal: AbortSignal
}

/** A layer whose packages have been resolved. */
export interface PlannedLayer extends ImageLayer {
  readonly plan: readonly PlannedPackage[]
  /** Whether it is the lowest, which brings the root's folders and accounts. */
  readonly isLowest: boolean
}

const rootFiles = fileURLToPath(new URL('./root-files', import.meta.url))
const rootFolders: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    ['dev', 'etc', 'home', 'mnt', 'opt', 'proc', 'run', 'srv', 'sys', 'usr/local/bin', 'var/lib', 'var/log'].map((path) => [path, 0o755]),
  ),
  root: 0o700,
  tmp: 0o1777,
  'var/tmp': 0o1777,
}

/** Builds a layer, or finds it among those built from the same recipe, packages and files. */
export async function buildLayer(work: LayerWork, layer: PlannedLayer): Promise<Descriptor> {
  const identity = JSON.stringify([
    work.recipe,
    { ...layer, plan: layer.plan.map(archiveName), files: await describeFiles(layer.files ?? {}) },
  ])
  const record = join(work.records, `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}.json`)
  const known = await readJson<Descriptor>(record)
  if (known && hasBlob(work.folder, known)) return known

  const scratch = await mkdtemp(join(work.records, '.building-'))
  try {
    const tree = join(scratch, 'tree')
    await mkdir(tree, { mode: 0o755 })
    await fillTree(work, layer, tree)
    const archive = join(scratch, 'layer.tar')
    // The times that packages give their files stay. Ours, the day of the build, do not, so that the same input gives the same bytes.
    const order = ['--sort=name', '--numeric-owner', '--format=gnu', '--mtime=@0', '--clamp-mtime']
    await shell({ signal: work.signal })`tar --create --file=${archive} --directory=${tree} ${order} .`
    const descriptor = await addFile(work.folder, archive, mediaTypes.layer)
    writeDurably(record, JSON.stringify(descriptor))
    return descriptor
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function fillTree(work: LayerWork, layer: PlannedLayer, tree: string): Promise<void> {
  const { plan, exclude = [], files = {}, links = {}, isLowest } = layer
  await unpackPackages({ source: work.source, plan, tree, exclude, signal: work.signal })
  if (isLowest) await layRoot(tree)
  await trimAwsCli(tree)
  if (existsSync(join(tree, 'usr/lib/python3'))) await copyCompiled(await work.compiled(), tree)
  for (const [path, { text, copyOf, mode = 0o644 }] of Object.entries(files)) {
    const target = join(tree, path)
    await mkdir(join(target, '..'), { recursive: true })
    await rm(target, { force: true })
    await (copyOf === undefined ? writeFile(target, text ?? '') : copyFile(copyOf, target))
    await chmod(target, mode)
  }
  for (const [path, target] of Object.entries(links)) await link(join(tree, path), target)
}

async function layRoot(tree: string): Promise<void> {
  for (const [path, mode] of Object.entries(rootFolders)) {
    await mkdir(join(tree, path), { recursive: true })
    await chmod(join(tree, path), mode)
  }
  await copyFiles(rootFiles, tree)
  await link(join(tree, 'var/run'), '/run')
}

/** A copied file counts by its content: the recipe of a layer stays the same when it moves, and changes when it does. */
async function describeFiles(files: NonNullable<ImageLayer['files']>): Promise<unknown> {
  return Promise.all(
    Object.entries(files).map(async ([path, file]) => [
      path,
      file.mode,
      file.copyOf === undefined ? file.text : await hashFile(file.copyOf),
    ]),
  )
}

/** A digest of images as they are asked for, with the content of the files that they copy. */
export async function digestImages(images: readonly { readonly layers: readonly ImageLayer[] }[]): Promise<string> {
  const described = images.map(async (image) => ({
    ...image,
    layers: await Promise.all(image.layers.map(async (layer) => ({ ...layer, files: await describeFiles(layer.files ?? {}) }))),
  }))
  return createHash('sha256')
    .update(JSON.stringify(await Promise.all(described)))
    .digest('hex')
}
