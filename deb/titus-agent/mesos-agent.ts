import http from 'node:http'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startAgent } from './mesos/agent.ts'
import type { Agent } from './mesos/agent.ts'
import { watchLeader } from '../zookeeper/mesos-leader.ts'
import { keepExecutor } from './mesos/executor-process.ts'
import { parseSettings } from './mesos/settings.ts'
import type { AgentSettings } from './mesos/settings.ts'

// The program mesos-agent is configured by its environment alone, as the real one. GET /health and /state answer on MESOS_PORT.

function log(line: string): void {
  console.error(line)
}

async function main(): Promise<void> {
  const settings = parseSettings(process.env)
  const meta = join(settings.workFolder, 'meta')
  const idFile = join(meta, 'agent-id')
  await mkdir(meta, { recursive: true, mode: 0o700 })
  const agent = await startAgent({
    settings,
    startExecutor: (events) => keepExecutor(settings.executor, process.env, events),
    watchLeader: (onChange) => watchLeader(settings.zookeeper, settings.path, onChange, log),
    loadAgentId: async () => (await readFile(idFile, 'utf8').catch(() => '')).trim() || undefined,
    saveAgentId: (agentId) => writeFile(idFile, `${agentId}\n`, { mode: 0o600 }),
    log,
  })
  const server = serveState(agent, settings)
  const stop = (): void => {
    server.close()
    agent.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function serveState(agent: Agent, settings: AgentSettings): http.Server {
  const { ip, port, hostname, attributes, resources } = settings
  const server = http.createServer((request, response) => {
    if (request.url === '/health') return void response.writeHead(200).end()
    if (request.url !== '/state' && request.url !== '/slave(1)/state') return void response.writeHead(404).end()
    const leader = agent.leader()
    const tasks = agent.ledger.alive().map(({ taskId, state }) => ({ id: taskId, state }))
    const document = {
      id: agent.agentId() ?? '',
      pid: `slave(1)@${ip}:${port}`,
      hostname,
      master_hostname: leader?.host ?? '',
      attributes,
      resources,
      tasks,
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
  })
  server.on('error', (error) => log(`port ${port}: ${error.message}`))
  return server.listen(port, ip)
}

main().catch((error: unknown) => {
  log(error instanceof Error ? error.message : String(error))
  process.exit(1)
})
