import { createHash } from 'node:crypto'
import { printable } from '../visible-text.ts'
import type { PageData } from './page-data.ts'
import type { PageParts } from './page-parts.ts'

/** The page of a run: one file that asks no network for anything. What the run said stands in it as JSON, and becomes text of the page alone:
 *  the page lets no other program run than its own, whose digest it names. */
export function renderDocument(data: PageData, { script, style }: PageParts): string {
  const policy = `default-src 'none'; script-src '${digestOf(script)}'; style-src '${digestOf(style)}'; base-uri 'none'; form-action 'none'`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeText(`${data.outcome}: ${data.testbed}, run ${data.run}`)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<noscript>This report needs JavaScript. The same in plain words: titus-bed run --reporter spec</noscript>',
    `<script type="application/json" id="data">${embedJson(data)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

/** JSON that neither ends the element around it nor has a line end that not every reader takes for part of a text. */
function embedJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' && !isPlain(item) ? printable(item) : item))
  return text.replace(/[<>\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Most texts have nothing in them that could not be shown. */
function isPlain(text: string): boolean {
  return /^[\n -~]*$/.test(text)
}

function escapeText(text: string): string {
  return printable(text).replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
