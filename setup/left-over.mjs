// What a test file leaves behind. Each file gets a folder of its own for temporary files, whose path stands in the environment of all that
// the file starts: by that it is found, in whatever session or process group it runs. With its supervisor the whole of a lab ends.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Makes the folder for a file's temporary files. Its path is short, since sockets stand in it. */
export function makeTemporaryFolder() {
  return mkdtempSync(join(tmpdir(), 'test-'))
}

/** The processes that this folder was given to: their ids and command lines. */
function processesOf(folder) {
  const wanted = `TMPDIR=${folder}`
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(wanted)
      return isOurs ? [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }] : []
    } catch {
      // It has ended, or is somebody else's.
      return []
    }
  })
}

function signal(pid, name) {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** Ends the processes of a folder, by SIGTERM, and after the time of grace by SIGKILL, and removes the folder. Resolves to the command
 *  lines of what was found, and why a folder could not be removed. */
export async function endLeftOver(folder, graceMs) {
  const told = new Map()
  const startedAt = performance.now()
  const age = () => performance.now() - startedAt
  for (let left = processesOf(folder); left.length > 0 && age() < graceMs + 10_000; left = processesOf(folder)) {
    for (const { pid, command } of left) {
      if (age() > graceMs) signal(pid, 'SIGKILL')
      else if (!told.has(pid)) signal(pid, 'SIGTERM')
      told.set(pid, command)
    }
    await sleep(50)
  }
  const found = [...told.values()]
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    return found
  } catch (error) {
    return [...found, error.message]
  }
}
