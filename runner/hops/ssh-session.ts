import type { ClientChannel } from 'ssh2'
import { ConnectionError } from './connection-error.ts'
import type { SshConnection } from './ssh-connection.ts'

/** Thrown when a machine refuses one more session: the command has not started, so that it is safe to ask again. */
export class ChannelRefused extends Error {
  override readonly name = 'ChannelRefused'
}

/** Opens a session, starts a command line in it and gives the channel to `use` at once: one packet can hold the confirmation, the
 *  exit status and the end, and whoever listens a tick later has missed them.
 *  @throws ChannelRefused, ConnectionError */
export function inSession<T>(
  { client, ended }: SshConnection,
  name: string,
  commandLine: string,
  use: (channel: ClientChannel) => T | Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { reason?: unknown }) => {
      if (error.reason !== undefined) return reject(new ChannelRefused(`${name} refused one more session: ${error.message}`))
      const [code, what] = ended.aborted
        ? (['connection', 'the connection ended before the command started'] as const)
        : (['login', 'it gives a session, but runs no command in it'] as const)
      reject(new ConnectionError(code, `${name}: ${what}`, { cause: error }))
    }
    try {
      client.exec(commandLine, (error, channel) => {
        if (error !== undefined) return fail(error)
        // Without a listener, a connection that breaks under the channel would end this process.
        channel.on('error', () => undefined)
        resolve(use(channel))
      })
    } catch (error) {
      // The connection had ended already, so that nothing was sent.
      reject(new ChannelRefused(`${name}: ${(error as Error).message}`))
    }
  })
}
