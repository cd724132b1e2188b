import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'

const maxBodyBytes = 8 * 1024 * 1024

/** A server that is listening. `close` ends every connection at once. */
export interface Listener {
  readonly port: number
  readonly close: () => Promise<void>
}

/** Answers one request; the body has been read. */
export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>

/** Listens for HTTP; port 0 takes any. A handler that throws is a 500, a body of more than 8 MiB a 413. */
export async function listen(host: string, port: number, handler: Handler, onError: (error: unknown) => void): Promise<Listener> {
  const server = createServer((request, response) => {
    readText(request)
      .then(async (body) => {
        if (body === undefined) respond(response, 413, 'text/plain', 'Request Entity Too Large')
        else await handler(request, response, body)
      })
      .catch((error: unknown) => {
        onError(error)
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

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > maxBodyBytes) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString()
}
