import { promisify } from 'node:util'
import { brotliDecompress, constants, gunzip, inflate, inflateRaw } from 'node:zlib'
import type { Cut } from '../cut.ts'

/** A body as it came, and what its headers say of it. */
export interface ReceivedBody {
  readonly bytes: Buffer
  /** `content-encoding`, as it stands in the header. */
  readonly coding: string
  /** `content-type`, as it stands in the header. */
  readonly type: string
  /** Why the bytes are not all that the server meant to send; undefined when they are. */
  readonly cut: string | undefined
  /** The most that is decoded, in bytes: a small answer can hold a huge one. */
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
 * @throws UndecodableBody when a coding or charset is unknown, or the bytes are not in it
 */
export async function decodeBody({ bytes, coding, type, cut, limitBytes }: ReceivedBody): Promise<DecodedBody> {
  const codings = coding
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '' && each !== 'identity')
  let plain = bytes
  // The last coding that was applied is undone first.
  for (const each of codings.toReversed()) plain = await undo(each, plain, cut !== undefined, limitBytes)
  const text = decoderFor(type).decode(plain)
  return { text, cut: cut === undefined ? undefined : { reason: cut, parts: [text] } }
}

async function undo(coding: string, bytes: Buffer, isCut: boolean, limitBytes: number): Promise<Buffer> {
  const decode = decoders[coding]
  if (decode === undefined)
    throw new UndecodableBody(`the body is coded as ${coding}, which cannot be undone here (gzip, deflate and br can)`)
  if (bytes.length === 0) return bytes
  try {
    return await decode(bytes, isCut, limitBytes)
  } catch (error) {
    throw new UndecodableBody(`the body is not ${coding}, as its headers say: ${(error as Error).message}`)
  }
}

type Decode = (bytes: Buffer, isCut: boolean, limitBytes: number) => Promise<Buffer>

/** Of what was cut, the part that is there is decoded. */
const decoders: Readonly<Record<string, Decode>> = {
  gzip: (bytes, isCut, maxOutputLength) => promisify(gunzip)(bytes, { maxOutputLength, ...flush(isCut) }) as Promise<Buffer>,
  'x-gzip': (bytes, isCut, maxOutputLength) => promisify(gunzip)(bytes, { maxOutputLength, ...flush(isCut) }) as Promise<Buffer>,
  // Some servers send the bare stream under this name; the first byte of one with the zlib header has 8 in its low half.
  deflate: (bytes, isCut, maxOutputLength) =>
    promisify(((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(bytes, { maxOutputLength, ...flush(isCut) }) as Promise<Buffer>,
  br: (bytes, isCut, maxOutputLength) =>
    promisify(brotliDecompress)(bytes, {
      maxOutputLength,
      ...(isCut ? { finishFlush: constants.BROTLI_OPERATION_FLUSH } : {}),
    }),
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
