import { createHash, createHmac } from 'node:crypto'

/** AWS keys. `sessionToken` comes with every temporary key. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Milliseconds since 1970; absent for keys that last. */
  readonly expiresAtMs?: number
}

/** A POST of form parameters to `https://host/`, before it is signed. */
export interface UnsignedRequest {
  readonly host: string
  readonly body: string
  readonly service: string
  readonly region: string
  readonly at: Date
}

/**
 * Signs a form POST to `/` with AWS Signature Version 4.
 *
 * @returns the headers to send, `authorization` among them
 * @see     https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function signRequest(request: UnsignedRequest, credentials: AwsCredentials): Record<string, string> {
  const date = request.at.toISOString().replace(/[:-]|\.\d{3}/g, '')
  const day = date.slice(0, 8)
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    host: request.host,
    'x-amz-date': date,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  }
  const names = Object.keys(headers).sort()
  const canonical = ['POST', '/', '', ...names.map((name) => `${name}:${headers[name]}`), '', names.join(';'), sha256(request.body)]
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

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
