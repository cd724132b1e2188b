import { createHmac } from 'node:crypto'
import { fitsWildcards } from '../../system/wildcards.ts'

/**
 * The keys that a file of known hosts has of a machine, as `ssh-ed25519 AAAA…`, without those that it marks as revoked. Names may be hashed,
 * and patterns. Keys of certificate authorities are no keys of machines.
 *
 * @param text  of the file
 * @param name  an address or a name, in any case
 * @see sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
 */
export function knownHostKeys(text: string, name: string, port: number): readonly string[] {
  const wanted = port === 22 ? name.toLowerCase() : `[${name.toLowerCase()}]:${port}`
  const lines = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap((words) => {
      const [first = ''] = words
      if (first === '' || first.startsWith('#')) return []
      const [mark, names = '', type = '', key = ''] = first.startsWith('@') ? words : ['', ...words]
      return matches(names, wanted) ? [{ mark, key: `${type} ${key}` }] : []
    })
  const revoked = new Set(lines.filter(({ mark }) => mark === '@revoked').map(({ key }) => key))
  return [...new Set(lines.filter(({ mark, key }) => mark === '' && !revoked.has(key)).map(({ key }) => key))]
}

function matches(names: string, wanted: string): boolean {
  if (names.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = names.split('|')
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(wanted).digest('base64') === hash
  }
  const patterns = names.toLowerCase().split(',')
  const fits = (pattern: string): boolean => fitsWildcards(wanted, pattern)
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern))
}
