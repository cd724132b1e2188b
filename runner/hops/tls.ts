import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { ConnectionError } from './connection-error.ts'

/** Whom to trust besides the authorities that Node.js knows. */
export interface TlsTrust {
  /** Certificates of further authorities, PEM. */
  readonly ca?: string | undefined
  /** Takes any certificate. */
  readonly insecure?: boolean | undefined
}

/** Speaks TLS over a stream. A certificate is for a name or an address; only a name can be told to the server (RFC 6066 section 3). */
export function startTls(stream: Duplex, host: string, { ca, insecure = false }: TlsTrust): Duplex {
  return connectTls({
    socket: stream,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
    rejectUnauthorized: !insecure,
    ALPNProtocols: ['http/1.1'],
  })
}

/** What OpenSSL and Node.js say about certificates, in words. */
const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that is not known here',
}

/** What went wrong while TLS was spoken, as an error of code `tls`, in one line; undefined for any other error. It does not get better by waiting. */
export function describeTlsError(error: unknown, where: string): ConnectionError | undefined {
  const { code = '', message, cert } = error as NodeJS.ErrnoException & { readonly cert?: { readonly subjectaltname?: string } }
  const fault = certificateFaults[code]
  if (fault !== undefined) {
    const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' && cert?.subjectaltname !== undefined ? `: ${cert.subjectaltname}` : ''
    const hint = 'name the authority with `ca: FILE`, or take any certificate with `insecure: true`'
    return new ConnectionError('tls', `${where}: ${fault}${names}`, { hint, cause: error, isUnanswered: true })
  }
  if (!/^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|HOSTNAME_MISMATCH)/.test(code)) return undefined
  // OpenSSL's own text names files and lines of its sources; the reason is what stands before the last of its colons.
  const reason = /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] ?? message.split('\n')[0] ?? code
  const hint = /wrong version number|packet length too long|http request/i.test(reason)
    ? 'does it speak TLS on that port? try http://'
    : undefined
  return new ConnectionError('tls', `${where}: TLS failed: ${reason.trim()}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
    isUnanswered: true,
  })
}
