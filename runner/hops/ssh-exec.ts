import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, ClientChannel } from 'ssh2'
import { createBoundedOutput } from './bounded-output.ts'
import { ConnectionError } from './connection-error.ts'
import { cutOutputs, lingerMs } from './cut-outputs.ts'
import type { ExecOptions, Exit } from './exit.ts'
import { renderCommandLine, renderExports, renderKillLine } from './remote-command.ts'

/** How long the ending of remote processes may take: two seconds of TERM, then KILL. */
const killTimeoutMs = 8_000
/** How often a command is looked for whose session goes on. */
const clearAttempts = 3

/** Thrown when a machine refuses one more session: the command has not started, so that it is safe to ask again. */
export class ChannelRefused extends Error {
  override readonly name = 'ChannelRefused'
}

/**
 * Runs a command over a connection that has room for one more session.
 *
 * @returns how it ended; after `timeout` and `cancelled` the remote processes have been ended over a second session
 * @throws ChannelRefused, ConnectionError when the command did not start
 */
export async function execOverSsh(client: Client, name: string, argv: readonly string[], options: ExecOptions): Promise<Exit> {
  const startedAt = performance.now()
  const mark = randomUUID()
  const exports = renderExports(options.env ?? {})
  const input = options.stdin === undefined ? 'closed' : 'open'
  const stdout = createBoundedOutput(options.outputLimitBytes)
  const stderr = createBoundedOutput(options.outputLimitBytes)
  const commandLine = renderCommandLine({ argv, mark, exports, input, timeoutMs: options.timeoutMs })
  const { end, ...session } = await inSession(client, name, commandLine, async (channel) => {
    channel.on('data', (chunk: Buffer) => stdout.add(chunk))
    channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
    if (exports !== '' || options.stdin !== undefined) {
      channel.write(exports)
      channel.end(options.stdin ?? '')
    }
    const over = new Promise<void>((resolve) => channel.once('exit', () => resolve()).once('close', resolve))
    return { channel, over, end: await waitForEnd(channel, options) }
  })
  const cut = end.ended === 'timeout' || end.ended === 'cancelled'
  const cleared = cut ? await clear(client, name, mark, session.over) : end.ended !== 'lost'
  session.channel.close()
  const { lingering, ...how } = end
  return {
    ...how,
    cleared,
    stdout: stdout.text(),
    stderr: stderr.text(),
    cut: cutOutputs(stdout.cut(), stderr.cut(), lingering ? { stdout: stdout.text(), stderr: stderr.text() } : undefined),
    durationMs: Math.round(performance.now() - startedAt),
  }
}

/** Opens a session, starts a command line in it and gives the channel to `use` at once: one packet can hold the confirmation, the
 *  exit status and the end, and whoever listens a tick later has missed them.
 *  @throws ChannelRefused, ConnectionError */
function inSession<T>(client: Client, name: string, commandLine: string, use: (channel: ClientChannel) => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { reason?: unknown }) =>
      reject(
        error.reason === undefined
          ? new ConnectionError('connection', `${name}: the connection ended before the command started`, { cause: error })
          : new ChannelRefused(`${name} refused one more session: ${error.message}`),
      )
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

/** Starts a command whose standard input and output are the stream; `onClose` is called once when it has ended. */
export function pipeOverSsh(
  client: Client,
  name: string,
  argv: readonly string[],
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  onClose: () => void,
): Promise<ClientChannel> {
  const line = renderCommandLine({ argv, mark: randomUUID(), exports: '', input: 'open', timeoutMs: options.timeoutMs })
  return inSession(client, name, line, (channel) => {
    const stop = () => channel.destroy()
    options.signal.addEventListener('abort', stop, { once: true })
    channel.stderr.resume()
    channel.once('close', () => {
      options.signal.removeEventListener('abort', stop)
      onClose()
    })
    if (options.signal.aborted) stop()
    return channel
  })
}

type End = Pick<Exit, 'ended' | 'exitCode' | 'signal'> & { readonly lingering: boolean }

function waitForEnd(channel: ClientChannel, options: ExecOptions): Promise<End> {
  return new Promise((resolve) => {
    let status: End | undefined
    let linger: NodeJS.Timeout | undefined
    const finish = (end: End) => {
      clearTimeout(timer)
      clearTimeout(linger)
      options.signal.removeEventListener('abort', cancel)
      resolve(end)
    }
    const none = { exitCode: null, signal: null, lingering: false }
    const cancel = () => finish({ ended: 'cancelled', ...none })
    const timer = setTimeout(() => finish({ ended: 'timeout', ...none }), options.timeoutMs)
    channel.on('exit', (exitCode: number | null, signal?: string) => {
      status =
        exitCode === null
          ? { ended: 'signal', exitCode: null, signal: (signal ?? 'unknown').replace(/^SIG/, ''), lingering: false }
          : { ended: 'exit', exitCode, signal: null, lingering: false }
      const ended = status
      linger = setTimeout(() => finish({ ...ended, lingering: true }), lingerMs)
      // What still flows, as it does on a slow link, is waited for.
      for (const stream of [channel, channel.stderr]) stream.on('data', () => linger?.refresh())
    })
    channel.on('close', () => finish(status ?? { ended: 'lost', ...none }))
    if (options.signal.aborted) return cancel()
    options.signal.addEventListener('abort', cancel, { once: true })
  })
}

/** Ends a command and all that it started. Its first moments are without the mark, therefore it is looked for until its own session is over. */
async function clear(client: Client, name: string, mark: string, over: Promise<void>): Promise<boolean> {
  for (let tries = 1; tries <= clearAttempts; tries += 1) {
    const cleared = await killMarked(client, name, mark)
    if (await Promise.race([over.then(() => true), sleep(200, false)])) return cleared
  }
  return false
}

async function killMarked(client: Client, name: string, mark: string): Promise<boolean> {
  try {
    return await inSession(client, name, renderKillLine(mark), async (channel) => {
      channel.resume()
      channel.stderr.resume()
      // Clearing away has a deadline of its own, since that of the step has passed.
      const end = await waitForEnd(channel, { timeoutMs: killTimeoutMs, signal: new AbortController().signal })
      channel.close()
      return end.exitCode === 0
    })
  } catch {
    return false
  }
}
