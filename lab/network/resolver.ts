import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { answerQuery } from './resolver-answers.ts'
import type { NameTable } from './resolver-answers.ts'

/** The resolver of the region's VPCs, on as many addresses as there are. */
export interface Resolver {
  /** Starts to answer on an address; does nothing where it does already. The address must be the router's own. */
  listen(address: string): Promise<void>
  /** Answers no more. */
  stop(): void
}

const idleMs = 10_000

/** Creates a resolver that answers over UDP and TCP, from the names that the region has at the moment. @param port  53 unless given */
export function createResolver(names: () => NameTable, port = 53): Resolver {
  const listening = new Map<string, Promise<void>>()
  const open: { close(): unknown }[] = []
  return {
    listen: (address) => {
      const known = listening.get(address)
      if (known !== undefined) return known
      const started = Promise.all([listenOnUdp(address, port, names), listenOnTcp(address, port, names)]).then(
        (both) => void open.push(...both),
      )
      listening.set(address, started)
      return started
    },
    stop: () => open.splice(0).forEach((each) => each.close()),
  }
}

function listenOnUdp(address: string, port: number, names: () => NameTable): Promise<{ close(): unknown }> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.on('message', (message, from) => {
      const answer = answerQuery(names(), message)
      if (answer !== undefined) socket.send(answer, from.port, from.address)
    })
    socket.once('error', reject)
    socket.bind(port, address, () => {
      socket.off('error', reject)
      // An answer that cannot be sent is dropped, since a client without an answer asks again.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}

function listenOnTcp(address: string, port: number, names: () => NameTable): Promise<{ close(): unknown }> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => answerStream(socket, names))
    server.once('error', reject)
    server.listen(port, address, () => {
      server.off('error', reject)
      // A connection that cannot be taken, as when too many are open, is the client's to try again.
      server.on('error', () => undefined)
      resolve(server)
    })
  })
}

/** Over TCP each message has its length, two bytes, before it (RFC 1035 4.2.2). Of many that one client sends at once others are answered in
 *  between, and a client that does not read its answers gets no more than it has room for. */
function answerStream(socket: Socket, names: () => NameTable): void {
  let held = Buffer.alloc(0)
  socket.setTimeout(idleMs, () => socket.destroy())
  socket.on('error', () => undefined)
  const answerNext = (): void => {
    if (socket.destroyed) return
    if (held.length < 2 || held.length < 2 + held.readUInt16BE(0)) return void socket.resume()
    const end = 2 + held.readUInt16BE(0)
    const answer = answerQuery(names(), held.subarray(2, end))
    held = held.subarray(end)
    if (answer === undefined) return void socket.destroy()
    const length = Buffer.alloc(2)
    length.writeUInt16BE(answer.length)
    if (socket.write(Buffer.concat([length, answer]))) setImmediate(answerNext)
    else socket.once('drain', answerNext)
  }
  socket.on('data', (chunk: Buffer) => {
    socket.pause()
    held = Buffer.concat([held, chunk])
    answerNext()
  })
}
