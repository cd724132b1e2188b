import { readFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import type { Certificates } from './certificates.ts'
import { closeServer, listen } from './listen.ts'
import type { RequestHandler } from './proxy.ts'

const registryNames = /(^|\.)docker\.(io|com)$/

/** Where the names of AWS and of Docker Hub are served inside the lab. A port 0 is any free one. */
export interface FrontOptions {
  readonly address: string
  readonly httpsPort?: number
  readonly httpPort?: number
  readonly certificates: Certificates
  /** The AWS API. */
  readonly api: RequestHandler
  /** The image registry; without it the names of Docker Hub answer 404. */
  readonly registry?: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
  /** Other names that are served on the same address, and who answers for them. */
  readonly others?: { readonly names: readonly string[]; readonly handle: RequestHandler }
}

/** A running front; the ports are the real ones. */
export interface Front {
  readonly httpsPort: number
  readonly httpPort: number
  stop(): Promise<void>
}

/**
 * Serves every name of AWS and of Docker Hub on one address, by TLS with the lab's certificate and in clear. The Host header decides.
 * @throws the system's error when an address or port cannot be had
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const handle: RequestHandler = (request, response) => {
    if (options.others?.names.includes(hostName(request)) === true) return options.others.handle(request, response)
    if (!registryNames.test(hostName(request))) return options.api(request, response)
    if (options.registry === undefined) return void response.writeHead(404).end()
    return void Promise.resolve(options.registry(request, response)).catch(() => response.destroy())
  }
  const { certificateFile, keyFile } = options.certificates
  // Node's own limit for a request is off: an upload takes as long as it takes. That for its head would be off with it.
  const limits = { requestTimeout: 0, headersTimeout: 20_000, connectionsCheckingInterval: 1000, keepAliveTimeout: 65_000 }
  const secure = createHttpsServer(
    { ...limits, handshakeTimeout: 20_000, cert: await readFile(certificateFile), key: await readFile(keyFile) },
    handle,
  )
  const clear = createHttpServer(limits, handle)
  try {
    await listen(secure, { host: options.address, port: options.httpsPort ?? 443 })
    await listen(clear, { host: options.address, port: options.httpPort ?? 80 })
  } catch (error) {
    await closeServer(secure)
    throw error
  }
  return {
    httpsPort: (secure.address() as AddressInfo).port,
    httpPort: (clear.address() as AddressInfo).port,
    stop: async () => {
      await closeServer(clear)
      await closeServer(secure)
    },
  }
}

function hostName(request: IncomingMessage): string {
  return (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
}
