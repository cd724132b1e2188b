import type { ClientChannel } from 'ssh2'
import { lingerMs } from './cut-outputs.ts'
import type { Unfinished } from './cut-outputs.ts'
import type { ExecOptions, Exit } from './exit.ts'
import type { SshConnection } from './ssh-connection.ts'

/** How the session of a command ended. `unfinished`: its outputs had not, when the reading of them did. */
export type End = Pick<Exit, 'ended' | 'exitCode' | 'signal'> & { readonly unfinished?: Unfinished }

/** Waits for the end of the command in a session, and for that of its outputs; not for ever where something in the background holds these. */
export function waitForEnd(
  channel: ClientChannel,
  connection: SshConnection,
  options: Pick<ExecOptions, 'timeoutMs' | 'signal'>,
): Promise<End> {
  return new Promise((resolve) => {
    let status: End | undefined
    let linger: NodeJS.Timeout | undefined
    let isWhole = false
    const finish = (end: End) => {
      clearTimeout(timer)
      clearTimeout(linger)
      options.signal.removeEventListener('abort', cancel)
      resolve(end)
    }
    const none = { exitCode: null, signal: null }
    const cancel = () => finish({ ended: 'cancelled', ...none })
    const timer = setTimeout(() => finish({ ended: 'timeout', ...none }), options.timeoutMs)
    channel.on('exit', (exitCode: number | null, signal?: string) => {
      const ended: End =
        exitCode === null ? { ended: 'signal', exitCode: null, signal: nameSignal(signal) } : { ended: 'exit', exitCode, signal: null }
      status = ended
      let flowed = false
      for (const stream of [channel, channel.stderr]) stream.on('data', () => (flowed = true))
      // What still flows is waited for. On a slow link a single packet may take longer than the pause: the machine is asked for an answer,
      // which comes after all that is under way.
      const wait = () => {
        flowed = false
        linger = setTimeout(
          () => void connection.answer().then(() => (flowed ? wait() : finish({ ...ended, unfinished: 'open' }))),
          lingerMs,
        )
      }
      wait()
    })
    // A connection that breaks ends the outputs as well, but only after it is known to have ended.
    channel.on('end', () => (isWhole = !connection.ended.aborted))
    channel.on('close', () => {
      if (status === undefined) return finish({ ended: 'lost', ...none })
      finish(isWhole ? status : { ...status, unfinished: 'lost' })
    })
    if (options.signal.aborted) return cancel()
    options.signal.addEventListener('abort', cancel, { once: true })
  })
}

/** The name of a signal as RFC 4254 section 6.10 has it, which ssh2 spells in its own way. */
export function nameSignal(signal: string | undefined): string {
  return (signal ?? 'unknown').replace(/^SIG/, '')
}
