import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { privateFolder } from './private-folder.ts'

const timeoutMs = 600_000

/** Downloads a file over HTTPS; the path only ever holds a whole one. Redirections may not leave HTTPS.
 *  @returns why it did not work; undefined when it did */
export async function download(url: string, path: string, signal?: AbortSignal): Promise<string | undefined> {
  const draft = `${path}.${process.pid}.part`
  privateFolder(dirname(path))
  try {
    const deadline = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, { signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]) })
    if (!response.url.startsWith('https://')) return `it leads to ${response.url}, which is not HTTPS`
    if (!response.ok || response.body === null) return `HTTP ${response.status}`
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(draft, { mode: 0o600 }))
    await rename(draft, path)
    return undefined
  } catch (error) {
    if (signal?.aborted === true) throw error
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return cause instanceof Error ? cause.message : String(cause)
  } finally {
    await rm(draft, { force: true })
  }
}
