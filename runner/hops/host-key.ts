import { createHash } from 'node:crypto'

/** The fingerprint of a host key as OpenSSH prints it: `SHA256:…`, unpadded base64. `key` is the wire form. */
export function fingerprintKey(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replaceAll('=', '')}`
}

/** The wire form of a key written `ssh-ed25519 AAAA… comment`. @throws when the line is no such key */
export function parseHostKey(line: string): Buffer {
  const [algorithm, encoded] = line.trim().split(/\s+/)
  const key = Buffer.from(encoded ?? '', 'base64')
  if (algorithm === undefined || key.length < 4) throw new Error(`not a host key: ${line}`)
  const named = key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')
  if (named !== algorithm) throw new Error(`not a host key (says ${algorithm}, holds ${named}): ${line}`)
  return key
}

/** The signature algorithms to offer for the keys that are known, so that a machine with several keys shows the one we can judge.
 *  @see RFC 8332 for the two that an RSA key signs with */
export function hostKeyAlgorithms(lines: readonly string[]): string[] {
  const types = lines.map((line) => line.trim().split(/\s+/)[0] ?? '')
  return [...new Set(types.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type])))]
}
