import { isTooShort, shortestSecret } from '../../schemas/secret.ts'

/** A text to be found: its bytes without white space, and where white space stood between them. */
export interface Pattern {
  readonly bytes: Uint8Array
  /** Of each byte what stands before it: 0 nothing, 1 white space, 2 white space in which a line ends. Undefined where nothing stands anywhere. */
  readonly gaps: Uint8Array | undefined
}

/** Whether a byte is white space. */
export function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}

/** A pattern has so many bytes at most: a longer text is found piece by piece. */
const longestPiece = 1024

/** The patterns by which a text is found, whole and line by line. */
export function patternsOf(text: string): readonly Pattern[] {
  const lines = new Set<string>()
  for (const [line] of text.matchAll(/[^\r\n]+/g)) if (line.length >= shortestSecret && !isTooShort(line)) lines.add(line)
  return [...new Set([text, ...lines])].flatMap((each) => piecesOf(stripSpace(new TextEncoder().encode(each))))
}

function stripSpace(text: Uint8Array): Pattern {
  const [bytes, gaps] = [new Uint8Array(text.length), new Uint8Array(text.length)]
  let length = 0
  let gap = 0
  let isGapless = true
  for (const byte of text) {
    if (isSpace(byte)) {
      gap = byte === 10 || byte === 13 ? 2 : Math.max(gap, 1)
      continue
    }
    bytes[length] = byte
    // White space around a text does not belong to it.
    gaps[length] = length === 0 ? 0 : gap
    isGapless &&= length === 0 || gap === 0
    length += 1
    gap = 0
  }
  return { bytes: bytes.slice(0, length), gaps: isGapless ? undefined : gaps.slice(0, length) }
}

/** Pieces share a byte with their neighbours, so that what is found of them is one thing. The last is never short. */
function piecesOf({ bytes, gaps }: Pattern): readonly Pattern[] {
  const count = Math.max(1, Math.floor(bytes.length / longestPiece))
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index * longestPiece, index === count - 1 ? bytes.length : (index + 1) * longestPiece + 1]
    return { bytes: bytes.subarray(from, to), gaps: gaps?.subarray(from, to) }
  })
}
