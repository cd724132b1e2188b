import { createHash, createHmac } from 'node:crypto'

/** AWS keys. `sessionToken` comes with every temporary key. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Milliseconds since 1970; absent for keys that last. */
  readonly expiresAtMs?: number
}

/** A request without a query to `https://host/`, before it is signed. */
export interface UnsignedRequest {
  readonly method: 'POST' | 'PUT'
  readonly host: string
  /** From the slash on, encoded as it is sent. */
  readonly path: string
  /** Those that are signed besides the host, the date and the token: lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** `sha256` of the body; for S3 over TLS it may be `unsignedPayload`. */
  readonly payload: string
  readonly service: string
  readonly region: string
  readonly at: Date
}

/** Says that the signature does not cover the body. S3 alone takes it. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/**
 * Signs a request with AWS Signature Version 4.
 *
 * @returns the headers to send, `authorization` among them
 * @see     https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function signRequest(request: UnsignedRequest, credentials: AwsCredentials): Record<string, string> {
  const date = request.at.toISOString().replace(/[:-]|\.\d{3}/g, '')
  const day = date.slice(0, 8)
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.host,
    'x-amz-date': date,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  }
  const names = Object.keys(headers).sort()
  const { method, path, payload } = request
  const canonical = [method, path, '', ...names.map((name) => `${name}:${headers[name]}`), '', names.join(';'), payload]
  const scope = `${day}/${request.region}/${request.service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical.join('\n'))].join('\n')
  const key = [day, request.region, request.service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  )
  const signature = createHmac('sha256', key).update(text).digest('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...headers, authorization }
}

/** The SHA-256 of a text in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
