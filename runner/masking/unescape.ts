import { controlSequence } from '../../system/control-sequences.ts'
import { addByte, draftView, endDraft } from './view.ts'
import type { View } from './view.ts'

/** Undoes one way of writing a text, once. @returns undefined where nothing is written in that way */
export type Unescape = (view: View) => View | undefined

/** What an escape stands for, and where it ends. */
interface Escape {
  readonly value: Uint8Array | readonly number[]
  readonly end: number
}

/** Reads the escape at an index; undefined where there is none. */
type ReadEscape = (bytes: Uint8Array, at: number) => Escape | undefined

const [tab, lineFeed, carriageReturn, escapeKey, blank] = [9, 10, 13, 27, 32] as const
const [percent, ampersand, quote, plus, backslash] = [37, 38, 39, 43, 92] as const

/** Each way in which texts are escaped, also one within another: for JSON and languages like it, a URL, XML, a shell. */
export const unescapes: readonly Unescape[] = [
  unescapeBy(backslash, readBackslash),
  unescapeBy(percent, readPercent),
  unescapeBy(ampersand, readEntity),
  unescapeBy(quote, readQuote),
]

/** The form of a browser: as in a URL, and a plus for a blank. */
export const unescapeForm: Unescape = unescapeBy(
  plus,
  (bytes, at) => (bytes[at] === plus ? { value: [blank], end: at + 1 } : readPercent(bytes, at)),
  percent,
)

/** Takes out where lines end, and what the next ones are indented by: a fold may stand in the middle of an escape. */
export const unfold: Unescape = (view) => {
  const { bytes } = view
  if (!bytes.includes(lineFeed)) return undefined
  const draft = draftView(view, bytes.length)
  let isIndent = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    isIndent = byte === lineFeed || byte === carriageReturn || (isIndent && (byte === blank || byte === tab))
    if (!isIndent) addByte(draft, byte, at, at + 1)
  }
  return endDraft(draft)
}

/** Takes out what a terminal obeys: reports leave it out, and what a colour parts would stand there as one. */
export const uncolour: Unescape = (view) => {
  const { bytes } = view
  if (!bytes.includes(escapeKey)) return undefined
  const draft = draftView(view, bytes.length)
  let shown = 0
  const addUpTo = (end: number) => {
    for (let at = shown; at < end; at += 1) addByte(draft, bytes[at] ?? 0, at, at + 1)
  }
  for (const { index, 0: sequence } of Buffer.from(bytes).toString('latin1').matchAll(controlSequence)) {
    addUpTo(index)
    shown = index + sequence.length
  }
  addUpTo(bytes.length)
  return endDraft(draft)
}

/** @param mark  without this byte nothing is written so @param other  another byte that escapes begin with */
function unescapeBy(mark: number, read: ReadEscape, other = mark): Unescape {
  return (view) => {
    const { bytes } = view
    if (!bytes.includes(mark)) return undefined
    const draft = draftView(view, bytes.length)
    let found = false
    for (let at = 0; at < bytes.length;) {
      const byte = bytes[at] ?? 0
      const escape = byte === mark || byte === other ? read(bytes, at) : undefined
      if (escape === undefined) {
        addByte(draft, byte, at, at + 1)
        at += 1
        continue
      }
      for (const value of escape.value) addByte(draft, value, at, escape.end)
      found = true
      at = escape.end
    }
    return found ? endDraft(draft) : undefined
  }
}

/** What follows a backslash, and the byte that it stands for. */
const single: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12, v: 11, a: 7, e: 27 }

/** How many digits follow: JSON's `\u0040`, C's and Python's `\x40` and `\U00000040`. */
const digitsAfter: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function readBackslash(bytes: Uint8Array, at: number): Escape | undefined {
  const next = bytes[at + 1]
  if (next === undefined) return undefined
  const letter = String.fromCharCode(next)
  const digits = digitsAfter[letter]
  const value = digits === undefined ? undefined : readHex(bytes, at + 2, at + 2 + digits)
  if (digits !== undefined && value !== undefined) {
    const end = at + 2 + digits
    // `\x` stands for a byte, the others for a character, of which JSON writes the large ones as two halves.
    if (letter === 'x') return { value: [value], end }
    const isHalf = value >= 0xd800 && value < 0xdc00 && bytes[end] === backslash && bytes[end + 1] === next
    const low = isHalf ? readHex(bytes, end + 2, end + 6) : undefined
    return low === undefined ? { value: encode(value), end } : { value: encodePair(value, low), end: end + 6 }
  }
  // Three octal digits are a byte, as shells write one that cannot be shown.
  if (next >= 48 && next <= 51) {
    const octal = /^[0-3][0-7]{2}/.exec(String.fromCharCode(next, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0))
    if (octal !== null) return { value: [parseInt(octal[0], 8)], end: at + 4 }
  }
  // A line that goes on in the next one.
  if (next === lineFeed) return { value: [], end: at + 2 }
  return { value: [single[letter] ?? next], end: at + 2 }
}

function readPercent(bytes: Uint8Array, at: number): Escape | undefined {
  const value = readHex(bytes, at + 1, at + 3)
  return value === undefined ? undefined : { value: [value], end: at + 3 }
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

function readEntity(bytes: Uint8Array, at: number): Escape | undefined {
  const text = String.fromCharCode(...bytes.subarray(at, at + 12))
  const [whole, hex, decimal, name = ''] = /^&(?:#[xX]([0-9a-fA-F]{1,8})|#(\d{1,8})|([a-z]+));/.exec(text) ?? []
  if (whole === undefined) return undefined
  const end = at + whole.length
  if (hex !== undefined) return { value: encode(parseInt(hex, 16)), end }
  if (decimal !== undefined) return { value: encode(Number(decimal)), end }
  const value = Object.hasOwn(named, name) ? named[name] : undefined
  return value === undefined ? undefined : { value: encode(value.codePointAt(0) ?? 0), end }
}

/** How a quote is written inside of quotes: `'\''`, as we do, and `'"'"'`, as Python does. */
const quotes = [`'\\''`, `'"'"'`].map((text) => Buffer.from(text))

function readQuote(bytes: Uint8Array, at: number): Escape | undefined {
  const found = quotes.find((text) => text.every((byte, index) => bytes[at + index] === byte))
  return found === undefined ? undefined : { value: [quote], end: at + found.length }
}

function readHex(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to > bytes.length) return undefined
  let value = 0
  for (let at = from; at < to; at += 1) {
    const digit = hexDigits[bytes[at] ?? 0] ?? -1
    if (digit < 0) return undefined
    value = value * 16 + digit
  }
  return value
}

/** The value of each byte as a hexadecimal digit; -1 of one that is none. */
export const hexDigits: Int8Array = Int8Array.from({ length: 256 }, (_, byte) => {
  const value = parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(value) ? -1 : value
})

function encode(point: number): Uint8Array {
  return point > 0x10_ffff ? new Uint8Array() : Buffer.from(String.fromCodePoint(point))
}

function encodePair(high: number, low: number): Uint8Array {
  return Buffer.from(String.fromCharCode(high, low))
}
