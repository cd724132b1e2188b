import type { Client, ClientChannel } from 'ssh2'
import { ConnectionError } from './connection-error.ts'
import type { DialOptions, DialResult } from './machine.ts'
import { isOutOfTime, noAnswer } from './no-answer.ts'

/**
 * Opens a TCP connection from a machine (`direct-tcpip`, RFC 4254 section 7.2).
 * sshd answers a refused connection and one without a route at once, with the text of strerror(3); a filtered one only after minutes,
 * therefore the deadline is ours.
 *
 * @throws ConnectionError when the machine forbids forwarding or the connection to it breaks: that says nothing of the port
 */
export function dialOverSsh(client: Client, name: string, host: string, port: number, options: DialOptions): Promise<DialResult> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    let settled = false
    const settle = (act: () => void) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      options.signal.removeEventListener('abort', cancel)
      act()
    }
    const cancel = () =>
      settle(() => {
        if (isOutOfTime(options.signal)) return resolve(noAnswer(startedAt))
        reject(new ConnectionError('interrupted', `${name}: connecting to ${host}:${port} was given up`, { cause: options.signal.reason }))
      })
    const timer = setTimeout(() => settle(() => resolve(noAnswer(startedAt))), options.timeoutMs)
    if (options.signal.aborted) return cancel()
    options.signal.addEventListener('abort', cancel, { once: true })
    const opened = (error: (Error & { reason?: unknown }) | undefined, stream: ClientChannel) => {
      if (error === undefined && settled) return stream.destroy()
      settle(() => {
        if (error !== undefined) return judgeRefusal(error, name, host, port, resolve, reject)
        stream.on('error', () => undefined)
        resolve({ state: 'open', stream })
      })
    }
    try {
      client.forwardOut('127.0.0.1', 0, host, port, opened as never)
    } catch (error) {
      settle(() => reject(new ConnectionError('connection', `${name}: the connection has ended`, { cause: error })))
    }
  })
}

/** Reason codes of RFC 4254 section 5.1. */
const administrativelyProhibited = 1
const connectFailed = 2

function judgeRefusal(
  error: Error & { reason?: unknown },
  name: string,
  host: string,
  port: number,
  resolve: (result: DialResult) => void,
  reject: (error: Error) => void,
): void {
  const detail = error.message.replace(/^\(SSH\) Channel open failure: /, '')
  if (error.reason === undefined) return reject(new ConnectionError('connection', `${name}: the connection ended`, { cause: error }))
  if (error.reason === administrativelyProhibited)
    return reject(
      new ConnectionError('forwarding', `${name} does not allow connections to ${host}:${port}: ${detail}`, {
        hint: 'its sshd needs `AllowTcpForwarding yes`',
        cause: error,
      }),
    )
  if (/unknown host|name or service|resolution/i.test(detail))
    return reject(new ConnectionError('name', `${name} does not know the name ${host}: ${detail}`, { cause: error, isUnanswered: true }))
  if (error.reason !== connectFailed)
    return reject(new ConnectionError('forwarding', `${name} could not try ${host}:${port}: ${detail}`, { cause: error }))
  resolve({ state: /refused/i.test(detail) ? 'refused' : 'filtered', detail })
}
