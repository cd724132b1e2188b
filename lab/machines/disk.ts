import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { volumesFolder } from '../fence.ts'
import type { FencedDisk } from '../fence.ts'
import { machineIds } from '../machine-ids.ts'
import { shiftOwners } from '../shift-owners.ts'
import { authorityList, buildMachineFiles, labAuthority } from './machine-files.ts'
import type { MachineFile, MachineIdentity } from './machine-files.ts'
import { mountVolume, removeVolume } from './volume.ts'

/** The read-only trees that machines are layered on: see lab/image. */
export interface MachineLayers {
  readonly base: string
  readonly containerHost: string
}

/** A machine's disk: a volume of its own over shared read-only trees. Each boot mounts it anew. */
export interface Disk extends FencedDisk {
  /** What the machine has written: the upper layer. */
  readonly written: string
  /** Why the machine may fill this computer's disk, where it could not have a volume; absent where it has one. */
  readonly unlimited?: string
  /** Removes everything that the machine has written. No process may use it any more. */
  remove(): Promise<void>
}

/** What a disk is opened with. */
export interface DiskOptions {
  readonly folder: string
  /** Of the volume. */
  readonly sizeGiB: number
  /** Where volumes are mounted, each below its machine's id; `volumesFolder` in a lab. */
  readonly volumes?: string
  /** A folder that the root of the machine's user namespace can reach: the disk is mounted below it. */
  readonly reachable: string
  readonly layers: MachineLayers
  readonly isContainerHost: boolean
  readonly identity: MachineIdentity
  /** File with the certificate of the lab's authority. */
  readonly authorityFile: string
  /** Further files that the machine has from the start. */
  readonly files?: readonly MachineFile[]
}

/**
 * Opens a machine's disk, and makes it when there is none yet.
 * The machine's own files go to the upper layer before the first mount: later the machine may have put links in their place
 * that lead out of it.
 */
export async function openDisk(options: DiskOptions): Promise<Disk> {
  const { folder, layers, reachable, sizeGiB, volumes = volumesFolder } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const volume = { file: join(folder, 'volume.ext4'), mountPoint: join(volumes, options.identity.instanceId), sizeGiB }
  const unlimited = await mountVolume(volume).then(() => undefined, String)
  const place = unlimited === undefined ? volume.mountPoint : folder
  const [written, work, engineSource] = [join(place, 'upper'), join(place, 'work'), join(place, 'engine')]
  const disk = { root: join(reachable, 'root'), written, engine: join(reachable, 'engine'), engineSource, volumes }
  const lower = [...new Set([...(options.isContainerHost ? [layers.containerHost] : []), layers.base])]
  if (!existsSync(written)) await makeDisk(options, written, lower)
  for (const path of [work, engineSource, disk.root, disk.engine]) await mkdir(path, { recursive: true, mode: 0o755 })
  // The machine's root owns its engine's folder, and the one where systemd-nspawn puts a lock beside the machine's root.
  for (const path of [engineSource, reachable]) await chown(path, machineIds.first, machineIds.first)
  return {
    ...disk,
    ...(unlimited === undefined ? {} : { unlimited }),
    layers: `lowerdir=${lower.map(escapeLayer).join(':')},upperdir=${escapeOption(written)},workdir=${escapeOption(work)}`,
    remove: async () => {
      await removeVolume(volume)
      for (const path of [folder, reachable]) await rm(path, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function makeDisk(options: DiskOptions, written: string, lower: readonly string[]): Promise<void> {
  const draft = `${written}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o755 })
  const authorities = await readFile(join(options.layers.base, 'etc/ssl/certs/ca-certificates.crt'), 'utf8')
  const files = buildMachineFiles(options.identity, await readFile(options.authorityFile, 'utf8'), authorities)
  for (const { path, text, mode } of [...files, ...(options.files ?? [])]) {
    await mkdir(dirname(join(draft, path)), { recursive: true, mode: 0o755 })
    await writeFile(join(draft, path), text, { mode, flag: 'wx' })
  }
  for (const path of ownAuthorityLists) {
    if (!lower.some((tree) => existsSync(join(tree, path)))) continue
    await mkdir(dirname(join(draft, path)), { recursive: true, mode: 0o755 })
    await symlink(path.includes('botocore') ? labAuthority : authorityList, join(draft, path))
  }
  await shiftOwners(draft)
  await rename(draft, written)
}

/** Lists of authorities that Python packages bring: the aws command, which asks the lab alone, must trust the lab's whoever runs it, with whatever environment. */
const ownAuthorityLists = ['awscli/botocore', 'botocore', 'certifi'].map((name) => `usr/lib/python3/dist-packages/${name}/cacert.pem`)

function escapeOption(path: string): string {
  return path.replaceAll(/[\\,]/g, String.raw`\$&`)
}
function escapeLayer(path: string): string {
  return escapeOption(path).replaceAll(':', String.raw`\:`)
}
