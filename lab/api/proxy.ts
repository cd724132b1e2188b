import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

import { isReadOnly, parseAction } from './actions.ts'
import type { Action } from './actions.ts'

const actionHeader = 'x-lab-action'
// These headers belong to one connection, not to the message (RFC 9110, 7.6.1). `Expect` stays, since curl signs it.
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade']

/** Handles one HTTP request. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void

/** A proxy in front of the emulator. */
export interface Proxy {
  readonly handle: RequestHandler
  /** Ends what is still going on. */
  close(): void
}

/**
 * Makes the proxy that stands before the emulator. Requests pass unchanged (a signature covers path, query, Host and most other
 * headers), bodies are streamed both ways.
 * @param socketPath  the emulator's socket
 * @param onChange    told after a successful answer to an action that may have changed something
 */
export function createProxy(socketPath: string, onChange: (action: Action) => void): Proxy {
  const agents = { whole: new Agent({ maxSockets: 64 }), streamed: new Agent({ maxSockets: 1024 }) }
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const action = await forward(agents, socketPath, incoming, response).catch((error: unknown) => fail(response, error))
    if (action !== undefined && response.statusCode < 400 && !isReadOnly(action)) onChange(action)
  }
  const handle: RequestHandler = (incoming, response) => void answer(incoming, response)
  return { handle, close: () => Object.values(agents).forEach((agent) => agent.destroy()) }
}

/** So much of a body is waited for before the emulator is asked, in bytes, and so long, in milliseconds. What is whole by then has connections
 *  to the emulator of its own: who sends slowly, or much, keeps none of them from others. */
const held = { bytes: 65_536, ms: 250 } as const

/** The beginning of a body, and whether that is all of it. @throws Error when the client breaks off */
function readBeginning(incoming: IncomingMessage): Promise<{ readonly pieces: readonly Buffer[]; readonly isWhole: boolean }> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let length = 0
    const settle = (isWhole: boolean) => {
      clearTimeout(patience)
      incoming.off('data', onData).off('end', onEnd)
      if (!isWhole) incoming.pause()
      resolve({ pieces, isWhole })
    }
    const onEnd = () => settle(true)
    const onData = (piece: Buffer) => {
      pieces.push(piece)
      length += piece.length
      if (length >= held.bytes) settle(false)
    }
    const patience = setTimeout(() => settle(false), held.ms)
    incoming.on('data', onData).once('end', onEnd)
    incoming.once('error', (error) => {
      clearTimeout(patience)
      reject(error)
    })
  })
}

/** Connections to the emulator: of requests that are there as a whole, and of those that come as they come. */
interface Agents {
  readonly whole: Agent
  readonly streamed: Agent
}

async function forward(
  agents: Agents,
  socketPath: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<Action | undefined> {
  const { pieces, isWhole } = await readBeginning(incoming)
  const outgoing = request({
    agent: isWhole ? agents.whole : agents.streamed,
    socketPath,
    path: incoming.url ?? '/',
    method: incoming.method ?? 'GET',
    headers: { ...endToEnd(incoming.headers), ...describeSource(incoming) },
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
  })
  response.once('close', () => {
    if (!response.writableFinished) outgoing.destroy()
  })
  // An answer may come before the end of the request is known to have left, and counts all the same; a request that breaks off breaks
  // the answer off as well.
  for (const piece of pieces) outgoing.write(piece)
  if (isWhole) outgoing.end()
  else pipeline(incoming, outgoing).catch(() => undefined)
  const answer = await answered
  const { [actionHeader]: action, ...headers } = endToEnd(answer.headers)
  response.writeHead(answer.statusCode ?? 502, headers)
  await pipeline(answer, response)
  return parseAction(typeof action === 'string' ? action : '')
}

/** What IAM's conditions ask about where a request came from; takes the place of what the client may have sent under these names. */
function describeSource({ socket }: IncomingMessage): IncomingHttpHeaders {
  return {
    'x-lab-source-address': socket.remoteAddress ?? '',
    'x-lab-transport': 'encrypted' in socket ? 'tls' : 'clear',
  }
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && !hopByHop.includes(name)))
}

/** 503 is what clients try again. */
function fail(response: ServerResponse, error: unknown): undefined {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const message = error instanceof Error ? error.message : String(error)
  response.writeHead(503, { 'content-type': 'text/plain', connection: 'close' })
  response.end(`the AWS API of the lab does not answer: ${message}\n`)
}
