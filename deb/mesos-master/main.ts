import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { serveMesos } from './server.ts'
import { mesosInfo } from './state-json.ts'
import { ownAddress } from '../process/addresses.ts'
import { createLog } from '../process/log.ts'
import { runUntilStopped } from '../process/run-until-stopped.ts'
import { parseZookeeperUrl } from '../zookeeper/address.ts'
import { joinElection } from '../zookeeper/election.ts'

// A double of mesos-master: configured by the same MESOS_* variables (MESOS_ZK, MESOS_IP, MESOS_PORT, MESOS_HOSTNAME).
const log = createLog('mesos-master')

void runUntilStopped(log, async (onStop) => {
  const url = process.env['MESOS_ZK']
  if (url === undefined) throw new Error('MESOS_ZK is not set')
  const { servers, path } = parseZookeeperUrl(url)
  const ip = process.env['MESOS_IP'] ?? ownAddress()
  const identity = {
    id: randomUUID(),
    hostname: process.env['MESOS_HOSTNAME'] ?? (process.env['MESOS_IP'] === undefined ? hostname() : ip),
    ip,
    port: Number(process.env['MESOS_PORT'] ?? 5050),
    startedAt: Date.now(),
  }
  const server = await serveMesos(ip, identity, log)
  onStop(server.close)
  log('listening', { ip, port: server.port })
  const data = JSON.stringify(mesosInfo({ ...identity, port: server.port }))
  const election = joinElection({ servers, directory: path, prefix: 'json.info_', data, log, onChange: () => undefined })
  onStop(() => election.close())
})
