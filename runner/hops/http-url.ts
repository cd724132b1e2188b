/** An http or https URL as it was written. */
export interface HttpUrl {
  readonly secure: boolean
  /** Name or address and, where it is written, port: what the `host` header says. */
  readonly authority: string
  /** The name or address alone, without the brackets of an IPv6 address. */
  readonly hostname: string
  readonly port: number
  /** Path and query as written; only what a request line cannot hold is percent-encoded. */
  readonly target: string
}

/** Reads an http or https URL. Its path stays as it is (`/x/../y`): what is sent is what was written. Undefined when it is none, or holds a name or password. */
export function parseHttpUrl(text: string): HttpUrl | undefined {
  const [, scheme = '', authority = '', rest = ''] = /^(https?):\/\/([^/?#\\]+)([^#]*)/i.exec(text) ?? []
  const secure = scheme.toLowerCase() === 'https'
  if (scheme === '' || authority.includes('@') || !URL.canParse(`${scheme}://${authority}/`)) return undefined
  const { host, hostname, port } = new URL(`${scheme}://${authority}/`)
  const target = `${rest.startsWith('/') ? '' : '/'}${rest}`.toWellFormed().replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent)
  return { secure, authority: host, hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (secure ? 443 : 80)), target }
}
