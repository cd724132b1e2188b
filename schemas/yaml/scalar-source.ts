/**
 * Where each character of a YAML scalar's value stands in its source text: quotes, escapes, indentation and folded line ends are skipped.
 *
 * @param raw    the source of the scalar, with its quotes or block header
 * @param value  what it evaluates to
 * @returns      for `value[i]` the offset in `raw`; one more entry for the end
 */
export function locateCharacters(raw: string, value: string): readonly number[] {
  const quote = raw[0] === '"' || raw[0] === "'" ? raw[0] : undefined
  let at = quote === undefined ? blockStart(raw) : 1
  const offsets: number[] = []
  for (const character of value.split('')) {
    while (at < raw.length && raw[at] !== character && isFiller(raw, at, character)) at += 1
    offsets.push(Math.min(at, raw.length))
    at += width(raw, at, character, quote)
  }
  return [...offsets, Math.min(at, raw.length)]
}

function blockStart(raw: string): number {
  return raw[0] === '|' || raw[0] === '>' ? raw.indexOf('\n') + 1 : 0
}

// A folded line end is one space of the value; what is left of the break and the indentation is filler.
function isFiller(raw: string, at: number, wanted: string): boolean {
  return /\s/.test(raw[at] ?? '') && !(wanted === ' ' && raw[at] === '\n')
}

function width(raw: string, at: number, character: string, quote: string | undefined): number {
  if (quote === "'" && character === "'") return 2
  if (quote !== '"' || raw[at] !== '\\') return 1
  const kind = raw[at + 1]
  if (kind === 'x') return 4
  if (kind === 'u') return 6
  return kind === 'U' ? 10 : 2
}
