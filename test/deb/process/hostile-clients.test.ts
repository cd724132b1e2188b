import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { listen, respond } from '../../../deb/process/http-server.ts'
import { serveMesos } from '../../../deb/mesos-master/server.ts'
import { serveMaster } from '../../../deb/titus-server-master/server.ts'
import { serveGateway } from '../../../deb/titus-server-gateway/server.ts'
import { withstand } from '../../hostile-clients.ts'

function silent(): undefined {}

t.test('the server of the stand-ins withstands whatever clients do', async (t) => {
  const errors: unknown[] = []
  const answer = (_: unknown, response: Parameters<typeof respond>[0]) => respond(response, 404, 'text/plain', 'no')
  const listener = await listen('127.0.0.1', 0, answer, (error) => errors.push(error))
  t.teardown(() => listener.close())
  await withstand(t, { port: listener.port, path: '/' })
  t.same(
    errors.filter((error) => (error as Error).message !== 'aborted'),
    [],
    'and has nothing to tell but of clients that went away',
  )
})

t.test('so do the REST API, the Mesos master and the Titus master', async (t) => {
  const identity = { id: 'master', hostname: 'h', ip: '127.0.0.1', port: 0, startedAt: 0 }
  const mesos = await serveMesos('127.0.0.1', identity as never, silent)
  t.teardown(() => mesos.close())
  await withstand(t, { port: mesos.port, path: '/health' })
  const nobody = 'http://127.0.0.1:9'
  const gateway = await serveGateway({ listenAddress: '127.0.0.1', port: 0, rpcUrl: nobody, masterUrl: nobody, timeoutMs: 500 }, silent)
  t.teardown(() => gateway.close())
  await withstand(t, { port: gateway.port, path: '/health' })
  const nowhere = { servers: '127.0.0.1:9', path: '/titus' }
  const ports = { listenAddress: '127.0.0.1', apiPort: 0, rpcPort: 0 }
  const settings = { cellName: 'dev', refreshMs: 10_000, ownerId: 'default', hostname: 'h', ip: '127.0.0.1' }
  const master = await serveMaster({ ...ports, ...settings, election: nowhere, mesos: nowhere }, silent)
  t.teardown(() => master.close())
  await withstand(t, { port: master.rpcPort, path: '/rpc' })
  await withstand(t, { port: master.apiPort, path: '/api/v2/status' })
})

t.test('a body that is announced as too large is refused before it comes', async (t) => {
  const listener = await listen('127.0.0.1', 0, () => undefined, silent)
  t.teardown(() => listener.close())
  const socket = connect(listener.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  t.match(String(answer), /^HTTP\/1\.1 413 /)
  await once(socket.resume(), 'close')
})
