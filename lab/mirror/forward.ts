import { request as ask } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Passes requests on to the door, a unix socket outside of the lab's network. */
export function createForwarder(socketPath: string): (request: IncomingMessage, response: ServerResponse) => void {
  return ({ method, url, headers }, response) => {
    const inner = ask({ socketPath, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    inner.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()))
    response.on('close', () => inner.destroy())
    inner.end()
  }
}
