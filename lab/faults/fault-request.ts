import { isObject } from '../../schemas/validation/schema-walk.ts'
import type { Json } from '../../schemas/json.ts'
import type { Isolation, Slowness, SshWay } from './machine-faults.ts'

/** What can be broken of a machine, and healed again: all but `crash`, after which it is started. */
export type FaultKind = 'crash' | 'freeze' | 'isolate' | 'slow'

/** A thing to do with a machine, as the region is asked for it: `PUT /faults/INSTANCE/KIND` with values as JSON, and `DELETE` to heal it. */
export type FaultRequest =
  | { readonly instanceId: string; readonly kind: 'crash' | 'freeze' }
  | { readonly instanceId: string; readonly kind: 'isolate'; readonly isolation: Isolation }
  | { readonly instanceId: string; readonly kind: 'slow'; readonly slowness: Slowness }
  | { readonly instanceId: string; readonly heals: Exclude<FaultKind, 'crash'> }

const idPattern = /^i-[0-9a-f]+$/

/** Reads a request; undefined when it is none. Nothing of it is trusted: what it says becomes rules of nft and arguments of tc. */
export function parseFaultRequest(method: string, path: string, body: string): FaultRequest | undefined {
  const [, instanceId = '', kind = ''] = /^\/faults\/(i-[0-9a-f]+)\/(crash|freeze|isolate|slow)$/.exec(path) ?? []
  if (instanceId === '') return undefined
  if (method === 'DELETE') return kind === 'freeze' || kind === 'isolate' || kind === 'slow' ? { instanceId, heals: kind } : undefined
  if (method !== 'PUT') return undefined
  if (kind === 'crash' || kind === 'freeze') return { instanceId, kind }
  const values = readObject(body)
  if (values === undefined) return undefined
  if (kind === 'isolate') {
    const isolation = readIsolation(values)
    return isolation === undefined ? undefined : { instanceId, kind, isolation }
  }
  const slowness = readSlowness(values)
  return slowness === undefined ? undefined : { instanceId, kind: 'slow', slowness }
}

function readObject(body: string): Readonly<Record<string, Json>> | undefined {
  try {
    const value = JSON.parse(body) as Json
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function readIsolation({ from, ways }: Readonly<Record<string, Json>>): Isolation | undefined {
  if (!Array.isArray(ways) || (from !== undefined && !isIdList(from))) return undefined
  const read = ways.map(readWay)
  if (read.some((way) => way === undefined)) return undefined
  return { ...(from === undefined ? {} : { from }), ways: read as readonly SshWay[] }
}

function readWay(way: Json): SshWay | undefined {
  if (!isObject(way) || !isId(way['to'])) return undefined
  const { from, to } = way
  if (from === undefined) return { to }
  return isId(from) ? { from, to } : undefined
}

/** Its numbers are whole and in the range of what tc and nft take; something must be slow. */
function readSlowness(values: Readonly<Record<string, Json>>): Slowness | undefined {
  const limits = { delayMs: 3_600_000, jitterMs: 3_600_000, lossBasisPoints: 10_000, bitsPerSecond: 1e12 } as const
  const entries = Object.entries(values)
  const isSound = entries.every(([key, value]) => {
    const most = (limits as Readonly<Record<string, number>>)[key]
    return most !== undefined && typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most
  })
  const isWithoutDelay = values['jitterMs'] !== undefined && values['delayMs'] === undefined
  return entries.length === 0 || !isSound || isWithoutDelay ? undefined : (values as Slowness)
}

function isId(value: Json | undefined): value is string {
  return typeof value === 'string' && idPattern.test(value)
}

function isIdList(value: Json): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => isId(each))
}
