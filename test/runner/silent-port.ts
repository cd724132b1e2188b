import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** A port of loopback that answers nobody, as one that a security group has closed. */
export interface SilentPort {
  readonly port: number
  stop(): Promise<void>
}

/** Takes one connection and then waits for ever: the kernel has no room for more, and drops what asks for one. */
const listener = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 0 }, () => {
    require('node:fs').writeSync(1, String(server.address().port))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`

/** Listens and fills the queue of the port. */
export async function startSilentPort(): Promise<SilentPort> {
  const child = spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(said.toString())
  const held: Socket[] = []
  while (await isAnswered(port, held));
  return {
    port,
    async stop() {
      for (const socket of held) socket.destroy()
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function isAnswered(port: number, held: Socket[]): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' })
  held.push(socket)
  socket.on('error', () => undefined)
  return once(socket, 'connect', { signal: AbortSignal.timeout(500) }).then(
    () => true,
    () => false,
  )
}
