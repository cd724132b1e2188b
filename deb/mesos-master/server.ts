import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { agentPath, agentPingPath, agentStatusPath, pingMs, schedulerPath } from '../protocol/mesos-protocol.ts'
import type { AgentEvent, RegisterMessage, SchedulerCall, SchedulerEvent, StatusMessage } from '../protocol/mesos-protocol.ts'
import { openEventStream } from '../process/event-stream.ts'
import type { EventSender } from '../process/event-stream.ts'
import { listen, respond, respondJson } from '../process/http-server.ts'
import type { Listener } from '../process/http-server.ts'
import { errorWords } from '../process/log.ts'
import type { Log } from '../process/log.ts'
import { applySchedulerCall, applyStatus, disconnect, emptyCluster, expireAgents, register } from './cluster.ts'
import type { ClusterStep } from './cluster.ts'
import { readPing, readRegister, readSchedulerCall, readStatus } from './read-message.ts'
import { slavesJson, stateJson, versionJson } from './state-json.ts'
import type { MasterIdentity } from './state-json.ts'

const expiryTickMs = 500

/** A Mesos master that is listening. */
export interface MesosServer {
  readonly port: number
  readonly close: () => Promise<void>
}

/** Serves agents, one framework and whoever looks at /state, on `host`. `identity.port` 0 takes any port. */
export async function serveMesos(host: string, identity: MasterIdentity, log: Log): Promise<MesosServer> {
  let cluster = emptyCluster(identity.startedAt)
  let framework: { readonly id: string; readonly sender: EventSender<SchedulerEvent> } | undefined
  const agents = new Map<string, EventSender<AgentEvent>>()
  const lastHeard = new Map<string, number>()

  function take(step: ClusterStep): void {
    cluster = step.cluster
    for (const message of step.outgoing) {
      if (message.to === 'agent') agents.get(message.agentId)?.send(message.event)
      else framework?.sender.send(message.event)
    }
  }

  function acceptAgent(response: ServerResponse, message: RegisterMessage): void {
    const agentId = message.agentId ?? `${identity.id}-S${randomUUID().slice(0, 8)}`
    agents.get(agentId)?.close()
    const sender = openEventStream<AgentEvent>(response, { type: 'HEARTBEAT' }, () => {
      // A stream that was replaced by a newer one of the same agent ends without consequence.
      if (agents.get(agentId) !== sender) return
      agents.delete(agentId)
      log('agent-disconnected', { agentId })
      take(disconnect(cluster, agentId, Date.now()))
    })
    agents.set(agentId, sender)
    lastHeard.set(agentId, performance.now())
    log('agent-registered', { agentId, hostname: message.hostname, tasks: message.tasks.length })
    take(register(cluster, message, agentId, Date.now()))
  }

  function acceptStatus(response: ServerResponse, status: StatusMessage): void {
    const step = applyStatus(cluster, status)
    if (step === undefined) return respond(response, 410, 'text/plain', 'register first')
    log('task-status', { taskId: status.taskId, state: status.state, message: status.message })
    take(step)
    respond(response, 202, 'text/plain', '')
  }

  function acceptPing(response: ServerResponse, agentId: string): void {
    if (!agents.has(agentId)) return respond(response, 410, 'text/plain', 'register first')
    lastHeard.set(agentId, performance.now())
    respond(response, 202, 'text/plain', '')
  }

  function forgetAgent(agentId: string): void {
    lastHeard.delete(agentId)
    log('agent-removed', { agentId })
  }

  function dropSilentAgents(now: number): void {
    for (const [agentId, sender] of agents) if (now - (lastHeard.get(agentId) ?? 0) > 3 * pingMs) sender.close()
  }

  function acceptCall(response: ServerResponse, call: SchedulerCall): void {
    if (call.type !== 'SUBSCRIBE') {
      log('scheduler-call', { type: call.type, ...(call.type === 'LAUNCH' ? { taskId: call.task.taskId } : {}) })
      take(applySchedulerCall(cluster, call, Date.now()))
      return respond(response, 202, 'text/plain', '')
    }
    framework?.sender.close()
    const sender = openEventStream<SchedulerEvent>(response, { type: 'HEARTBEAT' }, () => {
      if (framework?.sender !== sender) return
      framework = undefined
      log('framework-disconnected', { framework: call.framework })
    })
    framework = { id: call.framework, sender }
    log('framework-subscribed', { framework: call.framework })
    sender.send({ type: 'SUBSCRIBED', frameworkId: call.framework })
    take(applySchedulerCall(cluster, call, Date.now()))
  }

  function handle(request: IncomingMessage, response: ServerResponse, body: string): void {
    const path = (request.url ?? '/').split('?')[0]?.replace(/^\/master(?=\/)/, '')
    if (request.method === 'POST') {
      if (path === agentPath) return accept(response, readRegister(body), acceptAgent)
      if (path === agentStatusPath) return accept(response, readStatus(body), acceptStatus)
      if (path === agentPingPath) return accept(response, readPing(body), acceptPing)
      if (path === schedulerPath) return accept(response, readSchedulerCall(body), acceptCall)
    }
    if (path === '/health') return respond(response, 200, 'text/plain', '')
    if (path === '/version') return respondJson(response, 200, versionJson())
    if (path === '/slaves') return respondJson(response, 200, slavesJson(cluster))
    if (path === '/state') return respondJson(response, 200, stateJson(cluster, { ...identity, port: listener.port }, framework?.id))
    respond(response, 404, 'text/plain', 'Not Found')
  }

  const listener: Listener = await listen(host, identity.port, handle, (error) => log('request-failed', { reason: errorWords(error) }))
  const expiry = setInterval(() => {
    dropSilentAgents(performance.now())
    const before = Object.keys(cluster.agents)
    take(expireAgents(cluster, Date.now()))
    for (const agentId of before) if (cluster.agents[agentId] === undefined) forgetAgent(agentId)
  }, expiryTickMs)
  return {
    port: listener.port,
    close: async () => {
      clearInterval(expiry)
      await listener.close()
    },
  }
}

function accept<Message>(
  response: ServerResponse,
  message: Message | undefined,
  act: (response: ServerResponse, message: Message) => void,
): void {
  if (message === undefined) respond(response, 400, 'text/plain', 'not a message of the protocol')
  else act(response, message)
}
