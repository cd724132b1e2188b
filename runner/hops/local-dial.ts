import { connect as connectTcp, isIP } from 'node:net'
import { ConnectionError } from './connection-error.ts'
import type { DialOptions, DialResult } from './machine.ts'
import { isOutOfTime, judgeRefusal, noAnswer, silenceMs } from './no-answer.ts'

/** Opens a TCP connection from this computer. Its time runs from when the name has become an address: a resolver that is silent says nothing of the port.
 *  @throws ConnectionError when that could not be tried */
export function dialFromHere(host: string, port: number, options: DialOptions): Promise<DialResult> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true, signal: options.signal })
    let timer: NodeJS.Timeout | undefined
    let begunAt: number | undefined
    const unresolved = 'the name was not resolved in time'
    const begin = () => {
      const since = performance.now()
      begunAt = since
      clearTimeout(timer)
      timer = setTimeout(() => {
        socket.destroy()
        resolve(noAnswer(performance.now() - since))
      }, options.timeoutMs)
    }
    const fail = (code: 'interrupted' | 'name' | 'forwarding', message: string, cause?: Error) =>
      reject(new ConnectionError(code, `local could not try ${host}:${port}: ${message}`, { cause, isUnanswered: code === 'name' }))
    const giveUp = () => {
      socket.destroy()
      fail('name', unresolved)
    }
    if (isIP(host) === 0) timer = setTimeout(giveUp, silenceMs)
    else begin()
    socket.once('lookup', begin)
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve({ state: 'open', stream: socket })
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      if (isOutOfTime(options.signal))
        return begunAt === undefined ? fail('interrupted', unresolved, error) : resolve(noAnswer(performance.now() - begunAt))
      // Of several addresses the last one tells: those before it are left after a quarter of a second, which shows no silence.
      const { code = '', message } = ((error as Partial<AggregateError>).errors?.at(-1) ?? error) as NodeJS.ErrnoException
      const told = judgeRefusal(code)
      if (told !== undefined) return resolve(told)
      const isName = /^(ENOTFOUND|EAI_)/.test(code)
      fail(error.name === 'AbortError' ? 'interrupted' : isName ? 'name' : 'forwarding', message, error)
    })
  })
}
