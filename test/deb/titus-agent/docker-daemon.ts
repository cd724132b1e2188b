import http from 'node:http'
import { join } from 'node:path'

/** A container of the double. */
export interface DoubleContainer {
  readonly labels: Readonly<Record<string, string>>
  /** The folder of its layer. */
  readonly layer?: string
  status: 'created' | 'running' | 'exited'
  exitCode: number
}

/** A Docker daemon as far as the executor sees it, on a unix socket of its own. */
export interface DockerDaemon {
  readonly socket: string
  /** Id -> container. */
  readonly containers: Map<string, DoubleContainer>
  /** Ends a container's program. */
  exit(id: string, exitCode: number): void
  /** Called when a request has come, before it is done. */
  onRequest: (method: string, path: string) => Promise<void> | void
  close(): void
}

/** Starts the double in `folder`. A container runs until it is stopped, removed, or told to exit. */
export async function startDockerDaemon(folder: string): Promise<DockerDaemon> {
  const containers = new Map<string, DoubleContainer>()
  const waiting = new Map<string, (() => void)[]>()
  const socket = join(folder, 'docker.sock')

  function exit(id: string, exitCode: number): void {
    const container = containers.get(id)
    if (container !== undefined) Object.assign(container, { status: 'exited', exitCode })
    for (const resume of waiting.get(id) ?? []) resume()
    waiting.delete(id)
  }

  async function answer(method: string, url: URL, body: string): Promise<readonly [number, unknown]> {
    const [, kind, id = '', verb] = url.pathname.split('/')
    if (kind === 'images') return [200, method === 'GET' ? { Config: { Cmd: ['sh'] } } : {}]
    if (method === 'POST' && id === 'create') {
      const { Labels } = JSON.parse(body) as { Labels: Record<string, string> }
      const made = `id-${url.searchParams.get('name')}`
      containers.set(made, { labels: Labels, status: 'created', exitCode: 0, layer: folder })
      return [201, { Id: made }]
    }
    if (id === 'json') return [200, [...containers].map(([Id, { labels, status }]) => ({ Id, State: status, Labels: labels }))]
    const container = containers.get(id)
    if (container === undefined) return [404, { message: `No such container: ${id}` }]
    if (method === 'DELETE') {
      exit(id, 137)
      containers.delete(id)
      return [204, '']
    }
    if (verb === 'start') container.status = 'running'
    if (verb === 'stop') {
      if (container.status !== 'running') return [304, '']
      exit(id, 143)
    }
    if (verb === 'wait') {
      if (container.status === 'running') await new Promise<void>((resolve) => waiting.set(id, [...(waiting.get(id) ?? []), resolve]))
      return [200, {}]
    }
    if (verb === 'top') return [200, { Titles: ['PID'], Processes: [[String(process.pid)]] }]
    const State = {
      Running: container.status === 'running',
      OOMKilled: false,
      ExitCode: container.exitCode,
      Error: '',
      Status: container.status,
    }
    return verb === 'json' ? [200, { State, GraphDriver: { Data: { UpperDir: container.layer } } }] : [204, '']
  }

  const daemon: DockerDaemon = {
    socket,
    containers,
    exit,
    onRequest: () => undefined,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { method = 'GET' } = request
    const url = new URL(request.url ?? '/', 'http://docker')
    await daemon.onRequest(method, url.pathname)
    const [status, document] = await answer(method, url, body)
    response.writeHead(status).end(document === '' ? undefined : JSON.stringify(document))
  }

  const server = http.createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return daemon
}
