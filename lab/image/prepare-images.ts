import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ContainerImage, Progress } from '../lab.ts'
import { openPackageSource } from './apt/package-source.ts'
import { resolveTogether } from './apt/resolve-together.ts'
import { awsCliPackage } from './aws-cli.ts'
import { withLock } from './cache-lock.ts'
import { buildContainerImages, packagesOf } from './container/build.ts'
import { digestImages } from './container/layer.ts'
import { basePackages, containerHostPackages } from './machine/packages.ts'
import { buildMachineTrees, planMachines } from './machine/trees.ts'
import type { MachineTrees, TreeWork } from './machine/trees.ts'
import { buildStockTree, planStock } from './stock/tree.ts'
import { runTogether } from './in-parallel.ts'
import { TestbedError } from '../../schemas/failure.ts'
import { writeDurably } from '../../system/durable-file.ts'
import { findNodeRuntime } from './node-runtime.ts'
import { packImages } from './pack-images.ts'
import { makeFolder } from './place-files.ts'
import { readJson } from './read-json.ts'
import { recipeDigest } from './recipe.ts'
import { removeUnusedTrees } from './unused-trees.ts'
import { findManifest, isWhole, loadIndex } from '../registry/layout.ts'
import { parseImageName } from '../registry/image-name.ts'

/** What the lab boots from. All of it is read-only and shared by every lab of this computer. */
export interface PreparedImages {
  /** Root-owned tree of a whole small Debian with systemd and sshd: the lowest layer of every machine. */
  readonly base: string
  /** Root-owned tree that goes over `base` on container hosts: Docker and the aws command. The same as `base` where machines install these themselves. */
  readonly containerHost: string
  /** Folder that the registry serves: an OCI image layout. */
  readonly registry: string
}

