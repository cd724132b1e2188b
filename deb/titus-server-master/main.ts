import { hostname } from 'node:os'
import { serveMaster } from './server.ts'
import { ownAddress } from '../process/addresses.ts'
import { createLog } from '../process/log.ts'
import { integerProperty, loadProperties, requiredProperty } from '../process/properties.ts'
import { runUntilStopped } from '../process/run-until-stopped.ts'
import { parseZookeeperUrl } from '../zookeeper/address.ts'

// A double of titus-server-master: the properties that it reads have the names of the real one. Properties that it does not know are
// ignored, as they are there. `titus.listenAddress` is its own: where to listen, all addresses by default.
const log = createLog('titus-server-master')

void runUntilStopped(log, async (onStop) => {
  const properties = await loadProperties(process.argv.slice(2))
  const options = {
    listenAddress: properties['titus.listenAddress'] ?? '0.0.0.0',
    hostname: hostname(),
    ip: ownAddress(),
    apiPort: integerProperty(properties, 'titus.master.apiport', 7001),
    rpcPort: integerProperty(properties, 'titus.master.grpcServer.port', 7104),
    election: {
      servers: requiredProperty(properties, 'titus.zookeeper.connectString'),
      path: (properties['titus.zookeeper.root'] ?? '/titus/main').replace(/\/$/, ''),
    },
    mesos: parseZookeeperUrl(requiredProperty(properties, 'mesos.master.location')),
    refreshMs: integerProperty(properties, 'titus.agent.fullCacheRefreshIntervalMs', 60_000),
    cellName: properties['titus.master.cellName'] ?? 'dev',
    ownerId: process.env['EC2_OWNER_ID'] ?? 'default',
  }
  const server = await serveMaster(options, log)
  onStop(server.close)
  log('listening', { address: options.listenAddress, api: server.apiPort, rpc: server.rpcPort })
})
