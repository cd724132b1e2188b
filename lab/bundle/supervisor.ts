import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:http'
import { connect, Socket } from 'node:net'
import type { Socket as Connection } from 'node:net'
import { createInterface } from 'node:readline'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { mirrorOptionsFile, mirrorSocket, serveMirrors } from '../mirror/index.ts'
import type { MirrorOptions } from '../mirror/index.ts'
import { controlGroupFolders, createControlGroup, enterControlGroup } from './cgroup.ts'
import { labName, writeLabFile } from './lab-file.ts'
import type { LabFile } from './lab-file.ts'
import { createLabGroup } from './lab-group.ts'
import { joinSockets, listenOnLoopback } from './loopback.ts'
import type { LoopbackListener } from './loopback.ts'
import { buildCgroupCommand, buildEnvironment, buildNamespaceCommand } from './namespaces.ts'
import { buildNodeCommand } from './node-program.ts'
import { onceGone } from './once-gone.ts'
import { identifyProcess } from '../../system/process-identity.ts'
import type { ProcessIdentity } from '../../system/process-identity.ts'
import { parseRelayRequest, readLine, renderRelayRequest } from './relay-protocol.ts'
import type { RelayRequest } from './relay-protocol.ts'
import { openSocketFolder } from '../../system/socket-folder.ts'
import type { SocketFolder } from '../../system/socket-folder.ts'
import type { RegionMessage, SupervisorMessage } from './messages.ts'

/* A program: holds a lab. It owns the listeners on 127.0.0.1, and everything of the lab dies with it.
 * usage: supervisor.ts STATE-FOLDER PROGRAM ARGUMENT... ; messages go to descriptor 3, one JSON document a line. */

async function main(stateDir: string, program: readonly string[]): Promise<void> {
  const starter = new Socket({ fd: 3, readable: false })
  // The starter may die at any moment. The lab is then found by whoever asks next.
  starter.on('error', () => undefined)
  const tell = (message: SupervisorMessage): void => void starter.write(`${JSON.stringify(message)}\n`)

  const name = labName(stateDir)
  const sweeper = spawnSweeper(name)
  const file: LabFile = { supervisor: identityOf(process.pid), sweeper: identityOf(sweeper.pid) }
  writeLabFile(stateDir, file)
  // From here on a stop waits for the sweeper: a sweeper that nobody knows of must not sweep a later lab.
  arm(sweeper)
  const group = await createLabGroup(name)
  createControlGroup(`${group}/supervisor`)
  enterControlGroup(`${group}/supervisor`, process.pid)
  // These groups are made only now, since on v2 a group that holds a process cannot give controllers to its children.
  for (const child of ['region', 'machines']) createControlGroup(`${group}/${child}`)

  onceGone(stateDir, () => {
    process.stderr.write(`supervisor: the folder ${stateDir} is gone, and the lab with it\n`)
    process.exit(1)
  })
  const sockets = openSocketFolder(stateDir)
  const api = await listenOnLoopback((client) => joinSockets(client, connect({ path: sockets.path('api.sock'), allowHalfOpen: true })))
  await serveControl(sockets)
  const door = join(stateDir, mirrorOptionsFile)
  if (existsSync(door)) await serveMirrors(sockets.path(mirrorSocket), JSON.parse(readFileSync(door, 'utf8')) as MirrorOptions)

  const bundle = spawnBundle(group, program)
  sweeper.once('exit', () => {
    replaceSweeper(name)
    process.exit(1)
  })
  bundle.once('exit', (code, signal) => {
    tell({ type: 'failed', reason: `the region ended (${signal ?? `code ${code}`})` })
    starter.end(() => process.exit(1))
  })
  const messages = createInterface({ input: bundle.stdio[3] as Connection })
  messages.on('line', (line) => {
    const message = JSON.parse(line) as RegionMessage
    if (message.type === 'progress') return tell(message)
    const connection = { endpoint: `http://127.0.0.1:${api.port}`, ...message.access }
    writeLabFile(stateDir, { ...file, connection })
    tell({ type: 'ready', connection })
    starter.end()
  })
}

function identityOf(pid: number | undefined): ProcessIdentity {
  const identity = pid === undefined ? undefined : identifyProcess(pid)
  if (identity === undefined) throw new Error('a process of the lab ended as it began')
  return identity
}

/* Not by zx: these two live as long as the lab, in sessions of their own, and what counts is a pipe's end and a fourth descriptor. */

function spawnSweeper(name: string): ChildProcess {
  const [file = '', ...args] = buildNodeCommand(new URL('./sweeper.ts', import.meta.url), name)
  return spawn(file, args, { stdio: ['pipe', 'ignore', 'inherit'], detached: true, cwd: '/' })
}

function arm(sweeper: ChildProcess): void {
  void sweeper.stdin?.write('armed\n')
}

/** One that is killed leaves its work to another, which has to be out of the group that it removes. */
function replaceSweeper(name: string): void {
  const sweeper = spawnSweeper(name)
  arm(sweeper)
  const { pid } = sweeper
  try {
    if (pid !== undefined) enterControlGroup('', pid)
  } catch {
    // Where the sweeper may not leave the lab's groups, the next stop removes what is left.
  }
}

function spawnBundle(group: string, program: readonly string[]): ChildProcess {
  const [file = '', ...args] = buildCgroupCommand(controlGroupFolders(`${group}/region`), buildNamespaceCommand(program))
  return spawn(file, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    env: { ...buildEnvironment(process.env), TITUS_BED_GROUP: group },
    detached: true,
  })
}

/** Opens relays on demand: `POST /relay?address=A&port=P` answers `{host, port}`, always the same for the same question. */
async function serveControl(sockets: SocketFolder): Promise<void> {
  const relays = new Map<string, Promise<LoopbackListener>>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://lab')
    const wanted = parseRelayRequest(`connect ${url.searchParams.get('address')} ${url.searchParams.get('port')}`)
    if (request.method !== 'POST' || basename(url.pathname) !== 'relay' || wanted === undefined) return void response.writeHead(400).end()
    const key = `${wanted.address}:${wanted.port}`
    const relay = relays.get(key) ?? listenOnLoopback((client) => void relayConnection(sockets, wanted, client))
    relays.set(key, relay)
    relay.then(
      ({ port }) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ host: '127.0.0.1', port })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(sockets.path('supervisor.sock'), resolve)
  })
}

async function relayConnection(sockets: SocketFolder, wanted: RelayRequest, client: Connection): Promise<void> {
  const inner = connect({ path: sockets.path('relay.sock'), allowHalfOpen: true })
  client.on('error', () => inner.destroy())
  try {
    inner.write(renderRelayRequest(wanted))
    const answer = await readLine(inner)
    if (answer !== 'ok') throw new Error(answer)
    joinSockets(client, inner)
  } catch (error) {
    process.stderr.write(`relay to ${wanted.address}:${wanted.port}: ${String(error)}\n`)
    inner.destroy()
    // The client gets a reset, as a refused connection would give: an orderly end would look like a server that said nothing.
    client.resetAndDestroy()
  }
}

process.on('SIGTERM', () => process.exit(0))
const [stateDir = '', ...program] = process.argv.slice(2)
main(stateDir, program).catch((error: unknown) => {
  process.stderr.write(`supervisor: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
})