/** What `prepareImages` takes. `cacheDir` is made if need be and belongs to this function alone. */
export interface ImageRequest {
  readonly cacheDir: string
  readonly images: readonly ContainerImage[]
  /** Those of `images` that will be asked for as files as well (see `exportImages`): they are packed while the machines' trees are built. */
  readonly packed?: readonly ContainerImage[]
  /** What machines boot: small trees that are quick, unless `stock` asks for the distribution's own system, as its cloud image has it. */
  readonly machines?: 'quick' | 'stock'
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * Builds, or finds in the cache, everything that the lab boots from. Needs root. Cold it takes as long as the download of 180 MB and
 * half a minute of two processors; warm it costs a few file reads.
 *
 * @throws TestbedError when packages cannot be had
 */
export async function prepareImages(request: ImageRequest): Promise<PreparedImages> {
  const { cacheDir, progress, machines = 'quick' } = request
  // Every program that is started listens to the signal, some ten at a time.
  const signal = AbortSignal.any([request.signal])
  setMaxListeners(0, signal)
  await makeFolder(dirname(resolve(cacheDir)))
  const [folder, layers] = [join(cacheDir, 'trees'), join(cacheDir, 'layers')]
  for (const place of [folder, layers]) await mkdir(place, { recursive: true })
  const source = await openPackageSource(join(cacheDir, 'apt'), { progress, signal })
  const runtime = await findNodeRuntime()
  const packages = runtime.kind === 'package' ? [...basePackages, 'nodejs'] : basePackages
  const node = runtime.kind === 'bind' ? { nodeVersion: process.versions.node } : {}
  const recipe = await recipeDigest()
  const recordFile = join(cacheDir, recordNames[machines])
  const digest = async (): Promise<string> =>
    createHash('sha256')
      .update(JSON.stringify([recipe, packages, node, await digestImages(request.images), await source.stamp()]))
      .digest('hex')
  const known = await readRecord(recordFile, await digest(), request.images)
  if (known) return known
  return withLock(join(cacheDir, 'lock'), { progress, signal }, async () => {
    const meanwhile = await readRecord(recordFile, await digest(), request.images)
    if (meanwhile) return meanwhile
    for (const place of [folder, layers, join(cacheDir, 'apt/archives')]) await sweep(place)
    const build = async (): Promise<PreparedImages> => buildAll(request, packages, { folder, source, recipe, progress, signal, ...node })
    const prepared = await build().catch(async (error: unknown) => {
      signal.throwIfAborted()
      // The system's own lists may be so old that servers have dropped what they name.
      if (isDiskFull(error) || !(error instanceof TestbedError) || !(await source.renew())) throw error
      return build()
    })
    writeDurably(recordFile, JSON.stringify({ digest: await digest(), prepared }))
    await removeUnusedTrees(folder, await treesInUse(cacheDir))
    return prepared
  }).catch((error: unknown) => {
    throw isDiskFull(error) ? describeFullDisk(cacheDir, error) : error
  })
}

/** Whether a program or a call of ours failed for want of room; programs say so in words, and their errors may be the cause of ours. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && (/ENOSPC|No space left on device|enough free space/.test(error.message) || isDiskFull(error.cause))
}

function describeFullDisk(cacheDir: string, cause: unknown): TestbedError {
  return new TestbedError(`The images do not fit on the disk: ${cacheDir} needs 1 GB.`, {
    cause,
    hint: `Free space (df -h ${cacheDir}), or keep the cache elsewhere: XDG_CACHE_HOME=FOLDER`,
  })
}

/** The machines' trees and the container images at the same time: two lines of work, one for each of two processors. */
async function buildAll(request: ImageRequest, packages: readonly string[], work: TreeWork): Promise<PreparedImages> {
  const { cacheDir, images, packed = [], machines } = request
  const registry = join(cacheDir, 'registry')
  // Container images take over byte-compiled code from the quick machines' layer, so that it is there for stock machines as well.
  const machine = { layers: [{ packages: [...packages, ...containerHostPackages, awsCliPackage] }] }
  const source = resolveTogether(work.source, await packagesOf(work.source, [machine, ...images]))
  const plan = await planMachines(source, packages, work.progress)
  let trees: Promise<MachineTrees>
  const buildTrees = async (signal: AbortSignal): Promise<MachineTrees> => (trees = buildMachineTrees({ ...work, signal }, plan))
  const compiled = async (): Promise<string> => (await trees).containerHost
  const buildImages = async (signal: AbortSignal): Promise<void> => {
    const containers = { ...work, source, signal, folder: registry, records: join(cacheDir, 'layers'), compiled }
    // The others wait for the trees at their end, so that they come last.
    await buildContainerImages(containers, packed)
    if (packed.length > 0) await packImages({ ...request, images: packed, signal })
    const packedNames = new Set(packed.map(({ names }) => names[0]))
    await buildContainerImages(
      containers,
      images.filter(({ names }) => !packedNames.has(names[0])),
    )
  }
  const [built] = await runTogether<[MachineTrees, void]>(work.signal, [buildTrees, buildImages])
  if (machines !== 'stock') return { ...built, registry }
  const stock = await buildStockTree(work, await planStock(work.source))
  return { base: stock, containerHost: stock, registry }
}

/** Where what was prepared is on record, by the kind of machines. */
const recordNames = { quick: 'prepared.json', stock: 'prepared-stock.json' } as const

/** The trees that are on record: a lab of one kind does not remove those of the other. */
async function treesInUse(cacheDir: string): Promise<readonly string[]> {
  const records = await Promise.all(
    Object.values(recordNames).map(async (name) => readJson<{ prepared: PreparedImages }>(join(cacheDir, name))),
  )
  return records.flatMap((record) => (record === undefined ? [] : [record.prepared.base, record.prepared.containerHost]))
}

/** What a build left that was killed. A program of it may still be writing, so the removal is tried again. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith('.building-')) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 10 })
}

/** What was prepared before, where it was made of the same and is still there. */
async function readRecord(file: string, digest: string, images: readonly ContainerImage[]): Promise<PreparedImages | undefined> {
  const record = await readJson<{ digest: string; prepared: PreparedImages }>(file)
  if (record?.digest !== digest) return undefined
  const { base, containerHost, registry } = record.prepared
  const index = await loadIndex(registry)
  const isServed = (name: string): boolean => {
    const { repository, reference } = parseImageName(name)
    const entry = findManifest(index, repository, reference)
    return entry !== undefined && isWhole(registry, entry)
  }
  const isComplete = existsSync(base) && existsSync(containerHost) && images.every(({ names }) => names.every(isServed))
  return isComplete ? record.prepared : undefined
}
