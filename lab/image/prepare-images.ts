import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContainerImage, Progress } from '../lab.ts'
import { openPackageSource } from './apt/package-source.ts'
import { withLock } from './cache-lock.ts'
import { buildContainerImages } from './container/build.ts'
import { digestImages } from './container/layer.ts'
import { basePackages } from './machine/packages.ts'
import { buildMachineTrees, planMachines } from './machine/trees.ts'
import type { MachineTrees, TreeWork } from './machine/trees.ts'
import { runTogether } from './in-parallel.ts'
import { TestbedError } from '../../schemas/failure.ts'
import { findNodeRuntime } from './node-runtime.ts'
import { recipeDigest } from './recipe.ts'
import { removeUnusedTrees } from './unused-trees.ts'

/** What the lab boots from. All of it is read-only and shared by every lab of this computer. */
export interface PreparedImages {
  /** Root-owned tree of a whole small Debian with systemd and sshd: the lowest layer of every machine. */
  readonly base: string
  /** Root-owned tree that goes over `base` on container hosts: Docker and the aws command. */
  readonly containerHost: string
  /** Folder that the registry serves: an OCI image layout. */
  readonly registry: string
}

/** What `prepareImages` takes. `cacheDir` is made if need be and belongs to this function alone. */
export interface ImageRequest {
  readonly cacheDir: string
  readonly images: readonly ContainerImage[]
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * Builds, or finds in the cache, everything that the lab boots from. Needs root. Cold it takes as long as the download of 100 MB and half
 * a minute of one processor; warm it costs a few file reads.
 *
 * @throws TestbedError when packages cannot be had
 */
export const prepareImages = async (request: ImageRequest): Promise<PreparedImages> => {
  const { cacheDir, progress } = request
  // every program that is started listens to it, some ten at a time
  const signal = AbortSignal.any([request.signal])
  setMaxListeners(0, signal)
  await mkdir(join(cacheDir, 'trees'), { recursive: true })
  const source = await openPackageSource(join(cacheDir, 'apt'), { progress, signal })
  const runtime = await findNodeRuntime()
  const packages = runtime.kind === 'package' ? [...basePackages, 'nodejs'] : basePackages
  const recipe = await recipeDigest()
  const recordFile = join(cacheDir, 'prepared.json')
  const digest = async (): Promise<string> =>
    createHash('sha256')
      .update(JSON.stringify([recipe, packages, await digestImages(request.images), await source.stamp()]))
      .digest('hex')
  const known = await readRecord(recordFile, await digest())
  if (known) return known
  return withLock(join(cacheDir, 'lock'), { progress, signal }, async () => {
    const meanwhile = await readRecord(recordFile, await digest())
    if (meanwhile) return meanwhile
    const folder = join(cacheDir, 'trees')
    await sweep(folder)
    const build = async (): Promise<PreparedImages> => buildAll(request, packages, { folder, source, recipe, progress, signal })
    const prepared = await build().catch(async (error: unknown) => {
      signal.throwIfAborted()
      // the system's own lists may be so old that servers have dropped what they name
      if (!(error instanceof TestbedError) || !(await source.renew())) throw error
      return build()
    })
    await writeFile(`${recordFile}.part`, JSON.stringify({ digest: await digest(), prepared }))
    await rename(`${recordFile}.part`, recordFile)
    await removeUnusedTrees(folder, [prepared.base, prepared.containerHost])
    return prepared
  })
}

/** The machines' trees and the container images at the same time: one unpacks while apt resolves for the other. */
const buildAll = async ({ cacheDir, images }: ImageRequest, packages: readonly string[], work: TreeWork): Promise<PreparedImages> => {
  const registry = join(cacheDir, 'registry')
  const plan = await planMachines(work.source, packages, work.progress)
  let trees: Promise<MachineTrees>
  const buildTrees = async (signal: AbortSignal): Promise<MachineTrees> => (trees = buildMachineTrees({ ...work, signal }, plan))
  const compiled = async (): Promise<string> => (await trees).containerHost
  const buildImages = async (signal: AbortSignal): Promise<void> =>
    buildContainerImages({ ...work, signal, folder: registry, records: join(cacheDir, 'layers'), compiled }, images)
  const [built] = await runTogether<[MachineTrees, void]>(work.signal, [buildTrees, buildImages])
  return { ...built, registry }
}

/** What a build left that was killed. */
const sweep = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder))
    if (name.startsWith('.building-')) await rm(join(folder, name), { recursive: true, force: true })
}

const readRecord = async (file: string, digest: string): Promise<PreparedImages | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => '')
  if (text === '') return undefined
  const record = JSON.parse(text) as { digest: string; prepared: PreparedImages }
  return record.digest === digest && Object.values(record.prepared).every((path) => existsSync(path)) ? record.prepared : undefined
}
