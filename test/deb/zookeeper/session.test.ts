import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import t from 'tap'
import type { Test } from 'tap'
import { keepSession } from '../../../deb/zookeeper/session.ts'

/** A session with a server that accepts connections, as many as are waited for, and never answers. */
async function openOnSilence(t: Test, sessionMs: number, wanted: number) {
  const sockets: Socket[] = []
  const times: number[] = []
  let enough = (): void => undefined
  const connections = new Promise<void>((resolve) => (enough = resolve))
  const server = createServer((socket) => {
    sockets.push(socket)
    times.push(performance.now())
    socket.on('error', () => undefined)
    // A socket that nobody reads never notices that its peer has gone.
    socket.resume()
    if (sockets.length === wanted) enough()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const lost: string[] = []
  const events = {
    onConnected: () => t.fail('nothing has answered'),
    onDisconnected: () => undefined,
    onLost: (why: string) => lost.push(why),
  }
  const session = keepSession(`127.0.0.1:${(server.address() as AddressInfo).port}`, events, sessionMs)
  t.teardown(() => {
    session.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await connections
  return { session, sockets, times, lost }
}

t.test('a server that accepts and never answers is given up for a new connection', { timeout: 25_000 }, async (t) => {
  const { session, sockets, lost } = await openOnSilence(t, 300, 2)
  t.same(lost, ['no connection for as long as a session lasts'])
  session.close()
  await new Promise<void>((resolve) => (sockets[1]?.destroyed === true ? resolve() : sockets[1]?.once('close', () => resolve())))
  t.pass('closing while connecting ends the connection')
})

t.test('a connection that a starting server has forgotten is left long before the session is lost', { timeout: 60_000 }, async (t) => {
  const { lost, times } = await openOnSilence(t, 60_000, 3)
  t.same(lost, [], 'the same session tries again')
  const [first = 0, second = 0, third = 0] = times
  t.ok(third - second > second - first, 'and waits longer each time')
})
