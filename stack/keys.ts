import { generateKeyPairSync, randomBytes } from 'node:crypto'

/** An SSH key pair as text. */
export interface KeyPairText {
  /** OpenSSH's own private key format, without a passphrase, ending in a newline. */
  readonly privateKey: string
  /** One line: `ssh-ed25519 AAAA… comment`. */
  readonly publicKey: string
}

/** Makes an ed25519 key pair. Encoded here, because ssh2's own generator drops a leading zero byte of a key, once in 256 times.
 *  @see openssh PROTOCOL.key for the private format, RFC 8709 section 4 for the public one */
export function makeKeyPair(comment: string): KeyPairText {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const publicBytes = Buffer.from(x as string, 'base64url')
  const secret = Buffer.concat([Buffer.from(d as string, 'base64url'), publicBytes])
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(publicBytes)])

  const check = randomBytes(4)
  const section = Buffer.concat([check, check, publicBlob, field(secret), field(comment)])
  const padding = Buffer.from(Array.from({ length: -section.length & 7 }, (_, index) => index + 1))
  const count = Buffer.from([0, 0, 0, 1])
  const noCipher = [field('none'), field('none'), field('')]
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...noCipher,
    count,
    field(publicBlob),
    field(Buffer.concat([section, padding])),
  ])

  const lines = body.toString('base64').match(/.{1,70}/g) as string[]
  return {
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicKey: `ssh-ed25519 ${publicBlob.toString('base64')} ${comment}`,
  }
}

/** The type and the base64 part of a public key line, without its comment. */
export function withoutComment(publicKey: string): string {
  return publicKey.trim().split(/\s+/).slice(0, 2).join(' ')
}

/** A string of the SSH wire format: its length in four bytes, then itself. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
