/** Fields of a package list that a dpkg status file does not have. */
const listOnly = /^(Filename|Size|MD5sum|SHA1|SHA256|SHA512|Description-md5|Build-Ids|Task|Tag|Ruby-Versions|Phased-Update-Percentage):/

/**
 * Builds a dpkg status file that calls every described package installed, or unpacked only.
 *
 * @param stanzas  control stanzas, as `apt-cache show` prints them
 * @see dpkg(1), deb822(5): a field goes on over the following lines that begin with a space
 */
export function buildStatus(stanzas: readonly string[], state: 'installed' | 'unpacked' = 'installed'): string {
  return stanzas.map((stanza) => `${buildStanza(stanza, state)}\n`).join('\n')
}

/** Splits control stanzas at the empty lines between them. */
export function splitStanzas(text: string): readonly string[] {
  return text.split(/\n{2,}/).filter((stanza) => stanza.trim() !== '')
}

/** The first line of a field of a control stanza; empty when it has none. */
export function fieldOf(stanza: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? ''
}

/**
 * The name under which dpkg keeps its notes on an installed package: with the architecture where the package may be there twice.
 *
 * @param stanza  its control stanza
 * @returns       `curl`, `libc6:amd64`
 */
export function noteName(stanza: string): string {
  return fieldOf(stanza, 'Multi-Arch') === 'same'
    ? `${fieldOf(stanza, 'Package')}:${fieldOf(stanza, 'Architecture')}`
    : fieldOf(stanza, 'Package')
}

function buildStanza(stanza: string, state: string): string {
  const fields = stanza.trim().split(/\n(?=\S)/)
  const kept = fields.filter((field) => !listOnly.test(field))
  return kept.flatMap((field) => (field.startsWith('Package:') ? [field, `Status: install ok ${state}`] : [field])).join('\n')
}
