import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { putFile } from '../aws/put-object.ts'
import type { AwsConnection } from '../aws/query-api.ts'

/** Where the logs of tasks go. */
export interface LogStore {
  readonly connection: AwsConnection
  readonly bucket: string
  /** The stack of Titus: `mainvpc`. */
  readonly stack: string
}

const longestMs = 300_000
const uploadsAtOnce = 8

/** The key below which the log files of a task are: `titan/mainvpc/logs/<task>`. */
export function nameLogFolder(stack: string, taskId: string): string {
  return `titan/${stack}/logs/${taskId}`
}

/**
 * Uploads what a task that has ended leaves in its /logs, folders in it too; links and what is no file are left out. What cannot be uploaded
 * is told, and the rest is uploaded.
 *
 * @param folder  /logs as the host sees it
 * @param log     is told what could not be uploaded, a line for each
 * @param withinMs  how long all of it may take, in milliseconds
 * @see           titus-executor 2018-05, filesystems/watcher.go: it uploads between the end of the container and the report of it
 */
export async function uploadLogs(
  store: LogStore,
  taskId: string,
  folder: string,
  log: (line: string) => void,
  withinMs = longestMs,
): Promise<void> {
  const signal = AbortSignal.timeout(withinMs)
  const waiting = await listLogFiles(folder)
  async function uploadWaiting(): Promise<void> {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const key = `${nameLogFolder(store.stack, taskId)}/${name}`
      try {
        await putFile(store.connection, { bucket: store.bucket, key }, join(folder, name), signal)
      } catch (error) {
        log(`${taskId}: error uploading ${name} to s3://${store.bucket}/${key}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: uploadsAtOnce }, uploadWaiting))
}

/** The files below a folder, by their paths from there. */
async function listLogFiles(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) return listLogFiles(folder, name)
      return entry.isFile() ? [name] : []
    }),
  )
  return found.flat()
}
