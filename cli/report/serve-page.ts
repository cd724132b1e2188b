import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TestbedError } from '../../schemas/failure.ts'

/** A page that is served. */
export interface ServedPage {
  /** Who has it may read the page: others on this computer do not know it. */
  readonly address: string
  readonly close: () => void
}

/** Serves a page on this computer alone, to those who know its address. @param port  0 for one that is free @throws TestbedError when it is taken */
export async function servePage(page: () => string, port: number): Promise<ServedPage> {
  const path = `/${randomBytes(16).toString('hex')}/`
  const server = createServer((request, response) => answer(request, response, path, page))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening').catch((cause: unknown) => {
    throw new TestbedError(`port ${port} cannot be used`, { cause, hint: 'name another: --port 0 takes one that is free' })
  })
  const { port: own } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${own}${path}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function answer({ method, url, headers }: IncomingMessage, response: ServerResponse, path: string, page: () => string): void {
  // A name that somebody else lets point here is no reason to show them anything.
  const isHere = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '')
  const isIt = isHere && url === path && (method === 'GET' || method === 'HEAD')
  const common = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  }
  if (!isIt) {
    response.writeHead(404, { ...common, 'content-type': 'text/plain' }).end('there is nothing here: the address has to be whole\n')
    return
  }
  response.writeHead(200, { ...common, 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' })
  response.end(method === 'HEAD' ? undefined : page())
}
