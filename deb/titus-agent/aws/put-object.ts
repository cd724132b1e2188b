import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { partitionOf } from '../../../schemas/partitions.ts'
import { causeOf, parseAwsError, retryPassing } from './query-api.ts'
import type { AwsConnection } from './query-api.ts'
import { signRequest, unsignedPayload } from './signature.ts'

/** Where in S3 a file goes. */
export interface ObjectPlace {
  readonly bucket: string
  /** Names joined by slashes. */
  readonly key: string
}

const answerMs = 20_000
const slowestBytesPerMs = 1_000
/** What Titus' executor sends with what it uploads. The bucket's owner may do all with it, which a bucket without access lists says anyway. */
const headers = { 'content-type': 'text/plain', 'x-amz-acl': 'bucket-owner-full-control', 'x-amz-content-sha256': unsignedPayload }

/**
 * Puts a file into S3 as one object (S3 takes 5 GiB at most). Throttling, 5xx and broken connections are tried again.
 *
 * @param path  a file; links, and what is no file, are refused
 * @throws      AwsError when S3 refuses, Error when it cannot be reached or the file not be read
 * @see         titus-executor 2018-05, uploader/s3.go
 */
export async function putFile(connection: AwsConnection, place: ObjectPlace, path: string, signal: AbortSignal): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const facts = await file.stat()
    if (!facts.isFile()) throw new Error(`${path} is no file`)
    await retryPassing(() => tryPut(connection, place, { file, size: facts.size }, signal), signal)
  } finally {
    await file.close()
  }
}

interface OpenFile {
  readonly file: FileHandle
  /** Bytes. */
  readonly size: number
}

async function tryPut(
  connection: AwsConnection,
  { bucket, key }: ObjectPlace,
  { file, size }: OpenFile,
  given: AbortSignal,
): Promise<void> {
  const base = connection.endpoint ?? `https://s3.${connection.region}.${partitionOf(connection.region).domain}`
  const url = new URL(`${base}/${[bucket, ...key.split('/')].map(encodeName).join('/')}`)
  const where = { host: url.host, path: url.pathname, service: 's3', region: connection.region, at: new Date() }
  const credentials = await connection.credentials()
  const { host: _, ...signed } = signRequest({ method: 'PUT', ...where, headers, payload: unsignedPayload }, credentials)
  const body = size === 0 ? '' : Readable.toWeb(file.createReadStream({ start: 0, end: size - 1, autoClose: false }))
  const signal = AbortSignal.any([given, AbortSignal.timeout(answerMs + Math.ceil(size / slowestBytesPerMs))])
  const request = { method: 'PUT', body, duplex: 'half', headers: { ...signed, 'content-length': String(size) }, signal }
  let response: Response
  let answer: string
  try {
    response = await fetch(url, request as RequestInit)
    answer = await response.text()
  } catch (error) {
    throw new Error(`PutObject at ${url.host}: ${causeOf(error)}`, { cause: error })
  }
  if (!response.ok) throw parseAwsError(answer, response.status)
}

// S3 wants the letters encoded that encodeURIComponent leaves as they are.
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
}
