import { mkdirSync, rmdirSync } from 'node:fs'
import { readFile, statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { findHierarchies } from '../bundle/cgroup.ts'
import { buildFinding } from './finding.ts'
import type { Finding } from './finding.ts'
import { nearestFolder } from './kernel.ts'
import { countOf } from '../../system/count-of.ts'

/** Capabilities that the lab uses, with their numbers. @see capabilities(7), linux/capability.h */
const capabilities: Readonly<Record<string, number>> = {
  CAP_CHOWN: 0,
  CAP_NET_ADMIN: 12,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_ADMIN: 21,
  CAP_MKNOD: 27,
}

const gibibyte = 2 ** 30
/** Two trees, the registry, the archives and five machines' disks: what a lab of the shipped size takes. */
const neededDiskBytes = 3 * gibibyte
const neededMemoryBytes = 1.5 * gibibyte
/** Every booted machine takes three; half of the limit is left to others. */
const neededInotify = 64

/** Whether we are root. */
export function examineRoot(): Finding {
  return buildFinding(
    'root',
    process.getuid?.() === 0,
    process.getuid?.() === 0 ? 'root' : 'not root',
    `sudo -E env PATH="$PATH" npx titus-bed ${process.argv.slice(2).join(' ')}`.trimEnd(),
  )
}

/** Whether root has here what root usually has; in a container it often has not. */
export async function examineCapabilities(): Promise<Finding> {
  const missing = missingCapabilities(await readFile('/proc/self/status', 'utf8'))
  const what =
    missing.length === 0 ? `capabilities ${Object.keys(capabilities).join(', ')}` : `the capabilities ${missing.join(', ')} are missing`
  return buildFinding(
    'capabilities',
    missing.length === 0,
    what,
    'Run it with sudo on a computer or virtual machine; in a container, start that with: docker run --privileged',
  )
}

/** The capabilities that a process lacks, from its /proc/PID/status. */
export function missingCapabilities(status: string): readonly string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`)
  return Object.entries(capabilities).flatMap(([name, bit]) => ((effective >> BigInt(bit)) & 1n ? [] : [name]))
}

/** Whether cgroups can be made in every hierarchy. */
export function examineCgroups(): Finding {
  const broken: string[] = []
  const hierarchies = findHierarchies()
  for (const hierarchy of hierarchies) {
    const folder = join(hierarchy, `titus-bed-probe-${process.pid}`)
    try {
      mkdirSync(folder)
      rmdirSync(folder)
    } catch (error) {
      broken.push(error instanceof Error ? error.message : String(error))
    }
  }
  const ok = hierarchies.length > 0 && broken.length === 0
  const version = hierarchies.length === 1 ? 'v2' : 'v1'
  const what = ok ? `cgroups ${version}, writable` : `cgroups cannot be made: ${broken[0] ?? 'none is mounted at /sys/fs/cgroup'}`
  return buildFinding('cgroups', ok, what, 'mount -o remount,rw /sys/fs/cgroup (in a container: docker run --privileged --cgroupns=host)')
}

/** Whether the limit of inotify instances lets the machines boot: every systemd takes three. */
export async function examineInotify(): Promise<Finding> {
  const limit = Number(await readFile('/proc/sys/fs/inotify/max_user_instances', 'utf8'))
  const what = `inotify instances: ${limit}, enough for about ${countOf(Math.floor(limit * 0.35), 'machine')}`
  return buildFinding('inotify', limit >= neededInotify, what, 'sysctl -w fs.inotify.max_user_instances=1024')
}

/** Whether there is memory for a testbed of the shipped size. */
export async function examineMemory(): Promise<Finding> {
  const text = await readFile('/proc/meminfo', 'utf8')
  const available = Number(/^MemAvailable:\s*(\d+)/m.exec(text)?.[1] ?? 0) * 1024
  return buildFinding(
    'memory',
    available >= neededMemoryBytes,
    `memory: ${inGiB(available)} free of ${inGiB(neededMemoryBytes)} needed`,
    'Close other programs, or use a computer with more memory.',
  )
}

/** Whether there is room where testbeds are kept. */
export async function examineDisk(stateDir: string): Promise<Finding> {
  const folder = nearestFolder(resolve(stateDir))
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  return buildFinding(
    'disk',
    free >= neededDiskBytes,
    `disk at ${folder}: ${inGiB(free)} free of ${inGiB(neededDiskBytes)} needed`,
    `Free space, or keep the testbed elsewhere: du -xh --max-depth=2 ${folder} | sort -h | tail`,
  )
}

function inGiB(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(1)} GiB`
}
