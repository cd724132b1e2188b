import { serveGateway } from './server.ts'
import { createLog } from '../process/log.ts'
import { integerProperty, loadProperties, requiredProperty } from '../process/properties.ts'
import { runUntilStopped } from '../process/run-until-stopped.ts'

// A double of titus-server-gateway. `titus.gateway.master*` are the names of rc.57. `titus.listenAddress` is its own: where to listen,
// all addresses by default.
const log = createLog('titus-server-gateway')

void runUntilStopped(log, async (onStop) => {
  const properties = await loadProperties(process.argv.slice(2))
  const host = requiredProperty(properties, 'titus.gateway.masterIp')
  const listenAddress = properties['titus.listenAddress'] ?? '0.0.0.0'
  const listener = await serveGateway(
    {
      listenAddress,
      port: integerProperty(properties, 'titus.gateway.httpPort', 7001),
      rpcUrl: `http://${host}:${integerProperty(properties, 'titus.gateway.masterGrpcPort', 7104)}`,
      masterUrl: `http://${host}:${integerProperty(properties, 'titus.gateway.masterHttpPort', 7001)}`,
      timeoutMs: integerProperty(properties, 'titus.grpcClient.requestTimeout', 10_000),
    },
    log,
  )
  onStop(listener.close)
  log('listening', { address: listenAddress, port: listener.port })
})
