import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const mountPoint = '/sys/fs/cgroup'

/**
 * The mounted cgroup hierarchies: one on v2, one for each controller (and systemd's own) on v1 and on the hybrid of both.
 * @param root  where cgroups are mounted
 * @see cgroups(7)
 */
export function findHierarchies(root = mountPoint): readonly string[] {
  if (existsSync(join(root, 'cgroup.controllers'))) return [root]
  // The links that v1 has for joined controllers (cpu -> cpu,cpuacct) are no directories, and so are left out.
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'cgroup.procs')))
    .map((entry) => join(root, entry.name))
}

/** Whether the computer has the unified hierarchy (v2) alone. */
export function isUnified(root = mountPoint): boolean {
  return existsSync(join(root, 'cgroup.controllers'))
}

/** The folders of one cgroup, one in each hierarchy. `path` is relative to the hierarchies' roots, such as `titus-bed/3f9a`. */
export function controlGroupFolders(path: string, root = mountPoint): readonly string[] {
  return findHierarchies(root).map((hierarchy) => join(hierarchy, path))
}

/** Makes the cgroup in every hierarchy, with its parents, ready to take processes. Existing ones stay as they are. */
export function createControlGroup(path: string, root = mountPoint): void {
  // Systemd alone changes what lies above a scope, and has given the scope its controllers.
  const ruledBySystemd = path.startsWith('system.slice/') ? 2 : 0
  for (const hierarchy of findHierarchies(root)) {
    let folder = hierarchy
    for (const [depth, name] of path.split('/').entries()) {
      if (depth >= ruledBySystemd) delegateControllers(folder)
      folder = join(folder, name)
      mkdirSync(folder, { recursive: true })
      inheritCpuset(folder)
    }
  }
}

/** What a cgroup and all below it may use. */
export interface ControlGroupLimits {
  readonly processes: number
  readonly memoryBytes: number
}

/** Sets the limits of a cgroup, in those hierarchies that know them. The cgroup must exist. */
export function limitControlGroup(path: string, { processes, memoryBytes }: ControlGroupLimits, root = mountPoint): void {
  // On v1 the memory limit has the second name, on v2 the third.
  const limits = { 'pids.max': processes, 'memory.limit_in_bytes': memoryBytes, 'memory.max': memoryBytes }
  for (const folder of controlGroupFolders(path, root))
    for (const [name, limit] of Object.entries(limits)) if (existsSync(join(folder, name))) writeFileSync(join(folder, name), `${limit}\n`)
}

/**
 * Lets a user make cgroups below this one and move processes among them. Its limits stay root's.
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html, "Delegation"
 */
export function delegateControlGroup(path: string, user: number, root = mountPoint): void {
  for (const folder of controlGroupFolders(path, root))
    for (const name of ['', 'cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control', 'tasks'])
      if (existsSync(join(folder, name))) chownSync(join(folder, name), user, user)
}

/** Moves a process; 0 is the caller. The cgroup must exist. */
export function enterControlGroup(path: string, pid: number, root = mountPoint): void {
  for (const folder of controlGroupFolders(path, root)) writeFileSync(join(folder, 'cgroup.procs'), `${pid}\n`)
}

/** The processes in the cgroup and below it, as the caller's pid namespace numbers them. */
export function listProcesses(path: string, root = mountPoint): readonly number[] {
  const pids = new Set<number>()
  for (const folder of controlGroupFolders(path, root))
    for (const group of descend(folder)) for (const pid of readPids(group)) pids.add(pid)
  return [...pids]
}

/**
 * Kills every process in the cgroup and below it, and returns when the last is gone. Frozen ones are thawed to die.
 * The caller must not be in it.
 * @param deadlineMs  how long to go on
 * @throws Error when processes are left at the deadline (a process in uninterruptible sleep)
 */
export async function killControlGroup(path: string, deadlineMs = 10_000, root = mountPoint): Promise<void> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const pids = listProcesses(path, root)
    if (pids.length === 0) return
    if (performance.now() > deadline)
      throw new Error(`cgroup ${path}: processes ${pids.join(', ')} did not end within ${deadlineMs} ms of SIGKILL`)
    for (const folder of controlGroupFolders(path, root)) if (existsSync(folder) && !killAtOnce(folder)) thaw(folder)
    for (const pid of pids) killPid(pid)
    await sleep(10)
  }
}

/** Removes the cgroup and all below it in every hierarchy; those that still hold a process stay. Returns whether all are gone. */
export function removeControlGroup(path: string, root = mountPoint): boolean {
  let isGone = true
  for (const folder of controlGroupFolders(path, root)) {
    for (const group of [...descend(folder)].toReversed()) removeFolder(group)
    if (existsSync(folder)) isGone = false
    // A parent that other labs share goes with the last of them.
    const parent = dirname(folder)
    if (basename(parent) === 'titus-bed') removeFolder(parent)
  }
  return isGone
}

/**
 * V2: lets the children have every controller that the folder has. One by one, as one that is refused would refuse them all.
 * A group that holds processes itself is left alone: some controllers would make it threaded, and its children refuse processes
 * from then on. The root is exempt from that; it alone has no type.
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html, "Threads" and "No Internal Process Constraint"
 */
function delegateControllers(folder: string): void {
  const control = join(folder, 'cgroup.subtree_control')
  if (!existsSync(control)) return
  if (existsSync(join(folder, 'cgroup.type')) && readFileSync(join(folder, 'cgroup.procs'), 'utf8').trim() !== '') return
  const enabled = new Set(readFileSync(control, 'utf8').trim().split(' '))
  for (const controller of readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ')) {
    if (controller === '' || enabled.has(controller)) continue
    try {
      writeFileSync(control, `+${controller}`)
    } catch {
      // A controller that we may not pass on is left out: machines then run without its limits.
    }
  }
}

/** V1: a new cpuset has no processors and refuses processes ("No space left on device") until its parent's are copied. */
function inheritCpuset(folder: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (!existsSync(join(folder, 'cgroup.clone_children')) || !existsSync(join(folder, file))) continue
    if (readFileSync(join(folder, file), 'utf8').trim() === '')
      writeFileSync(join(folder, file), readFileSync(join(dirname(folder), file), 'utf8'))
  }
}

function* descend(folder: string): Generator<string> {
  let entries
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return
  }
  yield folder
  for (const entry of entries) if (entry.isDirectory()) yield* descend(join(folder, entry.name))
}

function readPids(folder: string): readonly number[] {
  try {
    // The id 0 stands for processes of outer pid namespaces: these are never ours, and kill(0) would hit the caller's own group.
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8')
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 1)
  } catch {
    return []
  }
}

function killAtOnce(folder: string): boolean {
  const file = join(folder, 'cgroup.kill')
  if (!existsSync(file)) return false
  try {
    writeFileSync(file, '1')
  } catch {
    // Another sweep has removed the group meanwhile.
  }
  return true
}

function thaw(folder: string): void {
  for (const group of descend(folder)) {
    try {
      if (existsSync(join(group, 'freezer.state'))) writeFileSync(join(group, 'freezer.state'), 'THAWED')
      else if (existsSync(join(group, 'cgroup.freeze'))) writeFileSync(join(group, 'cgroup.freeze'), '0')
    } catch {
      // The group went away meanwhile.
    }
  }
}

function killPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // The process went away meanwhile.
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // The group is gone, or still holds something.
  }
}
