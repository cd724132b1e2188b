import http from 'node:http'
import { AwsError } from '../aws/query-api.ts'
import type { InstanceMetadata } from '../aws/instance-metadata.ts'
import type { AddressRecord } from '../task/record.ts'
import type { RoleCredentials } from './role-credentials.ts'
import { routeMetadata } from './route.ts'
import type { MetadataAnswer } from './route.ts'

/** What the proxy asks. */
export interface ProxyParts {
  readonly findTask: (address: string) => Promise<AddressRecord | undefined>
  readonly credentials: RoleCredentials
  /** The instance's own metadata service. */
  readonly metadata: Pick<InstanceMetadata, 'read'>
  readonly log: (line: string) => void
}

type Reply = Extract<MetadataAnswer, { kind: 'reply' }>

/** The proxy as an HTTP server that does not listen yet. Who asks is told by the source address; the agent's packet filter vouches for it. */
export function createMetadataProxy(parts: ProxyParts): http.Server {
  return http.createServer((request, response) => {
    answer(parts, request).then(
      ({ status, body, location, contentType = 'text/plain' }) => {
        const headers = { 'content-type': contentType, ...(location === undefined ? {} : { location }) }
        const token =
          request.method === 'PUT'
            ? { 'x-aws-ec2-metadata-token-ttl-seconds': request.headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? '21600' }
            : {}
        response.writeHead(status, { ...headers, ...token, 'content-length': Buffer.byteLength(body) }).end(body)
      },
      (error: unknown) => {
        parts.log(`${request.method} ${request.url}: ${String(error)}`)
        response.writeHead(500).end()
      },
    )
  })
}

async function answer(parts: ProxyParts, request: http.IncomingMessage): Promise<Reply> {
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const task = await parts.findTask(address)
  if (task === undefined) return { kind: 'reply', status: 404, body: '' }
  const path = (request.url?.split('?', 1)[0] ?? '/').replace(/\/{2,}/g, '/')
  const decided = routeMetadata({ method: request.method ?? 'GET', path }, task, new Date())
  if (decided.kind === 'reply') return decided
  if (decided.kind === 'credentials') return giveCredentials(parts, task)
  const text = await parts.metadata.read(decided.path).catch((error: Error) => error)
  if (text instanceof Error) return { kind: 'reply', status: 503, body: text.message }
  return text === undefined ? { kind: 'reply', status: 404, body: '' } : { kind: 'reply', status: 200, body: text }
}

async function giveCredentials(parts: ProxyParts, task: AddressRecord): Promise<Reply> {
  try {
    const document = await parts.credentials.of(task)
    return { kind: 'reply', status: 200, contentType: 'application/json', body: JSON.stringify(document) }
  } catch (error) {
    parts.log(`${task.taskId}: ${task.iamRole}: ${String(error)}`)
    const forbidden = error instanceof AwsError && (error.code === 'AuthFailure' || error.code === 'UnauthorizedOperation')
    return { kind: 'reply', status: forbidden ? 403 : 503, body: error instanceof Error ? error.message : String(error) }
  }
}
