import { machineIds } from './machine-ids.ts'

/** Where the lab, in its own mount namespace, keeps what the root of a machine's user namespace has to reach: the state folder is not open to it. */
export function reachableFolder(name: string): string {
  return `/run/titus-bed/${name}`
}

/** Where the lab, in its own mount namespace, mounts the volumes of its machines. Made by lab/bundle/init.sh. */
export const volumesFolder = reachableFolder('volumes')

/** The file that holds a machine's user namespace. */
export function userNamespaceFile(name: string): string {
  return `/run/userns/${name}`
}

/** The file that holds a machine's network namespace, where ip-netns(8) looks for it. */
export function networkNamespaceFile(name: string): string {
  return `/run/netns/${name}`
}

/** What the kernel takes as a user namespace's map of user or group ids. @see user_namespaces(7) */
export const idMap = `0 ${machineIds.first} ${machineIds.count}\n`

/** What is mounted for a machine before it boots. */
export interface FencedDisk {
  /** Where the machine's root is mounted. */
  readonly root: string
  /** Options of the overlay that is mounted there. */
  readonly layers: string
  /** Where the container engine's folder is mounted. */
  readonly engine: string
  readonly engineSource: string
  /** A mount point with the volumes of all machines below it. */
  readonly volumes: string
}

/**
 * The command line that runs a program with a machine's disk mounted, in a mount namespace that no other machine has part in, and without
 * the volumes of others: each would keep them mounted.
 */
export function buildMountCommand(disk: FencedDisk, program: readonly string[]): readonly string[] {
  const script = 'mount -t overlay overlay -o "$0" "$1"; mount --bind "$2" "$3"; umount --lazy "$4"; shift 4; exec "$@"'
  return [...newMountNamespace(script), disk.layers, disk.root, disk.engineSource, disk.engine, disk.volumes, ...program]
}

/**
 * The command line that runs systemd-nspawn as the root of a machine's user namespace, who is nobody on this computer. It gets a mount
 * namespace of its own, in which every mount that is there is locked; a place for its locks; and the machine's root mounted once more, as it
 * cannot move one that is locked.
 * @see nsenter(1), unshare(1), user_namespaces(7), mount_namespaces(7)
 */
export function buildFencedCommand(name: string, disk: FencedDisk, program: readonly string[]): readonly string[] {
  const enter = ['nsenter', `--user=${userNamespaceFile(name)}`, '--setuid=0', '--setgid=0', '--']
  const script = 'mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs /run/systemd; mount --bind "$0" "$0"; exec "$@"'
  return buildMountCommand(disk, [...enter, ...newMountNamespace(script), disk.root, ...buildYoungCommand(program)])
}

/**
 * The command line that runs a program in whose /proc/uptime time begins now: this computer's would not show that a machine has rebooted.
 * Kernels before 5.6, and those that are built so, have one uptime for all.
 * @see time_namespaces(7)
 */
export function buildYoungCommand(program: readonly string[]): readonly string[] {
  const script = '[ -e /proc/self/ns/time ] || exec "$0" "$@"; exec unshare --time --boottime "-$(cut -d. -f1 /proc/uptime)" "$0" "$@"'
  return ['sh', '-euc', script, ...program]
}

function newMountNamespace(script: string): readonly string[] {
  return ['unshare', '--mount', '--propagation=private', 'sh', '-euc', script]
}
