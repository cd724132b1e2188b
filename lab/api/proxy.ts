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
  const agent = new Agent({ maxSockets: 64 })
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const action = await forward(agent, socketPath, incoming, response).catch((error: unknown) => fail(response, error))
    if (action !== undefined && response.statusCode < 400 && !isReadOnly(action)) onChange(action)
  }
  const handle: RequestHandler = (incoming, response) => void answer(incoming, response)
  return { handle, close: () => agent.destroy() }
}

async function forward(agent: Agent, socketPath: string, incoming: IncomingMessage, response: ServerResponse): Promise<Action | undefined> {
  const outgoing = request({
    agent,
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
  pipeline(incoming, outgoing).catch(() => undefined)
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
