import { createHash, createHmac } from 'node:crypto'

/** An identity to sign with. */
export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
function mac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** Sends one action of the query protocol, signed by hand: IAM has no client among the dependencies. `more`: headers, in lower case. */
export async function query(
  endpoint: string,
  service: string,
  identity: Identity,
  parameters: Readonly<Record<string, string>>,
  at: Date = new Date(),
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string; readonly code: string | undefined }> {
  const body = new URLSearchParams(parameters).toString()
  const date = at.toISOString().replace(/[:-]|\.\d{3}/g, '')
  const scope = `${date.slice(0, 8)}/eu-west-1/${service}/aws4_request`
  const token = identity.sessionToken === undefined ? {} : { 'x-amz-security-token': identity.sessionToken }
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    host: new URL(endpoint).host,
    'x-amz-date': date,
    ...token,
    ...more,
  }
  const names = Object.keys(headers).sort()
  const covered = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const canonical = ['POST', '/', '', covered, names.join(';'), hash(body)].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((before, part) => mac(before, part), `AWS4${identity.secretAccessKey}`)
  const signature = mac(key, ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n')).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${identity.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  const answer = await fetch(endpoint, { method: 'POST', body, headers: { ...headers, authorization } })
  const text = await answer.text()
  return { status: answer.status, text, code: /<Code>([^<]*)/.exec(text)?.[1] }
}
