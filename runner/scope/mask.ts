import type { Json } from '../../schemas/json.ts'
import { isTooShort, shortestSecret } from '../../schemas/secret.ts'
import { buildAutomaton } from '../masking/automaton.ts'
import type { Automaton } from '../masking/automaton.ts'
import { findSecrets } from '../masking/find-secrets.ts'
import { patternsOf } from '../masking/pattern.ts'

/** Hides secrets in everything that leaves the runner: events, and so reports, journal and terminal. */
export interface Mask {
  /** Hides a value from now on: every text and long number in it. @returns false when a part is too short to be hidden */
  add(value: Json): boolean
  /** Whether a value is a text of which nothing would be shown. */
  covers(value: Json): boolean
  text(text: string): string
  json<T extends Json>(value: T): T
}

/** From how many characters on a masked text is kept for when it is asked for again, and how many such texts are. */
const [longText, keptTexts] = [65_536, 2]

/** What stands in place of a secret. */
export const cover = '***'

/** Hides nothing at first. A secret also leaks folded, escaped and encoded, therefore every usual form of it is hidden. */
export function createMask(): Mask {
  const leaves = new Set<string>()
  const automata: Automaton[] = []
  let least = Infinity
  // A text of megabytes goes to the record, the result and the reports of a step, one right after the other.
  const known = new Map<string, string>()
  const maskText = (text: string) => {
    if (automata.length === 0 || text.length < shortestSecret) return text
    // A text of megabytes that is captured as a secret stands as a whole in the result that it comes from.
    if (leaves.has(text)) return cover
    if (text.length < longText) return maskAll(text)
    const masked = known.get(text) ?? maskAll(text)
    known.delete(text)
    known.set(text, masked)
    for (const oldest of known.keys()) if (known.size > keptTexts) known.delete(oldest)
    return masked
  }
  const maskAll = (text: string) => {
    let masked = ''
    let shown = 0
    for (const { from, to } of findSecrets(text, automata, least)) {
      masked += text.slice(shown, from) + cover
      shown = to
    }
    return masked + text.slice(shown)
  }
  const maskJson = (value: Json): Json => {
    if (typeof value === 'string') return maskText(value)
    if (typeof value === 'number' || typeof value === 'bigint') return leaves.has(String(value)) ? cover : value
    if (Array.isArray(value)) return value.map(maskJson)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [maskText(key), maskJson(item)]))
  }
  const hide = (texts: readonly string[]) => {
    const patterns = texts.flatMap((text) => patternsOf(text))
    if (patterns.length === 0) return
    known.clear()
    least = patterns.reduce((fewest, { bytes }) => Math.min(fewest, bytes.length), least)
    // Each holds more than twice the patterns of the next one, so that there are few, and none is built anew too often.
    let joined = patterns
    for (let last = automata.at(-1); last !== undefined && last.patterns.length <= 2 * joined.length; last = automata.at(-1)) {
      joined = [...last.patterns, ...joined]
      automata.pop()
    }
    automata.push(buildAutomaton(joined))
  }
  return {
    add(value) {
      const texts = textsIn(value)
      const long = texts.filter((text) => !isTooShort(text))
      const fresh = [...new Set(long)].filter((text) => !leaves.has(text))
      for (const text of fresh) leaves.add(text)
      hide(fresh)
      return long.length === texts.length
    },
    covers: (value) => typeof value === 'string' && leaves.size > 0 && maskText(value) === cover,
    text: maskText,
    json: (value) => (leaves.size === 0 ? value : (maskJson(value) as typeof value)),
  }
}

/** The texts in a value, and its numbers as texts; those of keys are none. */
export function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)]
  if (value === null || typeof value !== 'object') return []
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(textsIn)
}
