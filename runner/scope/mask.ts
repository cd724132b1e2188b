import type { Json } from '../../schemas/json.ts'
import { shellQuote } from '../../system/shell-quote.ts'

/** Hides secrets in everything that leaves the runner: events, and so reports, journal and terminal. */
export interface Mask {
  /** Hides a value from now on: every text and long number in it. @returns false when a part is too short to be hidden */
  add(value: Json): boolean
  /** Whether a value is a text of which nothing would be shown. */
  covers(value: Json): boolean
  text(text: string): string
  json<T extends Json>(value: T): T
}

/** A secret shorter than this would hide half of a report, and so give itself away. */
const shortestSecret = 4
const cover = '***'

/** @see facts of venom's leaks: a secret also leaks encoded, therefore every usual form of it is hidden */
export function createMask(): Mask {
  const forms = new Set<string>()
  let pattern: RegExp | undefined
  const maskText = (text: string) => (pattern === undefined ? text : text.replace(pattern, cover))
  const maskJson = (value: Json): Json => {
    if (typeof value === 'string') return maskText(value)
    if (typeof value === 'number' || typeof value === 'bigint') return forms.has(String(value)) ? cover : value
    if (Array.isArray(value)) return value.map(maskJson)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [maskText(key), maskJson(item)]))
  }
  return {
    add(value) {
      const leaves = textsOf(value)
      for (const leaf of leaves) if (leaf.length >= shortestSecret) for (const form of encodedForms(leaf)) forms.add(form)
      // The longest forms come first: one that holds another must be hidden as a whole.
      const sources = [...forms].sort((a, b) => b.length - a.length).map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      pattern = sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'g')
      return leaves.every((leaf) => leaf.length >= shortestSecret)
    },
    covers: (value) => typeof value === 'string' && pattern !== undefined && maskText(value) === cover,
    text: maskText,
    json: (value) => (pattern === undefined ? value : (maskJson(value) as typeof value)),
  }
}

function textsOf(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)]
  if (value === null || typeof value !== 'object') return []
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(textsOf)
}

/** The forms in which a text can turn up: itself, its lines, URL-encoded, JSON-escaped, quoted for a shell, base64 at every offset, hex. */
function encodedForms(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1)
  const forms = [
    secret,
    secret.trim(),
    ...secret.split('\n').map((line) => line.trim()),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    shellQuote(secret).slice(1, -1),
    Buffer.from(secret).toString('hex'),
    ...base64Forms(secret),
  ]
  return [...new Set(forms)].filter((form) => form.length >= shortestSecret)
}

/** A text inside base64 of something longer shows one of three forms, by its offset modulo 3; the characters that its neighbours
 *  change are left out. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const inner = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const first = Math.ceil((offset * 4) / 3)
    const end = Math.floor(((offset + bytes.length) * 8) / 6)
    return encoded.slice(first, end)
  })
  const all = [bytes.toString('base64'), ...inner]
  return [...all, ...all.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))]
}
