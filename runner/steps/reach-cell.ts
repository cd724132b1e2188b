import type { Testbed } from '../../schemas/testbed.ts'
import { ConnectionError } from '../hops/connection-error.ts'
import { UndecodableBody } from '../hops/http-body.ts'
import { requestFrom } from '../hops/http-request.ts'
import { parseHttpUrl } from '../hops/http-url.ts'
import type { DialOptions, Machine } from '../hops/machine.ts'
import { StepError } from '../step-error.ts'
import { addressOfName, withMemberAddress } from './target-address.ts'

/** Silence that is shorter, in milliseconds, tells no closed port from a slow one. */
const shortestSilenceMs = 1000
/** What a cell of a grid of reachability came to. */
export interface CellFound {
  readonly state: 'open' | 'refused' | 'filtered' | 'untested'
  readonly status?: number
  readonly detail?: string
  readonly unreachable?: boolean
  /** The time of the step was over before it told anything. */
  readonly isCutOff?: boolean
  /** It is open, and what it would answer is not known. */
  readonly isUnread?: boolean
}

/** Whether nothing is known of a cell that what is expected of it could be held against. */
export function isUntested({ state, isUnread = false }: CellFound, wanted: string | number): boolean {
  return state === 'untested' || (isUnread && typeof wanted === 'number')
}

/** What a cell met, and where to look for the reason. */
export function describeWhy({ state, detail }: CellFound, wanted: string | number): string {
  const where = {
    refused: 'look at the service: nothing listens there',
    filtered: 'a security group or a route lets nothing through',
    open: typeof wanted === 'string' && wanted !== 'open' ? 'a security group lets it through' : '',
    untested: '',
  }[state]
  const why = [detail, where].filter((part) => part !== undefined && part !== '').join(': ')
  return why === '' ? '' : ` (${why})`
}

/** Looks from a machine whether a target lets it through, and what a URL answers. @throws StepError for a target that is none */
export async function probeCell(
  machine: Machine,
  target: string,
  testbed: Testbed,
  { timeoutMs, signal }: DialOptions,
): Promise<CellFound> {
  const url = parseHttpUrl(withMemberAddress(target, testbed))
  const [name, port] = url === undefined ? splitAddress(target) : [url.hostname, url.port]
  const host = addressOfName(name, testbed) ?? name
  try {
    const dialled = await machine.dial(host, port, { timeoutMs, signal })
    if (dialled.state !== 'open') {
      const { state, detail, waitedMs = Infinity } = dialled
      if (waitedMs >= Math.min(shortestSilenceMs, timeoutMs)) return { state, detail }
      return { state: 'untested', detail: `${detail}, and there was no time to wait for longer`, isCutOff: true }
    }
    dialled.stream.destroy()
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error
    // The error is about the way to the source, not about the port, which is neither open nor closed.
    return {
      state: 'untested',
      detail: error.message,
      unreachable: ['connection', 'name'].includes(error.code),
      isCutOff: error.code === 'interrupted' && signal.aborted,
    }
  }
  if (url === undefined) return { state: 'open' }
  const askedAt = performance.now()
  try {
    const { status } = await requestFrom(machine, {
      method: 'GET',
      url,
      address: host,
      headers: {},
      timeoutMs,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    return { state: 'open', status }
  } catch (error) {
    if (!(error instanceof ConnectionError || error instanceof UndecodableBody)) throw error
    // What a server with a wrong certificate would answer is not known, and waiting does not make it right.
    if (error instanceof ConnectionError && error.code === 'tls') return { state: 'open', detail: error.message, isUnread: true }
    if (signal.aborted && performance.now() - askedAt < Math.min(shortestSilenceMs, timeoutMs))
      return { state: 'open', detail: 'connected, and there was no time to wait for an answer', isUnread: true, isCutOff: true }
    return { state: 'open', detail: `connected, but not answered: ${error.message}` }
  }
}

function splitAddress(address: string): [string, number] {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(address) ?? []
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw new StepError('bad-address', `not an address:port or URL: ${address}`)
  return [host.replace(/^\[(.*)\]$/, '$1'), Number(port)]
}
