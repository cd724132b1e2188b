import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { runProgram } from '../run-program.ts'
import { translateRequest } from './mirrors.ts'
import type { Mirror } from './mirrors.ts'

/** What the door is opened with, as JSON in `mirrors.json` of the lab's state folder. */
export interface MirrorOptions {
  readonly mirrors: readonly Mirror[]
  /** What was fetched is kept here, for all labs of this computer. */
  readonly cacheDir: string
}

/** The name of the options' file in the state folder, and of the socket. */
export const mirrorOptionsFile = 'mirrors.json'
export const mirrorSocket = 'mirrors.sock'

/** Fetches a file; resolves to whether there is such a file. */
export type FetchFile = (uri: string, file: string) => Promise<boolean>

/** What names a state that changes is asked for again after this time; everything else of a distribution stays as it is. */
const freshMs = 60 * 60 * 1000
const unusedMs = 30 * 24 * 60 * 60 * 1000

/**
 * Serves the distribution's servers on a unix socket to the lab, whose network leads nowhere: only files of the mirrors, only to be read,
 * and each fetched once. It is apt's own downloader that fetches, with this computer's proxies, certificates and credentials.
 */
export async function serveMirrors(
  socketPath: string,
  { mirrors, cacheDir }: MirrorOptions,
  fetch: FetchFile = fetchByApt,
): Promise<Server> {
  mkdirSync(cacheDir, { recursive: true })
  sweep(cacheDir)
  rmSync(socketPath, { force: true })
  const under = new Map<string, Promise<string | undefined>>()
  const find = async (uri: string): Promise<string | undefined> => {
    const file = join(cacheDir, createHash('sha256').update(uri).digest('hex'))
    const known = statSync(file, { throwIfNoEntry: false })
    const isFresh = known !== undefined && (!/\/(InRelease|Release(\.gpg)?)$/.test(uri) || Date.now() - known.mtimeMs < freshMs)
    if (isFresh) return file
    // Of an earlier day, where the servers cannot be reached.
    const found = await fetch(uri, file).catch((error: unknown) => (known === undefined ? Promise.reject(error) : true))
    return found ? file : undefined
  }
  const findOnce = async (uri: string): Promise<string | undefined> => {
    const work = under.get(uri) ?? find(uri).finally(() => under.delete(uri))
    under.set(uri, work)
    return work
  }
  const server = createServer((request, response) => {
    answer(mirrors, findOnce, request, response).catch((error: unknown) => {
      process.stderr.write(`mirror: ${request.url ?? ''}: ${String(error)}\n`)
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end(`${String(error)}\n`)
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, () => resolve(server))
  })
}

async function answer(
  mirrors: readonly Mirror[],
  find: (uri: string) => Promise<string | undefined>,
  { method, url = '', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end()
  const uri = translateRequest(mirrors, (headers.host ?? '').replace(/:\d+$/, '').toLowerCase(), url)
  const file = uri === undefined ? undefined : await find(uri)
  if (file === undefined) return void response.writeHead(404).end()
  const { size } = statSync(file)
  response.writeHead(200, { 'content-length': size, 'content-type': 'application/octet-stream' })
  if (method === 'HEAD') return void response.end()
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response)
}

const fetchByApt: FetchFile = async (uri, file) => {
  const draft = `${file}.new-${process.pid}`
  try {
    await runProgram(['/usr/lib/apt/apt-helper', '-o', 'APT::Sandbox::User=root', 'download-file', uri, draft], { deadlineMs: 300_000 })
    const now = new Date()
    utimesSync(draft, now, now)
    renameSync(draft, file)
    return true
  } catch (error) {
    if (/\b40[34]\b/.test(String(error))) return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (Date.now() - statSync(path).mtimeMs > unusedMs) rmSync(path, { recursive: true, force: true })
  }
}
