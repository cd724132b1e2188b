import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { controlGroupFolders, findHierarchies, listProcesses } from './bundle/cgroup.ts'
import { labName } from './bundle/lab-file.ts'
import { labGroups } from './bundle/lab-group.ts'
import { sweepLab } from './bundle/sweep.ts'
import { ageOfProcess } from '../system/process-identity.ts'

/** A lab that runs on this computer, whatever is left of its folder: found by its cgroup. */
export interface RunningLab {
  readonly name: string
  /** Its state folder, as its supervisor was started with; undefined when that does not run any more. */
  readonly folder?: string
  /** How long its oldest process has run, in seconds. */
  readonly ageSeconds: number
  /** What all of it takes, in bytes; undefined where the computer does not count memory. */
  readonly memoryBytes?: number
  readonly processes: number
}

/** Every lab that has a process on this computer, oldest first. What has no process any more is none. */
export function listLabs(): readonly RunningLab[] {
  return labNames()
    .flatMap((name) => describe(name) ?? [])
    .toSorted((a, b) => b.ageSeconds - a.ageSeconds)
}

/** Whether anything of a lab of this folder runs, whatever the folder says: its control groups are asked. */
export function hasProcesses(stateDir: string): boolean {
  return labGroups(labName(stateDir)).some((group) => listProcesses(group).length > 0)
}

/** Ends a lab, and removes its folder where that is known. @throws Error when something of it cannot be ended or removed */
export async function stopLabNamed({ name, folder }: Pick<RunningLab, 'name' | 'folder'>): Promise<void> {
  await sweepLab(name)
  if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

function labNames(): readonly string[] {
  const names = findHierarchies().flatMap((hierarchy) => [
    ...listFolders(join(hierarchy, 'titus-bed')),
    ...listFolders(join(hierarchy, 'system.slice')).flatMap((scope) => /^titus-bed-([0-9a-f]{12})\.scope$/.exec(scope)?.[1] ?? []),
  ])
  return [...new Set(names)]
}

function describe(name: string): RunningLab | undefined {
  const groups = labGroups(name)
  const pids = groups.flatMap((group) => listProcesses(group))
  if (pids.length === 0) return undefined
  const folder = groups.flatMap((group) => listProcesses(`${group}/supervisor`)).flatMap((pid) => stateFolder(pid, name) ?? [])[0]
  const memoryBytes = groups.map(memoryOf).find((bytes) => bytes !== undefined)
  return {
    name,
    ...(folder === undefined ? {} : { folder }),
    ageSeconds: Math.max(...pids.map((pid) => ageOfProcess(pid) ?? 0)),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    processes: pids.length,
  }
}

/** The argument of a supervisor that is the folder by which the lab is named. */
function stateFolder(pid: number, name: string): string | undefined {
  return read(`/proc/${pid}/cmdline`)
    ?.split('\0')
    .find((word) => isAbsolute(word) && labName(word) === name)
}

function memoryOf(group: string): number | undefined {
  for (const folder of controlGroupFolders(group))
    for (const file of ['memory.usage_in_bytes', 'memory.current']) {
      const text = read(join(folder, file))
      if (text !== undefined) return Number(text)
    }
  return undefined
}

function listFolders(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
