import type { Cut } from '../cut.ts'
import { countOf } from '../../system/count-of.ts'

/** The most that is kept of one text where nobody asked for more or less: 1 MiB. */
export const outputLimitBytes = 1 << 20

/** Collects a stream up to a limit, its beginning and its end, and goes on reading beyond it, so that the writer never blocks. */
export interface BoundedOutput {
  add(chunk: Buffer): void
  /** How many bytes came, those left out included. */
  readonly bytes: number
  /** What is kept. Where the middle was left out, a line of its own says so. */
  bytesKept(): { readonly head: Buffer; readonly tail: Buffer; readonly leftOut: number }
  text(): string
  /** What is missing of the text; undefined when it is whole. */
  cut(): Cut | undefined
}

/** @param limit  bytes to keep, half of them for the end */
export function createBoundedOutput(limit = outputLimitBytes): BoundedOutput {
  const headLimit = Math.ceil(limit / 2)
  const tailLimit = limit - headLimit
  const head: Buffer[] = []
  let tail: Buffer[] = []
  let headBytes = 0
  let tailBytes = 0
  let bytes = 0
  const addToTail = (chunk: Buffer): void => {
    tail.push(chunk)
    tailBytes += chunk.length
    // The pieces are joined only now and then: a writer of single bytes must not cost a copy for each.
    if (tailBytes < 2 * tailLimit + 65_536 && tail.length < 1024) return
    const joined = Buffer.concat(tail)
    tail = [joined.subarray(Math.max(0, joined.length - tailLimit))]
    tailBytes = tail[0]?.length ?? 0
  }
  const bytesKept: BoundedOutput['bytesKept'] = () => {
    const joined = Buffer.concat(tail)
    const end = joined.subarray(Math.max(0, joined.length - tailLimit))
    const leftOut = bytes - headBytes - end.length
    return { head: Buffer.concat(head), tail: end, leftOut }
  }
  const pieces = (): { readonly parts: readonly string[]; readonly leftOut: number } => {
    const { head: start, tail: end, leftOut } = bytesKept()
    if (leftOut === 0) return { parts: [Buffer.concat([start, end]).toString('utf8')], leftOut }
    return {
      parts: [start.subarray(0, lastCharacterEnd(start)).toString('utf8'), end.subarray(firstCharacter(end)).toString('utf8')],
      leftOut,
    }
  }
  return {
    add(chunk) {
      bytes += chunk.length
      const room = Math.min(headLimit - headBytes, chunk.length)
      if (room > 0) {
        head.push(chunk.subarray(0, room))
        headBytes += room
      }
      if (room < chunk.length) addToTail(chunk.subarray(Math.max(0, room)))
    },
    get bytes() {
      return bytes
    },
    bytesKept,
    text() {
      const { parts, leftOut } = pieces()
      return parts.join(`\n… ${countOf(leftOut, 'byte')} left out …\n`)
    },
    cut() {
      const { parts, leftOut } = pieces()
      return leftOut === 0 ? undefined : { reason: `${leftOut} of ${countOf(bytes, 'byte')}, in the middle, were left out`, parts }
    },
  }
}

/** Where the last whole UTF-8 character ends. */
function lastCharacterEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return needed > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** Where the first UTF-8 character begins. */
function firstCharacter(bytes: Buffer): number {
  let index = 0
  while (index < Math.min(3, bytes.length) && ((bytes[index] ?? 0) & 0xc0) === 0x80) index += 1
  return index
}
