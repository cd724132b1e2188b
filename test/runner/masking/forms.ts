import { shellQuote } from '../../../system/shell-quote.ts'

/** A secret in which every way of writing finds something to escape. */
export const secret = `k8ys@&/"a'ss$ wörd+<x>%41`

/** A way of writing a secret, and what it makes of it. */
export interface Form {
  readonly name: string
  readonly text: string
}

/** A secret in every form in which it is hidden. */
export function formsOf(given: string): readonly Form[] {
  const bytes = Buffer.from(given)
  const [base64, hex, json, url] = [
    bytes.toString('base64'),
    bytes.toString('hex'),
    JSON.stringify(given).slice(1, -1),
    percentEncode(given),
  ]
  const units = given.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'))
  const coloured = given.replace(/(?<=^.)/u, '\u001b[01;31m\u001b[K')
  const forms: Readonly<Record<string, string>> = {
    plain: given,
    base64,
    'base64 without padding': base64.replace(/=+$/, ''),
    base64url: bytes.toString('base64url'),
    'base64url with padding': base64.replaceAll('+', '-').replaceAll('/', '_'),
    'base64 at offset 1': Buffer.from(`x${given}yz`).toString('base64'),
    'base64 at offset 2': Buffer.from(`xy${given}z`).toString('base64'),
    'base64 within a longer text': Buffer.from(`user:${given}@host`).toString('base64'),
    'base64 of 64 characters a line': fold(Buffer.from(`${'p'.repeat(40)}${given}${'q'.repeat(40)}`).toString('base64'), 64, '\n'),
    'base64 of 76 characters a line': fold(Buffer.from(`${'p'.repeat(52)}${given}${'q'.repeat(40)}`).toString('base64'), 76, '\r\n'),
    'base64 with escaped slashes': base64.replaceAll('/', '\\/'),
    'base64 in a URL': encodeURIComponent(base64),
    'base64 in a line of JSON': JSON.stringify(fold(base64, 9, '\n')).slice(1, -1),
    hex,
    'hex in capitals': hex.toUpperCase(),
    'hex by bytes': hex.replaceAll(/..(?!$)/g, '$& '),
    'hex by bytes and colons': hex.replaceAll(/..(?!$)/g, '$&:'),
    'hex of 16 a line': fold(hex, 16, '\n'),
    url: encodeURIComponent(given),
    'url in small letters': url.replaceAll(/%../g, (code) => code.toLowerCase()),
    'url of every byte': hex.replaceAll(/../g, '%$&'),
    form: new URLSearchParams({ a: given }).toString().slice(2),
    json,
    'json with escaped slashes': json.replaceAll('/', '\\/'),
    'json in ASCII': json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    'json of every unit': units.map((unit) => `\\u${unit}`).join(''),
    'json of every unit in capitals': units.map((unit) => `\\u${unit.toUpperCase()}`).join(''),
    'json in json': JSON.stringify(json).slice(1, -1),
    'json in a URL': encodeURIComponent(json),
    'bytes of C': hex.replaceAll(/../g, '\\x$&'),
    'shell in quotes': shellQuote(given),
    'shell in the quotes of Python': `'${given.replaceAll("'", `'"'"'`)}'`,
    'shell in double quotes': given.replaceAll(/["$`\\]/g, '\\$&'),
    'shell without quotes': given.replaceAll(/[^\w]/gu, '\\$&'),
    xml: given.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    'xml by numbers': Array.from(given, (character) => `&#${character.codePointAt(0)};`).join(''),
    'xml by hexadecimal numbers': Array.from(given, (character) => `&#x${character.codePointAt(0)?.toString(16)};`).join(''),
    'json in xml': json.replaceAll('&', '&amp;').replaceAll('"', '&#34;'),
    'folded by a line feed': fold(given, 5, '\n'),
    'folded by CRLF': fold(given, 3, '\r\n'),
    'folded and indented': fold(given, 7, '\n    '),
    'folded at a blank': given.replaceAll(' ', '\n  '),
    'json folded': fold(json.replaceAll('@', '\\u0040'), 4, '\n'),
    'base64 folded and indented': fold(base64, 11, '\n      '),
    'parted by a colour': coloured,
    'json parted by a colour': JSON.stringify(coloured).slice(1, -1),
    'base64 parted by a colour': `${base64.slice(0, 5)}\u001b[0m${base64.slice(5)}`,
    'url folded': fold(encodeURIComponent(given), 6, '\n'),
  }
  return Object.entries(forms).map(([name, text]) => ({ name, text }))
}

/** What stands around the secret where a form is of a longer text, as base64 shows it: it tells of nothing. */
const padding = ['p', 'q'].map((letter) => Buffer.from(letter.repeat(60)).toString('base64')).join('')

/** The pieces of a form that tell of the secret: where neighbours share its digits the ends are left out. */
export function tellingPieces({ name, text }: Form): readonly string[] {
  const third = /offset|within|a line/.test(name) ? Math.ceil(text.length / 3) : 0
  const pieces = text
    .slice(third, text.length - third)
    .split(/\s+/)
    .flatMap((line) => Array.from({ length: Math.max(0, line.length - 5) }, (_, at) => line.slice(at, at + 6)))
  return pieces.filter((piece) => !padding.includes(piece))
}

function fold(text: string, width: number, end: string): string {
  return (text.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? []).join(end)
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
