import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Finds a port on 127.0.0.1 that stays free while a server on it is restarted: outside the range that the kernel gives away by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    if (await canListen(port)) return port
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
