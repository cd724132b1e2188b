import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { listen, respond, respondJson } from '../process/http-server.ts'
import { errorWords } from '../process/log.ts'
import type { Log } from '../process/log.ts'
import type { ZookeeperAddress } from '../zookeeper/address.ts'
import { joinElection } from '../zookeeper/election.ts'
import type { Election } from '../zookeeper/election.ts'
import { startEngine } from './engine.ts'
import { logChanges } from './log-changes.ts'
import { openMesosLink } from './mesos-link.ts'
import type { MesosLink } from './mesos-link.ts'
import { readCall } from './read-call.ts'
import type { MasterSettings } from './state.ts'
import { capacityGroupsJson, leaderJson, statusJson } from './v2-json.ts'
import type { LeaderFacts } from './v2-json.ts'

/** How a Titus master is to run. Port 0 takes any port. */
export interface MasterOptions extends MasterSettings {
  readonly listenAddress: string
  readonly hostname: string
  readonly ip: string
  readonly apiPort: number
  readonly rpcPort: number
  /** Where the Titus masters elect their leader. */
  readonly election: ZookeeperAddress
  /** Where the Mesos masters elect theirs. */
  readonly mesos: ZookeeperAddress
}

/** A Titus master that is listening. */
export interface MasterServer {
  readonly apiPort: number
  readonly rpcPort: number
  readonly close: () => Promise<void>
}

/** Serves /health and /api/v2 on one port and the gateway's calls on the other, both 503 until this master leads. */
export async function serveMaster(options: MasterOptions, log: Log): Promise<MasterServer> {
  const startedAt = Date.now()
  let electedAt = 0
  const engine = startEngine({
    settings: options,
    now: Date.now,
    newId: randomUUID,
    tell: (call) => link?.tell(call),
    onChange: (before, after) => logChanges(before, after, log),
  })
  // There is an election only once the ports are known, and requests come before.
  let election: Election | undefined
  const isLeading = (): boolean => election?.isLeading() ?? false
  // Only the leader may speak to Mesos: it kills every task that it does not know.
  let link: MesosLink | undefined
  const listener = { hear: engine.hear, lose: engine.forgetOffers, reconcile: engine.reconcileWithMesos }
  const onError = (error: unknown): void => log('request-failed', { reason: errorWords(error) })

  const facts = (): LeaderFacts => {
    const mesos = link?.leader()
    return {
      hostname: options.hostname,
      ip: options.ip,
      apiPort: api.port,
      isLeader: isLeading(),
      startedAt,
      electedAt,
      mesosLeader: mesos === undefined ? '' : `${mesos.host}:${mesos.port}`,
    }
  }

  function answerApi(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').split('?')[0]
    if (path === '/api/v2/status') return respondJson(response, 200, statusJson(facts(), Date.now()))
    if (path === '/api/v2/leader') return respondJson(response, 200, leaderJson(facts()))
    if (!isLeading()) return respond(response, 503, 'text/plain', 'Not a leader')
    if (path === '/health') return respond(response, 200, 'text/plain', 'OK')
    if (path === '/api/v2/management/applications') return respondJson(response, 200, capacityGroupsJson)
    respond(response, 404, 'text/plain', 'Not Found')
  }

  function answerCall(request: IncomingMessage, response: ServerResponse, body: string): void {
    if (request.method !== 'POST' || request.url !== '/rpc') return respond(response, 404, 'text/plain', 'Not Found')
    if (!isLeading()) return respond(response, 503, 'text/plain', 'Not a leader')
    const call = readCall(body)
    if (call === undefined) return respond(response, 400, 'text/plain', 'not a call of the protocol')
    respondJson(response, 200, engine.call(call))
  }

  const rpc = await listen(options.listenAddress, options.rpcPort, answerCall, onError)
  const api = await listen(options.listenAddress, options.apiPort, answerApi, onError)
  election = joinElection({
    servers: options.election.servers,
    directory: `${options.election.path}/leaderElection`,
    prefix: 'master-',
    data: JSON.stringify({ hostname: options.hostname, hostIP: options.ip, apiPort: api.port }),
    log,
    onChange: (isLeading) => {
      link?.close()
      link = isLeading ? openMesosLink(options.mesos, listener, log) : undefined
      if (isLeading) electedAt = Date.now()
      else engine.forgetOffers()
    },
  })
  return {
    apiPort: api.port,
    rpcPort: rpc.port,
    close: async () => {
      election?.close()
      link?.close()
      engine.stop()
      await api.close()
      await rpc.close()
    },
  }
}
