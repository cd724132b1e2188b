import type { Client, ClientChannel } from 'ssh2'
import { ConnectionError } from './connection-error.ts'
import type { DialOptions, DialResult } from './machine.ts'
import { beatMs, cutOffAttempt, isOutOfTime, judgeRefusal, noAnswer, silenceMs } from './no-answer.ts'
import { askRoundTrip } from './ssh-round-trip.ts'

/**
 * Opens a TCP connection from a machine (`direct-tcpip`, RFC 4254 section 7.2).
 * sshd answers a refused connection and one without a route at once, with the text of strerror(3); a filtered one only after minutes,
 * therefore the deadline is ours. It runs from when sshd has begun, and only while sshd is there: it is asked time and again, since a machine
 * that is busy, or frozen, says nothing of the port.
 *
 * @throws ConnectionError when the machine is silent, forbids forwarding, or the connection to it breaks: that says nothing of the port
 */
export function dialOverSsh(client: Client, name: string, host: string, port: number, options: DialOptions): Promise<DialResult> {
  return new Promise((resolve, reject) => {
    let heardAt: number | undefined
    let waitedMs = 0
    let settled = false
    let timer: NodeJS.Timeout | undefined
    const settle = (result: () => DialResult) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      options.signal.removeEventListener('abort', cancel)
      try {
        resolve(result())
      } catch (error) {
        reject(error as Error)
      }
    }
    const fail = (error: ConnectionError) =>
      settle(() => {
        throw error
      })
    const cancel = () => {
      const { signal } = options
      if (isOutOfTime(signal)) return settle(() => cutOffAttempt(name, signal, waitedMs, heardAt))
      fail(new ConnectionError('interrupted', `${name}: connecting to ${host}:${port} was given up`, { cause: signal.reason }))
    }
    const after = (ms: number, act: () => void) => {
      clearTimeout(timer)
      timer = setTimeout(act, ms)
    }
    const ended = (cause: unknown) => fail(new ConnectionError('connection', `${name}: the connection has ended`, { cause }))
    const onceItAnswers = (act: () => void) => {
      after(silenceMs, () => fail(new ConnectionError('connection', `${name}: its sshd has not answered for ${silenceMs / 1000} s`)))
      try {
        askRoundTrip(client, () => {
          if (settled) return
          heardAt = performance.now()
          act()
        })
      } catch (error) {
        ended(error)
      }
    }
    const wait = () => {
      const since = performance.now()
      after(Math.min(beatMs, options.timeoutMs - waitedMs), () =>
        onceItAnswers(() => {
          waitedMs += Math.min(performance.now() - since, 2 * beatMs)
          if (waitedMs < options.timeoutMs) wait()
          else settle(() => noAnswer(waitedMs))
        }),
      )
    }
    if (options.signal.aborted) return cancel()
    options.signal.addEventListener('abort', cancel, { once: true })
    const opened = (error: (Error & { reason?: unknown }) | undefined, stream: ClientChannel) => {
      if (error === undefined && settled) return stream.destroy()
      settle(() => {
        if (error !== undefined) return judgeFailure(error, name, host, port)
        stream.on('error', () => undefined)
        return { state: 'open', stream }
      })
    }
    try {
      client.forwardOut('127.0.0.1', 0, host, port, opened as never)
    } catch (error) {
      return ended(error)
    }
    onceItAnswers(wait)
  })
}

/** Reason codes of RFC 4254 section 5.1. */
const administrativelyProhibited = 1
const connectFailed = 2

function judgeFailure(error: Error & { reason?: unknown }, name: string, host: string, port: number): DialResult {
  const detail = error.message.replace(/^\(SSH\) Channel open failure: /, '')
  if (error.reason === undefined) throw new ConnectionError('connection', `${name}: the connection ended`, { cause: error })
  if (error.reason === administrativelyProhibited)
    throw new ConnectionError('forwarding', `${name} does not allow connections to ${host}:${port}: ${detail}`, {
      hint: 'its sshd needs `AllowTcpForwarding yes`',
      cause: error,
    })
  if (/unknown host|name or service|resolution/i.test(detail))
    throw new ConnectionError('name', `${name} does not know the name ${host}: ${detail}`, { cause: error, isUnanswered: true })
  const told = error.reason === connectFailed ? judgeRefusal(detail) : undefined
  if (told !== undefined) return told
  throw new ConnectionError('forwarding', `${name} could not try ${host}:${port}: ${detail}`, { cause: error })
}
