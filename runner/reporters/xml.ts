import { withoutControlSequences } from '../../system/control-sequences.ts'

/** An element of an XML document: attributes, then a text or other elements. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number>>
  readonly text?: string
  readonly children?: readonly Element[]
}

/** An element as XML 1.0, indented. Whatever stands in its texts, the document is well-formed. */
export function renderElement({ name, attributes, text, children = [] }: Element, margin = ''): string {
  const start = `${margin}<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`)
    .join('')}`
  if (text !== undefined) return `${start}><![CDATA[${clean(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`
  if (children.length === 0) return `${start}/>`
  return [`${start}>`, ...children.map((child) => renderElement(child, `${margin}  `)), `${margin}</${name}>`].join('\n')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
  '\r': '&#13;',
}

function escapeAttribute(text: string): string {
  return clean(text).replace(/[&<>"\n\t\r]/g, (character) => entities[character] ?? character)
}

/** XML 1.0 has no place for control characters, in whatever form, nor for halves of a character. */
function clean(text: string): string {
  return withoutControlSequences(text).replace(/\p{Surrogate}|[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
}
