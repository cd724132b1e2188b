import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runProgram } from '../run-program.ts'
import { labName, readLabFile } from './lab-file.ts'
import { isRunning, killProcess } from '../../system/process-identity.ts'
import { sweepLab } from './sweep.ts'

/**
 * Ends a lab, whatever is left of it: processes, namespaces with their mounts and links, cgroups, sockets.
 * The rest of the state folder stays.
 * @throws Error when something cannot be ended or removed
 */
export async function stopBundle(stateDir: string): Promise<void> {
  const file = readLabFile(stateDir)
  if (file !== undefined) killProcess(file.supervisor)
  await sweepLab(labName(stateDir))
  await unmountBelow(stateDir)
  // The sweeper does the same work on its own and is the last to go.
  const deadline = performance.now() + 5000
  while (file !== undefined && isRunning(file.sweeper)) {
    if (performance.now() > deadline) killProcess(file.sweeper)
    await sleep(10)
  }
  for (const name of listFolder(stateDir))
    if (name.endsWith('.sock') || name === 'lab.json') rmSync(join(stateDir, name), { recursive: true, force: true })
}

/** Unmounts whatever stands below a folder in the caller's own mount namespace. A lab mounts nothing there; this is for what a hand left. */
async function unmountBelow(folder: string): Promise<void> {
  // The mount point is field 5 of mountinfo, with blanks as octal escapes: proc(5).
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
  for (const point of points.filter((each) => each.startsWith(`${folder}/`)).toReversed()) await runProgram(['umount', '--lazy', point])
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
