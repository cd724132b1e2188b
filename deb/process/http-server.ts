import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'

const maxBodyBytes = 8 * 1024 * 1024

/** How long a client may take for the head of a request, and for all of it, and how often that is looked at. Milliseconds. */
const patience = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1000 }

/** A server that is listening. `close` ends every connection at once. */
export interface Listener {
  readonly port: number
  readonly close: () => Promise<void>
}

/** Answers one request; the body has been read. */
export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>

/** Listens for HTTP; port 0 takes any. A handler that throws is a 500, a body of more than 8 MiB a 413, a request that does not come in time
 *  a 408. */
export async function listen(host: string, port: number, handler: Handler, onError: (error: unknown) => void): Promise<Listener> {
  const server = createServer(patience, (request, response) => {
    readText(request)
      .then(async (body) => {
        if (body === undefined) refuseRest(request, response)
        else if (!request.destroyed || request.complete) await handler(request, response, body)
      })
      .catch((error: unknown) => {
        onError(error)
        // A client that went away waits for nothing.
        if (request.destroyed && !request.complete) return
        if (!response.headersSent) respond(response, 500, 'text/plain', 'Internal Server Error')
        else response.destroy()
      })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Sends a whole response, with its length. */
export function respond(response: ServerResponse, status: number, contentType: string, body: string): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...(bytes.length === 0 ? {} : { 'content-type': contentType }), 'content-length': bytes.length })
  response.end(bytes)
}

/** Sends a JSON value. */
export function respondJson(response: ServerResponse, status: number, value: unknown): void {
  respond(response, status, 'application/json', JSON.stringify(value))
}

/** The body; undefined as soon as it is too long, or says that it will be. @throws Error when the client breaks off */
function readText(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return resolve(undefined)
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBodyBytes) return chunks.push(chunk)
      request.removeAllListeners('data').pause()
      chunks.length = 0
      resolve(undefined)
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString()))
    request.on('error', reject)
  })
}

/** How long a client may go on sending what nobody wants, in milliseconds: one that is cut off before may never read why. */
const lingerMs = 1000

function refuseRest(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close')
  respond(response, 413, 'text/plain', 'Request Entity Too Large')
  request.on('error', () => undefined).resume()
  const lingering = setTimeout(() => request.destroy(), lingerMs)
  request.once('close', () => clearTimeout(lingering))
}
