import { hexDigits } from './unescape.ts'
import { addByte, apart, draftView, endDraft } from './view.ts'
import type { View } from './view.ts'

/** Digits of a packed text, white space between them left out: their values, and where they stand in the view below. What is no digit
 *  parts them, and is `none`. */
interface Digits {
  readonly values: Uint8Array
  readonly places: Int32Array
}

const none = 0xff
const blank: number = 32
const colon: number = 58

const base64Digits = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  if (character === '-') return 62
  if (character === '_') return 63
  const value = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(character)
  return value < 0 ? none : value
})

const hexValues = Uint8Array.from(hexDigits, (digit) => (digit < 0 ? none : digit))

/** What a view says in hexadecimal, and in base64 of either alphabet: one view for each digit of a group that a text can begin at.
 *  @param least  how many bytes a text has at least that is looked for
 *  @param escaped  only digits among which an escape stands: the others are known from the view below */
export function* unpack(view: View, least: number, escaped: boolean): Generator<View> {
  const hex = readDigits(view, hexValues, least * 2, escaped, colon)
  for (const first of [0, 1]) if (hex.values.length > 0) yield joinHex(view, hex, first)
  const base64 = readDigits(view, base64Digits, Math.ceil((least * 4) / 3), escaped)
  for (const first of [0, 1, 2, 3]) if (base64.values.length > 0) yield joinBase64(view, base64, first)
}

/** @param parting  a byte besides white space that may stand between digits */
function readDigits({ bytes, starts, ends }: View, digits: Uint8Array, least: number, escaped: boolean, parting = blank): Digits {
  const [values, places] = [new Uint8Array(bytes.length + 1), new Int32Array(bytes.length + 1)]
  let length = 0
  let run = 0
  let isWanted = !escaped
  const endRun = () => {
    // A run that holds nothing is forgotten.
    if (length - run < least || !isWanted) length = run
    else {
      values[length] = none
      length += 1
    }
    run = length
    isWanted = !escaped
  }
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    const value = digits[byte] ?? none
    isWanted ||= (ends[at] ?? 0) - (starts[at] ?? 0) > 1
    if (value !== none) {
      values[length] = value
      places[length] = at
      length += 1
    } else if (length > run && byte !== blank && byte !== parting && (byte < 9 || byte > 13)) endRun()
  }
  endRun()
  return { values: values.subarray(0, length), places: places.subarray(0, length) }
}

function joinHex(view: View, { values, places }: Digits, first: number): View {
  const draft = draftView(view, values.length)
  for (let at = first; at + 1 < values.length;) {
    const high = values[at] ?? 0
    const low = values[at + 1] ?? 0
    if (high === none || low === none) {
      addByte(draft, apart, 0, 1)
      at += (high === none ? 1 : 2) + first
    } else {
      addByte(draft, (high << 4) | low, places[at] ?? 0, (places[at + 1] ?? 0) + 1)
      at += 2
    }
  }
  return endDraft(draft)
}

function joinBase64(view: View, { values, places }: Digits, first: number): View {
  const draft = draftView(view, values.length)
  let phase = 0
  for (let at = first; at + 1 < values.length; at += 1) {
    const digit = values[at] ?? 0
    const next = values[at + 1] ?? 0
    if (digit === none || next === none) {
      addByte(draft, apart, 0, 1)
      phase = 0
      at += (digit === none ? 0 : 1) + first
      continue
    }
    // Four digits are three bytes: each byte ends in the digit after the one it begins in, and the fourth begins none.
    if (phase < 3)
      addByte(draft, ((digit << (2 * phase + 2)) | (next >> (4 - 2 * phase))) & 0xff, places[at] ?? 0, (places[at + 1] ?? 0) + 1)
    phase = (phase + 1) & 3
  }
  return endDraft(draft)
}
