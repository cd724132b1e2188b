/** A text, or what it says when one way of writing it is undone: bytes of UTF-8, each with the characters of the text that it stands in. */
export interface View {
  readonly bytes: Uint8Array
  /** Of each byte the first of its characters, and the one after its last. */
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** A byte that stands in no text: what is apart is kept apart by it. */
export const apart = 0xff

/** A text as it is. A half of a character is what the encoder makes of it. */
export function viewText(text: string): View {
  const bytes = new TextEncoder().encode(text)
  const starts = new Int32Array(bytes.length)
  const ends = new Int32Array(bytes.length)
  let character = 0
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0
    const size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    const next = character + (size === 4 ? 2 : 1)
    for (const end = at + size; at < end; at += 1) {
      starts[at] = character
      ends[at] = next
    }
    character = next
  }
  return { bytes, starts, ends }
}

/** A view that is being written, and how many bytes of it there are. */
export interface Draft extends View {
  readonly below: View
  length: number
}

/** Begins a view of a view. @param most  how many bytes it can have */
export function draftView(below: View, most: number): Draft {
  return { bytes: new Uint8Array(most), starts: new Int32Array(most), ends: new Int32Array(most), below, length: 0 }
}

/** Adds a byte, which is what the bytes of the view below say from one index up to another. */
export function addByte(draft: Draft, byte: number, from: number, to: number): void {
  const { length, below } = draft
  draft.bytes[length] = byte
  draft.starts[length] = below.starts[from] ?? 0
  draft.ends[length] = below.ends[to - 1] ?? 0
  draft.length = length + 1
}

/** What was written. */
export function endDraft({ bytes, starts, ends, length }: Draft): View {
  return { bytes: bytes.subarray(0, length), starts: starts.subarray(0, length), ends: ends.subarray(0, length) }
}
