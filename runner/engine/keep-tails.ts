import type { Json } from '../../schemas/json.ts'
import { countOf } from '../../system/count-of.ts'

/** The most of one text of a result that is kept, in characters: its end, where the reason usually stands. */
const mostOfText = 65_536
/** The most of a whole result, in characters. */
const mostOfAll = 1_048_576

/** What the report keeps of a result, which is masked already: of each text the end, of long lists and objects the beginning. */
export function keepTails(result: Json): Json {
  let left = mostOfAll
  const keep = (value: Json): Json => {
    left -= 4
    if (typeof value === 'string') {
      const most = Math.max(0, Math.min(mostOfText, left))
      left -= Math.min(value.length, most)
      return value.length <= most ? value : `(${countOf(value.length, 'character')}, the last:) ${value.slice(value.length - most)}`
    }
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) {
      const kept: Json[] = []
      for (const item of value as readonly Json[]) {
        if (left <= 0) return [...kept, `… ${countOf(value.length - kept.length, 'more item')}`]
        kept.push(keep(item))
      }
      return kept
    }
    const kept: (readonly [string, Json])[] = []
    const entries = Object.entries(value)
    for (const [key, item] of entries) {
      if (left <= 0) {
        kept.push(['…', countOf(entries.length - kept.length, 'more key')])
        break
      }
      left -= key.length
      kept.push([key, keep(item)])
    }
    return Object.fromEntries(kept)
  }
  return keep(result)
}
