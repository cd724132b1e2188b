import { durationPattern, parseDuration } from '../../schemas/duration.ts'
import type { Flaw } from '../../schemas/flaw.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { operationNames } from './operations.ts'
import type { Operation } from './operations.ts'

/** What stands under `machine:`, taken apart: a word, or the only key of a mapping with its values. */
export interface Order {
  readonly operation: Operation
  readonly values: JsonObject
}

/** What is slow of what a machine sends; at least one is there. */
export interface Slowness {
  readonly delayMs?: number
  readonly jitterMs?: number
  /** In hundredths of a percent. */
  readonly lossBasisPoints?: number
  readonly bitsPerSecond?: number
}

/** The forms of values, for JSON Schemas. */
export const [percentPattern, ratePattern, offsetPattern] = [
  '^[0-9]+(\\.[0-9]{1,2})?%$',
  '^[0-9]+(\\.[0-9]+)?(kbit|mbit|gbit)$',
  `^[+-]${durationPattern.slice(1)}`,
]
const bits: Readonly<Record<string, number>> = { kbit: 1e3, mbit: 1e6, gbit: 1e9 }

/** Takes apart what stands under `machine:`. @param params  valid under the schema of the kind */
export function parseOrder(params: Json): Order {
  if (!isObject(params)) return { operation: params as Operation, values: {} }
  const [[operation, values] = ['', {}]] = Object.entries(params)
  return { operation: operation as Operation, values: values as JsonObject }
}

/** `90%` as hundredths of a percent; undefined for what is none, none at all, or more than all. */
export function parsePercent(value: Json | undefined): number | undefined {
  const text = textOf(value)
  const basisPoints = new RegExp(percentPattern).test(text) ? Math.round(Number(text.slice(0, -1)) * 100) : 0
  return basisPoints >= 1 && basisPoints <= 10_000 ? basisPoints : undefined
}

/** `1mbit` as bits a second; undefined for what is none, less than a kilobit or more than a terabit. */
export function parseRate(value: Json | undefined): number | undefined {
  const text = textOf(value)
  const [, amount = '', unit = ''] = /^([0-9.]+)([kmg]bit)$/.exec(text) ?? []
  const rate = new RegExp(ratePattern).test(text) ? Math.round(Number(amount) * (bits[unit] ?? 0)) : 0
  return rate >= 1000 && rate <= 1e12 ? rate : undefined
}

/** `+90s` as milliseconds; undefined for what is none. */
export function parseOffset(value: Json | undefined): number | undefined {
  const text = textOf(value)
  const duration = new RegExp(offsetPattern).test(text) ? parseDuration(text.slice(1)) : undefined
  return duration === undefined ? undefined : text.startsWith('-') ? -duration : duration
}

/** Reads the values of `slow`. @param values  without flaws */
export function readSlowness({ delay, jitter, loss, rate }: JsonObject): Slowness {
  const read = {
    delayMs: parseDuration(textOf(delay)),
    jitterMs: parseDuration(textOf(jitter)),
    lossBasisPoints: parsePercent(loss),
    bitsPerSecond: parseRate(rate),
  }
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as Slowness
}

const forms = {
  'slow.delay': { parse: (text: string) => withinHour(parseDuration(text)), expected: 'more than 0ms, at most 1h' },
  'slow.jitter': { parse: (text: string) => withinHour(parseDuration(text)), expected: 'more than 0ms, at most 1h' },
  'slow.loss': { parse: parsePercent, expected: 'more than 0%, at most 100%' },
  'slow.rate': { parse: parseRate, expected: 'at least 1kbit, at most 1000gbit' },
  'fill.disk': { parse: parsePercent, expected: 'more than 0%, at most 100%' },
  'skew.clock': { parse: parseOffset, expected: 'more than 0ms, at most 24 days' },
} as const

/** What is wrong with the values, as far as they are fixed: one out of its range, a jitter of no delay, a word for what takes values. */
export function orderFlaws(params: Json): readonly Flaw[] {
  if (typeof params === 'string') return wordFlaws(params)
  if (!isObject(params)) return []
  const ranges = Object.entries(forms).flatMap(([name, { parse, expected }]): readonly Flaw[] => {
    const path = name.split('.')
    const [operation = '', key = ''] = path
    const values = params[operation]
    const value = isObject(values) ? values[key] : undefined
    if (typeof value !== 'string' || !new RegExp(patternOf(key)).test(value) || parse(value) !== undefined) return []
    return [{ path, ofKey: false, code: 'out-of-range', message: `${value} is out of range`, expected }]
  })
  const { slow } = params
  if (!isObject(slow) || slow['jitter'] === undefined) return ranges
  const path = ['slow', 'jitter']
  if (slow['delay'] === undefined) {
    const message = 'there is no delay that could vary'
    return [...ranges, { path, ofKey: true, code: 'missing-key', message, expected: '`delay` beside `jitter`' }]
  }
  const [delay, jitter] = [slow['delay'], slow['jitter']].map((value) => parseDuration(textOf(value)))
  if (delay === undefined || jitter === undefined || jitter <= delay) return ranges
  const message = 'the delay would vary by more than it is'
  return [...ranges, { path, ofKey: false, code: 'out-of-range', message, expected: `at most ${textOf(slow['delay'])}` }]
}

const examples: Readonly<Record<string, string>> = {
  slow: '{ slow: { delay: 100ms } }',
  fill: '{ fill: { disk: 90% } }',
  skew: '{ skew: { clock: +90s } }',
}

/** The words that stand alone. */
export const plainOperations: readonly string[] = operationNames.filter((name) => examples[name] === undefined)

function wordFlaws(word: string): readonly Flaw[] {
  const example = examples[word]
  if (example === undefined) return []
  return [{ path: [], ofKey: false, code: 'missing-key', message: `${word} takes values`, expected: `a mapping, such as ${example}` }]
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function withinHour(duration: number | undefined): number | undefined {
  return duration !== undefined && duration <= 3_600_000 ? duration : undefined
}

function patternOf(key: string): string {
  const patterns: Readonly<Record<string, string>> = { loss: percentPattern, disk: percentPattern, rate: ratePattern, clock: offsetPattern }
  return patterns[key] ?? durationPattern
}
