import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContainerImage, Progress } from '../lab.ts'
import { openPackageSource } from './apt/package-source.ts'
import { withLock } from './cache-lock.ts'
import { buildContainerImages } from './container/build.ts'
import { digestImages } from './container/layer.ts'
import { basePackages } from './machine/packages.ts'
import { buildBaseTree, buildContainerHostTree } from './machine/trees.ts'
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
  const { cacheDir, progress, signal } = request
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
    const work = { folder, source, recipe, progress, signal }
    const base = await buildBaseTree(work, packages)
    const containerHost = await buildContainerHostTree(work, base, packages)
    const prepared = { base, containerHost, registry: join(cacheDir, 'registry') }
    const layers = { folder: prepared.registry, records: join(cacheDir, 'layers'), system: [containerHost, base] }
    await buildContainerImages({ ...work, ...layers }, request.images)
    await writeFile(`${recordFile}.part`, JSON.stringify({ digest: await digest(), prepared }))
    await rename(`${recordFile}.part`, recordFile)
    await removeUnusedTrees(folder, [base, containerHost])
    return prepared
  })
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
