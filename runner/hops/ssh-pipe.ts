import { randomUUID } from 'node:crypto'
import type { ClientChannel } from 'ssh2'
import { createAfterMark } from './after-mark.ts'
import { markBytes, renderCommandLine } from './remote-command.ts'
import { explainStart } from './ssh-exec.ts'
import type { SshPlace } from './ssh-exec.ts'
import { nameSignal } from './ssh-end.ts'
import type { End } from './ssh-end.ts'
import { inSession } from './ssh-session.ts'

/** Starts a command whose standard input and output are the stream, from its very first byte on; `onClose` is called once when it has ended.
 *  @throws ChannelRefused, ConnectionError when the command did not start */
export async function pipeOverSsh(
  place: SshPlace,
  argv: readonly string[],
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  onClose: () => void,
): Promise<ClientChannel> {
  const { connection, name } = place
  const mark = randomUUID()
  const line = renderCommandLine({ argv, mark, exports: '', input: 'open', timeoutMs: options.timeoutMs })
  const before = { stdout: createAfterMark(markBytes(mark)), stderr: createAfterMark(markBytes(mark)) }
  return inSession(connection, name, line, (channel) => {
    const stop = () => channel.destroy()
    options.signal.addEventListener('abort', stop, { once: true })
    channel.once('close', () => {
      options.signal.removeEventListener('abort', stop)
      onClose()
    })
    channel.stderr.on('data', (piece: Buffer) => {
      before.stderr.add(piece)
      // What was written before this has come after one answer more, unless it does not come at all.
      if (before.stderr.isStarted) void connection.answer().then(() => before.stdout.isStarted || channel.destroy())
    })
    return new Promise<ClientChannel>((resolve, reject) => {
      const read = () => {
        for (let piece = channel.read() as Buffer | null; piece !== null; piece = channel.read() as Buffer | null) {
          const rest = before.stdout.add(piece)
          if (!before.stdout.isStarted) continue
          channel.off('readable', read)
          if (rest.length > 0) channel.unshift(rest)
          place.note(before.stdout.said() + before.stderr.said())
          return resolve(channel)
        }
      }
      channel.on('readable', read)
      let status: Pick<End, 'ended' | 'exitCode' | 'signal'> = { ended: 'lost', exitCode: null, signal: null }
      channel.once('exit', (exitCode: number | null, signal?: string) => (status = { ended: 'exit', exitCode, signal: nameSignal(signal) }))
      channel.once('close', () => reject(explainStart(place, options.signal.aborted ? { ...status, ended: 'cancelled' } : status, before)))
      if (options.signal.aborted) stop()
    })
  })
}
