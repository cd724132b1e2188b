import http from 'node:http'
import { agentPath, heartbeatMs } from '../../protocol/mesos-protocol.ts'
import type { AgentEvent, RegisterMessage } from '../../protocol/mesos-protocol.ts'
import { splitLines } from '../executor/messages.ts'
import type { MesosLeader } from '../../zookeeper/mesos-leader.ts'

const silenceMs = 3 * heartbeatMs

/**
 * Registers with a Mesos master and hears its events until the stream ends.
 *
 * @returns why it ended, in a few words; never rejects
 */
export function followMaster(
  leader: MesosLeader,
  registration: RegisterMessage,
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve) => {
    const body = JSON.stringify(registration)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = http.request({ host: leader.host, port: leader.port, path: agentPath, method: 'POST', headers, agent: false, signal })
    request.setTimeout(silenceMs, () => request.destroy(new Error(`no heartbeat for ${silenceMs / 1_000} s`)))
    request.on('error', (error) => resolve(error.message))
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        response.resume()
        request.destroy(new Error(`HTTP ${response.statusCode}`))
        return
      }
      const feed = splitLines((line) => onEvent(JSON.parse(line) as AgentEvent))
      response.setEncoding('utf8').on('data', feed)
      response.on('error', (error) => resolve(error.message))
      response.on('close', () => resolve('the stream has ended'))
    })
    request.end(body)
  })
}

/** Posts a JSON document to the master. Returns the HTTP status; rejects when the master cannot be reached within 10 s. */
export function postToMaster(leader: MesosLeader, path: string, document: unknown): Promise<number> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(document)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = http.request({ host: leader.host, port: leader.port, path, method: 'POST', headers, timeout: 10_000 }, (response) => {
      response.resume()
      response.on('error', reject)
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    request.on('timeout', () => request.destroy(new Error('no answer for 10 s')))
    request.on('error', reject)
    request.end(body)
  })
}
