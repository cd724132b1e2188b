import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionError } from './connection-error.ts'
import type { Machine } from './machine.ts'
import { dialOverSsh } from './ssh-dial.ts'
import { ChannelRefused, execOverSsh, pipeOverSsh } from './ssh-exec.ts'
import type { Lease, SshPool } from './ssh-pool.ts'

/** How often a refused session is asked for again; sshd frees finished ones late. */
const openAttempts = 6

/** A machine at the end of a route of SSH hops. */
export function createSshMachine(name: string, pool: SshPool): Machine {
  /** `act` gets a session's room; when the machine refuses it, nothing has started and it is asked for again. */
  const withSession = async <T>(signal: AbortSignal, act: (lease: Lease) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      const lease = await pool.lease(signal)
      try {
        return await act(lease)
      } catch (error) {
        lease.release()
        if (!(error instanceof ChannelRefused)) throw error
        if (tries === openAttempts) throw new ConnectionError('connection', error.message, { cause: error })
      }
      await sleep(50 * 2 ** tries, undefined, { signal }).catch(() => {
        throw new ConnectionError('interrupted', `${name}: waiting for a session was given up`, { cause: signal.reason })
      })
    }
  }
  return {
    name,
    exec: (argv, options) =>
      withSession(options.signal, async ({ connection, release }) => {
        const exit = await execOverSsh(connection.client, name, argv, options)
        release()
        return exit
      }),
    pipe: (argv, options) =>
      withSession(options.signal, ({ connection, release }) => pipeOverSsh(connection.client, name, argv, options, release)),
    async dial(host, port, options) {
      const { client } = await pool.tunnel(options.signal)
      return dialOverSsh(client, name, host, port, options)
    },
  }
}
