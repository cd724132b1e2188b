import type { Json } from '../../schemas/json.ts'

/** Chance that is the same for the same seed. */
export interface Random {
  /** A whole number from 0 up to, but not, `limit`. */
  readonly below: (limit: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

/** @see https://github.com/cprosche/mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
  return { below, pick: (items) => items[below(items.length)] as (typeof items)[number] }
}

const oddTexts = [
  '',
  'a',
  '0644',
  '1.20',
  '${{ a }}',
  '$${{',
  '}}',
  "'",
  '"',
  '`',
  '\\',
  '\0',
  '\u001b[31m',
  '\r\n',
  '\ud800',
  '\udfff\ud800',
  '\ufeff',
  '😀',
  '\u202e',
  ']]>',
  '...',
  '---',
  '# SKIP',
  'not ok 1',
  '^(a+)+$',
  '(',
  '1'.repeat(40),
  'x'.repeat(3000),
  'l\n'.repeat(500),
  '__proto__',
  'constructor',
  '<&>',
  '::error::',
]
const oddNumbers = [0, -0, 1, -1, 0.1, 1e21, 1e-7, 2 ** 53, Number.MAX_VALUE, Infinity, 2n ** 53n + 1n, -(10n ** 40n)]

/** A text that may hold what texts seldom do. */
export function oddText(random: Random): string {
  return Array.from({ length: 1 + random.below(3) }, () => random.pick(oddTexts)).join('')
}

/** Any JSON: flat or deep, narrow or wide. */
export function oddJson(random: Random, depth = 4): Json {
  const kind = random.below(depth > 0 ? 10 : 5)
  if (kind === 0) return random.pick([null, true, false])
  if (kind <= 2) return random.pick(oddNumbers)
  if (kind <= 4) return oddText(random)
  if (kind === 5) return nest(random)
  // What is wide is flat.
  const isWide = random.below(60) === 0
  const width = isWide ? 3000 : random.below(5)
  const below = isWide ? 0 : depth - 1
  if (kind <= 7) return Array.from({ length: width }, () => oddJson(random, below))
  return Object.fromEntries(Array.from({ length: width }, () => [oddText(random), oddJson(random, below)]))
}

function nest(random: Random): Json {
  let value: Json = oddText(random)
  for (let level = random.below(500); level > 0; level -= 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** A text with something changed: characters, lines, or parts of it that change places, are there twice, or go. */
export function mutate(text: string, random: Random): string {
  let changed = text
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const at = random.below(changed.length + 1)
    const to = at + random.below(30)
    const lines = changed.split('\n')
    const line = random.below(lines.length)
    const act = random.below(8)
    if (act === 0) changed = changed.slice(0, at) + oddText(random) + changed.slice(at)
    else if (act === 1) changed = changed.slice(0, at) + changed.slice(to)
    else if (act === 2) changed = changed.slice(0, to) + changed.slice(at)
    else if (act === 3)
      changed = changed.slice(0, at) + String.fromCharCode(changed.charCodeAt(at) ^ (1 << random.below(8))) + changed.slice(at + 1)
    else if (act === 4) changed = [...lines.slice(0, line), ...lines.slice(line + 1)].join('\n')
    else if (act === 5) changed = [...lines.slice(0, line), lines[random.below(lines.length)] ?? '', ...lines.slice(line)].join('\n')
    else if (act === 6)
      changed = lines.map((each, index) => (index === line ? `${' '.repeat(random.below(9))}${each.trim()}` : each)).join('\n')
    else
      changed =
        changed.slice(0, at) +
        random.pick(['[', '{', '- ', '&a ', '*a', '!!x ', '? ', ': ']).repeat(1 + random.below(200)) +
        changed.slice(at)
  }
  return changed
}
