const [begin, end] = ['-----BEGIN SSH HOST KEY KEYS-----', '-----END SSH HOST KEY KEYS-----']

/** A whole ed25519 key: of its 51 bytes the first 19 are always the same. @see RFC 8709 section 4 */
const wholeKey = /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}(?= |$)/

/** The ed25519 host keys that a machine has shown on its console between cloud-init's marks, as `ssh-ed25519 AAAA…`, each once, the first that was shown
 *  first. A block that is cut off at either end is none, and marks and keys count only as lines of their own: what a machine quotes in other lines of its is not its key.
 *  @see cloud-init, cc_keys_to_console */
export function shownHostKeys(console: string): readonly string[] {
  const shown = new Set<string>()
  let block: string[] | undefined
  for (const line of console.replaceAll('\r', '').split('\n')) {
    const [key] = wholeKey.exec(line) ?? []
    if (line === begin) block = []
    else if (key !== undefined) block?.push(key)
    else if (line === end) {
      for (const each of block ?? []) shown.add(each)
      block = undefined
    }
  }
  return [...shown]
}
