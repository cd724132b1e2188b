/** An element of an answer of the EC2 or STS query API: it has either text or children. */
export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Parses the XML of the AWS query APIs: elements and text; attributes, comments and the prologue are skipped.
 *
 * @returns the root element
 * @throws  Error when the tags do not match or there is no element
 */
export function parseXml(text: string): XmlElement {
  const root: MutableElement = { name: '', text: '', children: [] }
  const open: MutableElement[] = [root]
  for (const [, closing, name, selfClosing, content] of text.matchAll(/<(?:[?!][^<>]*|(\/)?([\w.:-]+)(?![\w.:-])[^<>]*?(\/)?)>([^<]*)/g)) {
    const current = open.at(-1) as MutableElement
    if (name === undefined) continue
    if (closing !== undefined) {
      if (current.name !== name || open.length === 1) throw new Error(`unexpected </${name}> in an XML answer`)
      open.pop()
      continue
    }
    const element: MutableElement = { name, text: decodeEntities((content ?? '').trim()), children: [] }
    current.children.push(element)
    if (selfClosing === undefined) open.push(element)
  }
  const [first] = root.children
  if (first === undefined || open.length > 1) throw new Error('an XML answer ends early')
  return first
}

/** The element at `path` below `element` (names joined by dots), or undefined. */
export function findElement(element: XmlElement | undefined, path: string): XmlElement | undefined {
  return path.split('.').reduce<XmlElement | undefined>((at, name) => at?.children.find((child) => child.name === name), element)
}

/** The text at `path`, or undefined when there is no such element. */
export function findText(element: XmlElement | undefined, path: string): string | undefined {
  return findElement(element, path)?.text
}

/** The `<item>` elements of the list at `path`; none when it is absent. */
export function listItems(element: XmlElement | undefined, path: string): readonly XmlElement[] {
  return findElement(element, path)?.children.filter((child) => child.name === 'item') ?? []
}

interface MutableElement {
  readonly name: string
  text: string
  readonly children: MutableElement[]
}

function decodeEntities(text: string): string {
  return text.replace(/&(#x?[\da-f]+|\w+);/gi, (whole, body: string) => {
    if (!body.startsWith('#')) return entities[body] ?? whole
    const code = body[1] === 'x' || body[1] === 'X' ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1))
    return Number.isNaN(code) ? whole : String.fromCodePoint(code)
  })
}
