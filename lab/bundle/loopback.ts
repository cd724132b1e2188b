import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A listener on 127.0.0.1. */
export interface LoopbackListener {
  readonly port: number
  close(): void
}

/**
 * Listens on a free port of 127.0.0.1 and hands every connection on.
 * @param accept  takes the connection over, paused, with half-open ends allowed
 */
export async function listenOnLoopback(accept: (client: Socket) => void): Promise<LoopbackListener> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, accept)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() }
}

/** Joins two connections until both have ended; an error of one destroys the other. Ends are passed on one by one. */
export function joinSockets(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => {
      if (!from.readableEnded) to.destroy()
    })
    // A socket that closed before it was joined to the other says nothing more.
    if (from.destroyed) to.destroy()
    from.pipe(to)
  }
}
