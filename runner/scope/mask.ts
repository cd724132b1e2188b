import type { Json } from '../../schemas/json.ts'
import { shellQuote } from '../../system/shell-quote.ts'
import { createFormIndex, shortestForm } from './find-forms.ts'

/** Hides secrets in everything that leaves the runner: events, and so reports, journal and terminal. */
export interface Mask {
  /** Hides a value from now on: every text and long number in it. @returns false when a part is too short to be hidden */
  add(value: Json): boolean
  /** Whether a value is a text of which nothing would be shown. */
  covers(value: Json): boolean
  text(text: string): string
  json<T extends Json>(value: T): T
}

const cover = '***'

/** A longer secret is hidden piece by piece, in characters. */
const longestPiece = 1024

/** @see facts of venom's leaks: a secret also leaks encoded, therefore every usual form of it is hidden */
export function createMask(): Mask {
  const numbers = new Set<string>()
  const forms = createFormIndex()
  const maskText = (text: string) => {
    if (numbers.size === 0) return text
    let masked = ''
    let from = 0
    let covered = -1
    for (let at = 0; at + shortestForm <= text.length;) {
      const length = forms.lengthAt(text, at)
      if (length === 0) {
        at += 1
        continue
      }
      // What is hidden piece by piece is one thing.
      masked += text.slice(from, at) + (covered === at ? '' : cover)
      at += length
      from = at
      covered = at
    }
    return from === 0 ? text : masked + text.slice(from)
  }
  const maskJson = (value: Json): Json => {
    if (typeof value === 'string') return maskText(value)
    if (typeof value === 'number' || typeof value === 'bigint') return numbers.has(String(value)) ? cover : value
    if (Array.isArray(value)) return value.map(maskJson)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [maskText(key), maskJson(item)]))
  }
  return {
    add(value) {
      const leaves = textsOf(value)
      for (const leaf of leaves) {
        if (leaf.length < shortestForm) continue
        numbers.add(leaf)
        for (const piece of piecesOf(leaf)) for (const form of encodedForms(piece)) forms.add(form)
      }
      return leaves.every((leaf) => leaf.length >= shortestForm)
    },
    covers: (value) => typeof value === 'string' && numbers.size > 0 && maskText(value) === cover,
    text: maskText,
    json: (value) => (numbers.size === 0 ? value : (maskJson(value) as typeof value)),
  }
}

/** A secret, or what it is cut into when it is long: the last piece is never too short to be hidden. */
function piecesOf(secret: string): readonly string[] {
  if (secret.length <= 2 * longestPiece) return [secret]
  const count = Math.floor(secret.length / longestPiece)
  return Array.from({ length: count }, (_, index) =>
    secret.slice(index * longestPiece, index === count - 1 ? secret.length : (index + 1) * longestPiece),
  )
}

function textsOf(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)]
  if (value === null || typeof value !== 'object') return []
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(textsOf)
}

/** The forms in which a text can turn up: itself, its lines, URL-encoded, JSON-escaped, quoted for a shell, base64 at every offset, hex. */
function encodedForms(piece: string): string[] {
  // Half of a character cannot be encoded.
  const secret = piece.toWellFormed()
  const escaped = JSON.stringify(secret).slice(1, -1)
  const forms = [
    piece,
    secret,
    secret.trim(),
    ...secret.split('\n').map((line) => line.trim()),
    ...urlForms(secret),
    escaped,
    escaped.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    JSON.stringify(escaped).slice(1, -1),
    shellQuote(secret).slice(1, -1),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('hex').toUpperCase(),
    ...base64Forms(secret),
  ]
  return [...new Set(forms)].filter((form) => form.length >= shortestForm)
}

/** Programs do not agree on what has to be encoded in a URL, nor on the case of the digits. */
function urlForms(secret: string): string[] {
  const encoded = encodeURIComponent(secret)
  const strict = encoded.replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  const forms = [encoded, strict, strict.replaceAll('%20', '+'), encoded.replaceAll('%20', '+'), encoded.replaceAll('%2F', '/')]
  return [...forms, ...forms.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))]
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
