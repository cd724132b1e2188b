import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Of each of its parts, what a machine said last is kept; EC2 keeps 64 KiB of a console. */
const keptBytes = 65_536

/**
 * What a machine said last on its console, then what its user data printed last.
 * @param written  the upper layer of the machine's disk
 */
export async function readMachineLog(consoleFile: string, written: string): Promise<string> {
  const console = await readEnd(dirname(consoleFile), 'console.log')
  return `${console}${await readEnd(written, 'var/log/cloud-init-output.log')}`
}

/** The machine may have put links in place of its files, or made them endless: only the end of a plain file that is really in the folder is read. */
async function readEnd(folder: string, path: string): Promise<string> {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(folder, path))
    if (file !== join(root, path)) return ''
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stats = await handle.stat()
      if (!stats.isFile()) return ''
      const start = Math.max(0, stats.size - keptBytes)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(stats.size, keptBytes)), { position: start })
      return buffer.subarray(0, bytesRead).toString('utf8')
    } finally {
      await handle.close()
    }
  } catch {
    return ''
  }
}
