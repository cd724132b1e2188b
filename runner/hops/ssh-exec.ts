import { randomUUID } from 'node:crypto'
import type { ClientChannel } from 'ssh2'
import { createAfterMark } from './after-mark.ts'
import type { AfterMark } from './after-mark.ts'
import { createBoundedOutput } from './bounded-output.ts'
import type { BoundedOutput } from './bounded-output.ts'
import { ConnectionError } from './connection-error.ts'
import { cutOutputs } from './cut-outputs.ts'
import type { ExecOptions, Exit } from './exit.ts'
import { markBytes, renderCommandLine, renderExports } from './remote-command.ts'
import { clear } from './ssh-clear.ts'
import type { SshConnection } from './ssh-connection.ts'
import { inSession } from './ssh-session.ts'
import { waitForEnd } from './ssh-end.ts'
import type { End } from './ssh-end.ts'

/** Where a command runs, over a connection that has room for one more session. */
export interface SshPlace {
  readonly connection: SshConnection
  /** The machine, for messages. */
  readonly name: string
  /** Connects once more, for what cannot wait until there is room. Whoever asks closes it. */
  readonly connectApart: () => Promise<SshConnection>
  /** Gets what the log-in prints before a command, which is none of its output. */
  readonly note: (printed: string) => void
}

/**
 * Runs a command over SSH.
 *
 * @returns how it ended; after `timeout` and `cancelled` the remote processes have been ended, unless it says otherwise
 * @throws ChannelRefused, ConnectionError when the command did not start
 */
export async function execOverSsh(place: SshPlace, argv: readonly string[], options: ExecOptions): Promise<Exit> {
  const { connection, name } = place
  const startedAt = performance.now()
  const mark = randomUUID()
  const exports = renderExports(options.env ?? {})
  const input = options.stdin === undefined ? 'closed' : 'open'
  const stdout = createBoundedOutput(options.outputLimitBytes)
  const stderr = createBoundedOutput(options.outputLimitBytes)
  const before = { stdout: createAfterMark(markBytes(mark)), stderr: createAfterMark(markBytes(mark)) }
  const commandLine = renderCommandLine({ argv, mark, exports, input, timeoutMs: options.timeoutMs })
  const { end, ...session } = await inSession(connection, name, commandLine, async (channel) => {
    const send = sendOnce(channel, exports, options.stdin)
    channel.on('data', (piece: Buffer) => {
      keep(before.stdout.add(piece), stdout, options.savers?.stdout)
      if (before.stdout.isLoggedIn) send()
    })
    channel.stderr.on('data', (piece: Buffer) => {
      keep(before.stderr.add(piece), stderr, options.savers?.stderr)
      if (before.stderr.isLoggedIn) send()
    })
    const over = new Promise<void>((resolve) => channel.once('exit', () => resolve()).once('close', resolve))
    return { channel, over, end: await waitForEnd(channel, connection, options) }
  })
  const givenUp = end.ended === 'timeout' || end.ended === 'cancelled'
  // A log-in that goes on finds nobody to write to any more, and ends before it starts the command.
  if (givenUp && !before.stdout.isLoggedIn) session.channel.close()
  const cleared = givenUp ? await clear(place, mark, session.over) : end.ended !== 'lost'
  session.channel.close()
  if (!before.stdout.isStarted) throw explainStart(place, end, before)
  place.note(before.stdout.said() + before.stderr.said())
  const { ended, exitCode, signal, unfinished } = end
  const texts = { stdout: stdout.text(), stderr: stderr.text() }
  return {
    ended,
    exitCode,
    signal,
    cleared,
    ...texts,
    cut: cutOutputs(stdout.cut(), stderr.cut(), unfinished, texts),
    durationMs: Math.round(performance.now() - startedAt),
  }
}

function keep(piece: Buffer, output: BoundedOutput, save: ((piece: Buffer) => void) | undefined): void {
  if (piece.length === 0) return
  output.add(piece)
  save?.(piece)
}

/** Sends what the machine is to read, at the first call: only then has the log-in ended, which may read too. */
function sendOnce(channel: ClientChannel, exports: string, stdin: Buffer | string | undefined): () => void {
  let sent = false
  const send = () => {
    if (sent) return
    sent = true
    if (exports !== '') channel.write(exports)
    channel.end(stdin ?? '')
  }
  // A log-in that reads finds the end where there is nothing to send.
  if (exports === '' && stdin === undefined) send()
  return send
}

/** Why a command did not start: what stands between the log-in and it has ended, or not let it through in time. */
export function explainStart(
  { name, connection }: SshPlace,
  { ended, exitCode, signal }: End,
  before: Record<'stdout' | 'stderr', AfterMark>,
): ConnectionError {
  const said = `${before.stdout.said()}\n${before.stderr.said()}`.trim()
  const how = exitCode === null ? `signal ${signal ?? 'unknown'}` : `exit ${exitCode}`
  const words = said === '' ? 'without a word' : said
  if (connection.ended.aborted) return new ConnectionError('connection', `${name}: the connection ended before the command started`)
  const isLoggedIn = before.stdout.isLoggedIn || before.stderr.isLoggedIn
  if (ended === 'timeout' || ended === 'cancelled') {
    const where = isLoggedIn ? 'the command had not started' : 'its log-in shell had not come to the command'
    return new ConnectionError('interrupted', `${name}: ${where}${said === '' ? '' : `; it said: ${said}`}`)
  }
  if (before.stderr.isStarted)
    return new ConnectionError('login', `${name}: its log-in shell lets no standard output through (a start-up file redirects it)`)
  if (isLoggedIn) return new ConnectionError('command', `${name}: the command could not be started (${how}): ${words}`)
  const hint = 'the user that logs in needs a shell that runs /bin/sh, and start-up files that let it'
  return new ConnectionError('login', `${name}: its log-in shell did not run the command (${how}): ${words}`, { hint })
}
