import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TestbedError } from '../schemas/failure.ts'
import { buildNodeCommand } from './bundle/node-program.ts'
import { startBundle } from './bundle/start-bundle.ts'
import { stopBundle } from './bundle/stop-bundle.ts'
import { findLab } from './find-lab.ts'
import { findNodeRuntime, prepareImages } from './image/index.ts'
import type { ContainerImage, LabConnection, Progress } from './lab.ts'
import { findMirrors, mirrorOptionsFile } from './mirror/index.ts'
import type { MirrorOptions } from './mirror/index.ts'
import { regionOptionsFile } from './region/options.ts'
import type { RegionOptions } from './region/options.ts'

/** What a lab is started with. */
export interface StartOptions {
  /** The lab's own folder, such as `.titus-bed/NAME/lab`. Made, with mode 0700; everything of the lab is in it. */
  readonly stateDir: string
  /** Of this computer, shared by all labs: images and the packages that they are made of. */
  readonly cacheDir: string
  readonly region: string
  /** What the lab's registry serves under the names of Docker Hub. */
  readonly images: readonly ContainerImage[]
  /** Those of `images` that will be asked for as files as well. */
  readonly packed?: readonly ContainerImage[]
  /** What machines boot. A `stock` one is the distribution's own system, runs the real cloud-init and installs by apt, through a door to the servers that
   *  this computer's apt knows. */
  readonly machines?: 'quick' | 'stock'
  readonly progress: Progress
  readonly signal?: AbortSignal
}

const account = '123456789012'
const deadlineMs = 90_000

/**
 * Starts a lab, or finds the one that runs. A lab that was killed is swept and begun anew: its API keeps nothing.
 * @throws TestbedError when images cannot be built or the region does not come up, with the end of its log; the signal's reason
 */
export async function startLab(options: StartOptions): Promise<LabConnection> {
  const stateDir = resolve(options.stateDir)
  const cacheDir = resolve(options.cacheDir)
  for (const folder of [stateDir, cacheDir]) {
    // The lab has a /run of its own.
    if (folder.startsWith('/run/'))
      throw new TestbedError(`the lab cannot be kept under /run: ${folder}`, { hint: 'choose another folder' })
  }
  const running = await findLab(stateDir)
  if (running !== undefined) return running
  const signal = options.signal ?? new AbortController().signal
  const { machines = 'quick', packed = [] } = options
  const images = await prepareImages({ cacheDir, images: options.images, packed, machines, progress: options.progress, signal })
  const runtime = await findNodeRuntime()
  const mirrors = machines === 'stock' ? await findMirrors() : []
  signal.throwIfAborted()
  await stopLab(stateDir)
  await mkdir(stateDir, { recursive: true, mode: 0o700 })
  const region: RegionOptions = {
    region: options.region,
    account,
    images,
    ...(machines === 'quick' && runtime.kind === 'bind' ? { node: runtime.path } : {}),
    ...(machines === 'stock' ? { mirrors } : {}),
  }
  const door: MirrorOptions = { mirrors, cacheDir: join(cacheDir, 'mirrors') }
  if (machines === 'stock') await writeFile(join(stateDir, mirrorOptionsFile), JSON.stringify(door), { mode: 0o600 })
  await writeFile(join(stateDir, regionOptionsFile), JSON.stringify(region), { mode: 0o600 })
  const program = buildNodeCommand(new URL('./region/main.ts', import.meta.url), stateDir)
  return startBundle({ stateDir, program, deadlineMs, progress: options.progress, signal })
}

/**
 * Ends a lab and removes its folder, whatever state it is in; harmless when there is none.
 * @throws Error when something of it cannot be ended or removed
 */
export async function stopLab(stateDir: string): Promise<void> {
  const folder = resolve(stateDir)
  await stopBundle(folder)
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
