import type { Client, ClientChannel } from 'ssh2'
import { ConnectionError } from './connection-error.ts'
import type { DialOptions, DialResult } from './machine.ts'
import { isOutOfTime, noAnswer } from './no-answer.ts'
import { askRoundTrip } from './ssh-round-trip.ts'

/** How long sshd itself may be silent, in milliseconds. */
const silenceMs = 15_000

/**
 * Opens a TCP connection from a machine (`direct-tcpip`, RFC 4254 section 7.2).
 * sshd answers a refused connection and one without a route at once, with the text of strerror(3); a filtered one only after minutes,
 * therefore the deadline is ours. It runs from when sshd has begun, and sshd has to be there still when it ends: a machine that is busy,
 * or frozen, says nothing of the port.
 *
 * @throws ConnectionError when the machine is silent, forbids forwarding, or the connection to it breaks: that says nothing of the port
 */
export function dialOverSsh(client: Client, name: string, host: string, port: number, options: DialOptions): Promise<DialResult> {
  return new Promise((resolve, reject) => {
    let begunAt: number | undefined
    let settled = false
    let timer: NodeJS.Timeout | undefined
    const settle = (act: () => void) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      options.signal.removeEventListener('abort', cancel)
      act()
    }
    const cancel = () =>
      settle(() => {
        if (isOutOfTime(options.signal)) return resolve(noAnswer(begunAt ?? performance.now()))
        reject(new ConnectionError('interrupted', `${name}: connecting to ${host}:${port} was given up`, { cause: options.signal.reason }))
      })
    const after = (ms: number, act: () => void) => {
      clearTimeout(timer)
      timer = setTimeout(() => act(), ms)
    }
    const ended = (cause: unknown) =>
      settle(() => reject(new ConnectionError('connection', `${name}: the connection has ended`, { cause })))
    const onceItAnswers = (act: () => void) => {
      after(silenceMs, () =>
        settle(() => reject(new ConnectionError('connection', `${name}: its sshd has not answered for ${silenceMs / 1000} s`))),
      )
      try {
        askRoundTrip(client, () => {
          if (!settled) act()
        })
      } catch (error) {
        ended(error)
      }
    }
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
      return ended(error)
    }
    onceItAnswers(() => {
      const since = performance.now()
      begunAt = since
      after(options.timeoutMs, () => onceItAnswers(() => settle(() => resolve(noAnswer(since)))))
    })
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
