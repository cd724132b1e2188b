import type { Transform } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import type { Cut } from '../cut.ts'
import { countOf } from '../../system/count-of.ts'

/** A body as it came, and what its headers say of it. */
export interface ReceivedBody {
  readonly bytes: Buffer
  /** `content-encoding`, as it stands in the header. */
  readonly coding: string
  /** `content-type`, as it stands in the header. */
  readonly type: string
  /** Why the bytes are not all that the server meant to send; undefined when they are. */
  readonly cut: string | undefined
  /** The most that is decoded, in bytes. */
  readonly limitBytes: number
}

/** A body as text. */
export interface DecodedBody {
  readonly text: string
  readonly cut: Cut | undefined
}

/** The body cannot be read as its headers say. */
export class UndecodableBody extends Error {
  override readonly name = 'UndecodableBody'
}

/**
 * Decodes a body: its content codings (gzip, deflate, br; RFC 9110 section 8.4), then its charset, UTF-8 where none is named; a byte order mark is dropped.
 * Of what holds more than is kept, and of what ends early, the beginning is decoded.
 * @throws UndecodableBody when a coding or charset is unknown, or the bytes are not in it
 */
export async function decodeBody({ bytes, coding, type, cut, limitBytes }: ReceivedBody): Promise<DecodedBody> {
  const codings = coding
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '' && each !== 'identity')
  let plain: Piece = { bytes, cut }
  // The last coding that was applied is undone first.
  for (const each of codings.toReversed()) plain = await undo(each, plain, limitBytes)
  const text = decoderFor(type).decode(plain.bytes)
  return { text, cut: plain.cut === undefined ? undefined : { reason: plain.cut, parts: [text] } }
}

/** Bytes, and why they are not all; undefined when they are. */
type Piece = Pick<ReceivedBody, 'bytes' | 'cut'>

async function undo(coding: string, { bytes, cut }: Piece, limitBytes: number): Promise<Piece> {
  const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined
  if (decoder === undefined)
    throw new UndecodableBody(`the body is coded as ${coding}, which cannot be undone here (gzip, deflate and br can)`)
  if (bytes.length === 0) return { bytes, cut }
  try {
    const unpacked = await unpack(decoder(bytes, cut !== undefined), bytes, limitBytes)
    if (unpacked.length <= limitBytes) return { bytes: unpacked, cut }
    const longer = `undone from ${coding} the body has more than ${countOf(limitBytes, 'byte')}, of which the beginning is kept`
    return { bytes: unpacked.subarray(0, limitBytes), cut: cut === undefined ? longer : `${cut}; ${longer}` }
  } catch (error) {
    if (cut === undefined && (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR')
      return undo(coding, { bytes, cut: `the body ended before what it holds as ${coding}` }, limitBytes)
    throw new UndecodableBody(`the body is not ${coding}, as its headers say: ${(error as Error).message}`)
  }
}

/** All that comes of some bytes, or a piece more than `limitBytes`: a small answer can hold a huge one. */
async function unpack(decoder: Transform, bytes: Buffer, limitBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  decoder.end(bytes)
  for await (const piece of decoder as AsyncIterable<Buffer>) {
    pieces.push(piece)
    length += piece.length
    if (length > limitBytes) break
  }
  return Buffer.concat(pieces)
}

/** Makes what undoes a coding. @param isCut  the end of the bytes is not that of what was coded */
type Decoder = (bytes: Buffer, isCut: boolean) => Transform

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: (_, isCut) => createGunzip(flush(isCut)),
  'x-gzip': (_, isCut) => createGunzip(flush(isCut)),
  // Some servers send the bare stream under this name; the first byte of one with the zlib header has 8 in its low half.
  deflate: (bytes, isCut) => (((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate : createInflateRaw)(flush(isCut)),
  br: (_, isCut) => createBrotliDecompress(isCut ? { finishFlush: constants.BROTLI_OPERATION_FLUSH } : {}),
}

function flush(isCut: boolean): { readonly finishFlush?: number } {
  return isCut ? { finishFlush: constants.Z_SYNC_FLUSH } : {}
}

function decoderFor(type: string): InstanceType<typeof TextDecoder> {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset)
  } catch {
    throw new UndecodableBody(`the charset of the body, ${charset}, is not known here`)
  }
}
