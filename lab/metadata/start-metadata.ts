import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Instance } from '../region-state.ts'

import type { InstanceView } from './instance-view.ts'
import { renderIdentityDocument } from './identity-document.ts'
import type { Signatures } from './identity-document.ts'
import { metadataRequest, needsCredentials, needsSignatures } from './metadata-request.ts'
import type { MetadataRequest, MetadataResponse } from './metadata-request.ts'
import { cacheCredentials } from './role-credentials.ts'
import type { RoleCredentials } from './role-credentials.ts'

/** Where the metadata service of EC2 is. */
const metadataAddress = '169.254.169.254'

/** What the metadata service is started with. */
export interface MetadataOptions {
  /** Has to be on a link of this network namespace already; 169.254.169.254 unless given. */
  readonly address?: string
  /** 80 unless given; 0 is any free one. */
  readonly port?: number
  /** The instance behind a source address, which nobody else can send from. */
  readonly find: (address: string) => InstanceView | undefined
  /** Makes new credentials of an instance's role; see `MintCredentials`. */
  readonly credentials: (instance: Instance) => Promise<RoleCredentials>
  /** Signs an identity document; absent: there are no signatures. */
  readonly sign?: (document: string) => Promise<Signatures>
  readonly signal?: AbortSignal
}

/** The running service. */
export interface Metadata {
  readonly port: number
  stop(): Promise<void>
}

/**
 * Serves the metadata of every instance of the lab; who asks is known by the source address.
 * @throws the system's error when the address cannot be had
 */
export async function startMetadata(options: MetadataOptions): Promise<Metadata> {
  options.signal?.throwIfAborted()
  const tokenSecret = randomBytes(32)
  const credentials = cacheCredentials(options.credentials)
  const answer = async (request: IncomingMessage): Promise<MetadataResponse> => {
    const view = options.find((request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''))
    if (view === undefined) return { status: 404, headers: {}, body: '' }
    const asked = readRequest(request)
    const plain = metadataRequest(view, asked, { tokenSecret, nowMs: Date.now() })
    if ((plain.status === 200 || plain.status === 404) && needsSignatures(asked.path) && options.sign !== undefined) {
      const signatures = await options.sign(renderIdentityDocument(view))
      return metadataRequest(view, asked, { tokenSecret, nowMs: Date.now(), signatures })
    }
    // Credentials are made only for a request that may read them.
    if (plain.status !== 200 || !needsCredentials(view, asked.path)) return plain
    const document = await credentials(view.instance)
    return metadataRequest(view, asked, { tokenSecret, nowMs: Date.now(), credentials: document })
  }
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1000 }
  const server = createServer(limits, (request, response) => {
    request.on('error', () => undefined).resume()
    answer(request).then(
      (found) => send(request, response, found),
      (error: unknown) => send(request, response, { status: 500, headers: {}, body: `${String(error)}\n` }),
    )
  })
  server.listen({ host: options.address ?? metadataAddress, port: options.port ?? 80 })
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  options.signal?.addEventListener('abort', () => void stop(), { once: true })
  return { port: (server.address() as AddressInfo).port, stop }
}

function readRequest(request: IncomingMessage): MetadataRequest {
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: MetadataResponse): void {
  response.writeHead(status, { server: 'EC2ws', 'content-length': Buffer.byteLength(body), ...headers })
  response.end(request.method === 'HEAD' ? undefined : body)
}
