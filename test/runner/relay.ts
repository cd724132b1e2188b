import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Testbed } from '../../schemas/testbed.ts'

/** A TCP relay on loopback, for links that are not as good as loopback. */
export interface Relay {
  readonly port: number
  /** Bytes that came back through it. */
  readonly carried: () => number
  /** Breaks every connection, as a cable that is pulled. */
  cut(): void
  /** Brings nothing back any more, as a machine that is frozen. */
  freeze(): void
  stop(): Promise<void>
}

/** What is wrong with the link. */
export interface LinkFault {
  /** The way back is this slow. */
  readonly bytesPerSecond?: number
  /** No more connections than these are taken at a time. */
  readonly connections?: number
}

/** How long the pauses are in which a slow link lets nothing through. */
const pauseMs = 50

/** Starts a relay to a port of loopback. */
export async function startRelay(to: number, { bytesPerSecond, connections = Infinity }: LinkFault = {}): Promise<Relay> {
  const open = new Set<Socket>()
  let carried = 0
  let isFrozen = false
  const server = createServer((near) => {
    if (open.size >= 2 * connections) return void near.resetAndDestroy()
    const far = connect({ port: to, host: '127.0.0.1' })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far)
    void trickle(far, near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const trickle = async (from: Socket, into: Socket) => {
    try {
      for await (const chunk of from) {
        const piece = chunk as Buffer
        const step = bytesPerSecond === undefined ? piece.length : Math.ceil((bytesPerSecond * pauseMs) / 1000)
        for (let at = 0; at < piece.length; at += step) {
          if (bytesPerSecond !== undefined) await sleep(pauseMs)
          if (isFrozen) await once(into, 'close')
          into.write(piece.subarray(at, at + step))
          carried += Math.min(step, piece.length - at)
        }
      }
    } catch {
      // The other side hung up.
    }
    into.end()
  }
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    carried: () => carried,
    cut,
    freeze: () => void (isFrozen = true),
    async stop() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The testbed with the way to its first machine over a relay. */
export function routeOver({ port }: Relay, testbed: Testbed): Testbed {
  return {
    ...testbed,
    hosts: testbed.hosts.map((host) => ({ ...host, route: host.route.map((hop, index) => (index === 0 ? { ...hop, port } : hop)) })),
  }
}
