import { setTimeout as sleep } from 'node:timers/promises'
import { renderKillLine } from './remote-command.ts'
import type { SshConnection } from './ssh-connection.ts'
import { waitForEnd } from './ssh-end.ts'
import type { SshPlace } from './ssh-exec.ts'
import { ChannelRefused, inSession } from './ssh-session.ts'

/** How long the ending of remote processes may take: two seconds of TERM, then KILL. */
const killTimeoutMs = 8_000
/** How often a command is looked for whose session goes on. */
const clearAttempts = 3

/** Ends a command and all that it started. Its first moments are without the mark, therefore it is looked for until its own session is over.
 *  @returns whether nothing is left */
export async function clear(place: SshPlace, mark: string, over: Promise<void>): Promise<boolean> {
  for (let tries = 1; tries <= clearAttempts; tries += 1) {
    const cleared = await killMarked(place, mark)
    if (await Promise.race([over.then(() => true), sleep(200, false)])) return cleared
  }
  return false
}

/** Over the connection of the command where that has room for a session, over one of its own where it has not: the commands that hold all the
 *  sessions may be the very ones that are to be ended. */
async function killMarked({ connection, name, connectApart }: SshPlace, mark: string): Promise<boolean> {
  try {
    return await killOver(connection, name, mark)
  } catch (error) {
    if (!(error instanceof ChannelRefused)) return false
  }
  try {
    const apart = await connectApart()
    try {
      return await killOver(apart, name, mark)
    } finally {
      apart.close()
    }
  } catch {
    return false
  }
}

function killOver(connection: SshConnection, name: string, mark: string): Promise<boolean> {
  return inSession(connection, name, renderKillLine(mark), async (channel) => {
    channel.resume()
    channel.stderr.resume()
    channel.end()
    // Clearing away has a deadline of its own, since that of the step has passed.
    const end = await waitForEnd(channel, connection, { timeoutMs: killTimeoutMs, signal: new AbortController().signal })
    channel.close()
    return end.exitCode === 0
  })
}
