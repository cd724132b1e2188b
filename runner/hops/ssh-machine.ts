import { showOnOneLine } from '../../system/display.ts'
import { ConnectionError } from './connection-error.ts'
import type { Machine } from './machine.ts'
import { dialOverSsh } from './ssh-dial.ts'
import { execOverSsh } from './ssh-exec.ts'
import type { SshPlace } from './ssh-exec.ts'
import { pipeOverSsh } from './ssh-pipe.ts'
import type { Lease, SshPool } from './ssh-pool.ts'
import { ChannelRefused } from './ssh-session.ts'

/** How often a machine is asked for a session that refuses one on a connection which has none. */
const openAttempts = 8

/** A machine at the end of a route of SSH hops. @param note  gets what a person should know of the machine, once */
export function createSshMachine(name: string, pool: SshPool, note: (text: string) => void): Machine {
  let isNoted = false
  const notePrinted = (printed: string) => {
    const text = showOnOneLine(printed.trim())
    if (text === '' || isNoted) return
    isNoted = true
    const shown = text.length > 300 ? `${text.slice(0, 300)}…` : text
    note(`${name}: a start-up file of its log-in shell prints before each command; that is left out of the output: ${shown}`)
  }
  /** `act` gets a session's room; when the machine refuses it, nothing has started and it is asked for again, on another connection if need be. */
  const withSession = async <T>(signal: AbortSignal, act: (place: SshPlace, release: () => void) => Promise<T>): Promise<T> => {
    for (let refusals = 0; ;) {
      const lease: Lease = await pool.lease(signal)
      try {
        return await act({ connection: lease.connection, name, connectApart: () => pool.connectApart(), note: notePrinted }, lease.release)
      } catch (error) {
        if (!(error instanceof ChannelRefused)) {
          lease.release()
          throw error
        }
        // A refusal beside sessions that run tells how many there may be. One without says that the machine is late, or allows none.
        if (!lease.refused()) refusals += 1
        if (refusals === openAttempts)
          throw new ConnectionError('login', error.message, { hint: 'its sshd needs `MaxSessions 1` or more', cause: error })
      }
    }
  }
  return {
    name,
    exec: (argv, options) =>
      withSession(options.signal, async (place, release) => {
        const exit = await execOverSsh(place, argv, options)
        release()
        return exit
      }),
    pipe: (argv, options) => withSession(options.signal, (place, release) => pipeOverSsh(place, argv, options, release)),
    async dial(host, port, options) {
      const { client } = await pool.tunnel(options.signal)
      return dialOverSsh(client, name, host, port, options)
    },
  }
}
