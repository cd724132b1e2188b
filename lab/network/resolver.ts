import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { answerQuery } from './resolver-answers.ts'
import type { NameTable } from './resolver-answers.ts'

/** The resolver of the region's VPCs, on as many addresses as there are. */
export interface Resolver {
  /** Starts to answer on an address; does nothing where it does already. The address must be the router's own. */
  listen(address: string): Promise<void>
}

const idleMs = 10_000

/** Creates a resolver that answers over UDP and TCP, port 53, from the names that the region has at the moment. */
export function createResolver(names: () => NameTable): Resolver {
  const listening = new Map<string, Promise<void>>()
  return {
    listen: (address) => {
      const known = listening.get(address)
      if (known !== undefined) return known
      const started = Promise.all([listenOnUdp(address, names), listenOnTcp(address, names)]).then(() => undefined)
      listening.set(address, started)
      return started
    },
  }
}

function listenOnUdp(address: string, names: () => NameTable): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.on('message', (message, from) => {
      const answer = answerQuery(names(), message)
      if (answer !== undefined) socket.send(answer, from.port, from.address)
    })
    socket.once('error', reject)
    socket.bind(53, address, () => {
      socket.off('error', reject)
      // An answer that cannot be sent is dropped, since a client without an answer asks again.
      socket.on('error', () => undefined)
      resolve()
    })
  })
}

function listenOnTcp(address: string, names: () => NameTable): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => answerStream(socket, names))
    server.once('error', reject)
    server.listen(53, address, resolve)
  })
}

/** Over TCP each message has its length, two bytes, before it (RFC 1035 4.2.2). */
function answerStream(socket: Socket, names: () => NameTable): void {
  let held = Buffer.alloc(0)
  socket.setTimeout(idleMs, () => socket.destroy())
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk])
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const end = 2 + held.readUInt16BE(0)
      const answer = answerQuery(names(), held.subarray(2, end))
      held = held.subarray(end)
      if (answer === undefined) return void socket.destroy()
      const length = Buffer.alloc(2)
      length.writeUInt16BE(answer.length)
      socket.write(Buffer.concat([length, answer]))
    }
  })
}
