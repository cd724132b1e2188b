import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runProgram } from '../run-program.ts'
import { buildMachineFiles } from './machine-files.ts'
import type { MachineIdentity } from './machine-files.ts'

/** The read-only trees that machines are layered on: see lab/image. */
export interface MachineLayers {
  readonly base: string
  readonly containerHost: string
}

/** A machine's disk: a folder of its own over shared read-only trees. */
export interface Disk {
  /** The mounted root. */
  readonly root: string
  /** What the machine has written: the upper layer. */
  readonly written: string
  /** A folder of the real file system for a container engine, which cannot layer on a layer. */
  readonly engine: string
  mount(): Promise<void>
  unmount(): Promise<void>
  /** Removes everything that the machine has written. It must be unmounted. */
  remove(): Promise<void>
}

/** What a disk is opened with. */
export interface DiskOptions {
  readonly folder: string
  readonly layers: MachineLayers
  readonly isContainerHost: boolean
  readonly identity: MachineIdentity
  /** File with the certificate of the lab's authority. */
  readonly authorityFile: string
}

/**
 * Opens a machine's disk, and makes it when there is none yet.
 * The machine's own files go to the upper layer before the first mount: later the machine may have put links in their place
 * that lead out of it.
 */
export async function openDisk(options: DiskOptions): Promise<Disk> {
  const { folder, layers } = options
  const disk = { root: join(folder, 'root'), written: join(folder, 'upper'), engine: join(folder, 'engine') }
  const lower = options.isContainerHost ? [layers.containerHost, layers.base] : [layers.base]
  if (!existsSync(disk.written)) await makeDisk(options, disk.written, lower)
  for (const name of ['root', 'work', 'engine']) await mkdir(join(folder, name), { recursive: true, mode: 0o755 })
  let isMounted = false
  return {
    ...disk,
    mount: async () => {
      if (isMounted) return
      const sources = `lowerdir=${lower.map(escapeLayer).join(':')},upperdir=${escapeOption(disk.written)},workdir=${escapeOption(join(folder, 'work'))}`
      await runProgram(['mount', '-t', 'overlay', 'overlay', '-o', sources, disk.root])
      isMounted = true
    },
    unmount: async () => {
      if (!isMounted) return
      // A process of the lab that just looked inside must not keep the disk: a lazy unmount takes it out of sight at once and frees it
      // with its last user.
      await runProgram(['umount', '--lazy', disk.root])
      isMounted = false
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

async function makeDisk(options: DiskOptions, written: string, lower: readonly string[]): Promise<void> {
  const draft = `${written}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o755 })
  const authorities = await readFile(join(options.layers.base, 'etc/ssl/certs/ca-certificates.crt'), 'utf8')
  const files = buildMachineFiles(options.identity, await readFile(options.authorityFile, 'utf8'), authorities)
  for (const { path, text, mode } of files) {
    await mkdir(dirname(join(draft, path)), { recursive: true, mode: 0o755 })
    await writeFile(join(draft, path), text, { mode, flag: 'wx' })
  }
  for (const path of ownAuthorityLists) {
    if (!lower.some((tree) => existsSync(join(tree, path)))) continue
    await mkdir(dirname(join(draft, path)), { recursive: true, mode: 0o755 })
    await symlink('/etc/ssl/certs/ca-certificates.crt', join(draft, path))
  }
  await rename(draft, written)
}

/** Lists of authorities that Python packages bring: the aws command must trust the lab's whoever runs it, with whatever environment. */
const ownAuthorityLists = ['awscli/botocore', 'botocore', 'certifi'].map((name) => `usr/lib/python3/dist-packages/${name}/cacert.pem`)

function escapeOption(path: string): string {
  return path.replaceAll(/[\\,]/g, String.raw`\$&`)
}
function escapeLayer(path: string): string {
  return escapeOption(path).replaceAll(':', String.raw`\:`)
}
