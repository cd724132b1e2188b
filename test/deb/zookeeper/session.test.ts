import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import t from 'tap'
import { keepSession } from '../../../deb/zookeeper/session.ts'

t.test('a server that accepts and never answers is given up for a new connection', { timeout: 25_000 }, async (t) => {
  const sockets: Socket[] = []
  let second = (): void => undefined
  const secondConnection = new Promise<void>((resolve) => (second = resolve))
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    // A socket that nobody reads never notices that its peer has gone.
    socket.resume()
    if (sockets.length === 2) second()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const lost: string[] = []
  const events = {
    onConnected: () => t.fail('nothing has answered'),
    onDisconnected: () => undefined,
    onLost: (why: string) => lost.push(why),
  }
  const session = keepSession(`127.0.0.1:${(server.address() as AddressInfo).port}`, events, 300)
  t.teardown(() => {
    session.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await secondConnection
  t.same(lost, ['no connection for as long as a session lasts'])
  session.close()
  await new Promise<void>((resolve) => (sockets[1]?.destroyed === true ? resolve() : sockets[1]?.once('close', () => resolve())))
  t.pass('closing while connecting ends the connection')
})

t.test('a connection that a starting server has forgotten is left long before the session is lost', { timeout: 25_000 }, async (t) => {
  const sockets: Socket[] = []
  let second = (): void => undefined
  const secondConnection = new Promise<void>((resolve) => (second = resolve))
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.resume()
    if (sockets.length === 2) second()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const lost: string[] = []
  const events = {
    onConnected: () => t.fail('nothing has answered'),
    onDisconnected: () => undefined,
    onLost: (why: string) => lost.push(why),
  }
  const session = keepSession(`127.0.0.1:${(server.address() as AddressInfo).port}`, events, 60_000)
  t.teardown(() => {
    session.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await secondConnection
  t.same(lost, [], 'the same session tries again')
})
