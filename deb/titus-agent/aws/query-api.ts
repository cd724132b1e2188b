import { setTimeout as delay } from 'node:timers/promises'
import { partitionOf } from '../../../schemas/partitions.ts'
import { sha256, signRequest } from './signature.ts'
import type { AwsCredentials } from './signature.ts'
import { findText, listItems, parseXml, findElement } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** An AWS API said no. `code` is AWS's own (`UnauthorizedOperation`, `InvalidGroup.NotFound`); `status` is the HTTP status. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: string
  readonly status: number
  constructor(code: string, message: string, status: number) {
    super(`${code}: ${message}`)
    this.code = code
    this.status = status
  }
}

/** Where and as whom the calls go. `endpoint` replaces the host of the service in the region. */
export interface AwsConnection {
  readonly region: string
  readonly endpoint?: string
  readonly credentials: () => Promise<AwsCredentials>
}

/** One call. Parameters are named as the query API names them (`Filter.1.Name`). */
export interface AwsCall {
  readonly service: 'ec2' | 'sts'
  readonly action: string
  readonly parameters?: Readonly<Record<string, string>>
}

const versions = { ec2: '2016-11-15', sts: '2011-06-15' } as const
const attempts = 5
const attemptMs = 20_000
const passingCodes = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'InternalError',
  'ServiceUnavailable',
  'Unavailable',
  'RequestTimeout',
])

/**
 * Calls the EC2 or STS query API; throttling, 5xx and broken connections are tried again, five times in all.
 *
 * @returns the root of the answer
 * @throws  AwsError when AWS refuses, Error when it cannot be reached
 */
export function callAws(connection: AwsConnection, call: AwsCall): Promise<XmlElement> {
  return retryPassing(() => tryCall(connection, call))
}

/** Does again what throttling, a 5xx or a broken connection has ended: five times in all, and not after `signal`. */
export async function retryPassing<T>(attemptOnce: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce()
    } catch (error) {
      if (attempt === attempts || signal?.aborted === true || !isPassing(error)) throw error
      await delay(200 * 2 ** attempt * (0.5 + Math.random() / 2))
    }
  }
}

function isPassing(error: unknown): boolean {
  return !(error instanceof AwsError) || error.status >= 500 || passingCodes.has(error.code)
}

async function tryCall(connection: AwsConnection, call: AwsCall): Promise<XmlElement> {
  const url = new URL(connection.endpoint ?? `https://${call.service}.${connection.region}.${partitionOf(connection.region).domain}`)
  const body = new URLSearchParams({ Action: call.action, Version: versions[call.service], ...call.parameters }).toString()
  const credentials = await connection.credentials()
  const { service } = call
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const where = { host: url.host, path: '/', service, region: connection.region, at: new Date() }
  const { host: _, ...headers } = signRequest({ method: 'POST', ...where, headers: form, payload: sha256(body) }, credentials)
  const signal = AbortSignal.timeout(attemptMs)
  let status: number
  let text: string
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal })
    status = response.status
    text = await response.text()
  } catch (error) {
    throw new Error(`${call.action} at ${url.host}: ${causeOf(error)}`, { cause: error })
  }
  if (status === 200) return parseXml(text)
  throw parseAwsError(text, status)
}

/** Reads an error answer of EC2 (`Response.Errors.Error`), STS (`ErrorResponse.Error`) or S3 (`Error`). */
export function parseAwsError(text: string, status: number): AwsError {
  let root: XmlElement | undefined
  try {
    root = parseXml(text)
  } catch {
    return new AwsError(`HTTP ${status}`, text.slice(0, 200), status)
  }
  const error = findElement(root, 'Errors.Error') ?? findElement(root, 'Error') ?? listItems(root, 'Errors')[0] ?? root
  return new AwsError(findText(error, 'Code') ?? `HTTP ${status}`, findText(error, 'Message') ?? '', status)
}

/** What really happened behind a `fetch failed`. */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message : String(cause)
}
