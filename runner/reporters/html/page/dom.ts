/** What an element is made with: attributes, and what listens to it. A text becomes text, whatever stands in it. */
export interface Properties {
  readonly on?: Readonly<Record<string, (event: Event) => void>>
  readonly [attribute: string]: unknown
}

/** A part of an element; what is undefined or false is none. */
export type Part = Node | string | undefined | false

/** An element of HTML. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...parts: readonly Part[]
): HTMLElementTagNameMap[Name] {
  return fill(document.createElement(name), properties, parts)
}

/** An element of SVG. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...parts: readonly Part[]
): SVGElementTagNameMap[Name] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), properties, parts)
}

/** Sets a property of the style of an element: the page allows no `style` attributes. */
export function styled<Kind extends HTMLElement | SVGElement>(element: Kind, style: Readonly<Record<string, string>>): Kind {
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value)
  return element
}

/** A section of the page with its heading. */
export function section(id: string, title: string, ...parts: readonly Part[]): HTMLElement {
  return h('section', { id, 'aria-labelledby': `${id}-title` }, h('h2', { id: `${id}-title` }, title), ...parts)
}

function fill<Kind extends Element>(element: Kind, { on = {}, ...attributes }: Properties, parts: readonly Part[]): Kind {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '')
    else if (typeof value === 'string' || typeof value === 'number') element.setAttribute(name, String(value))
  }
  for (const [name, listen] of Object.entries(on)) element.addEventListener(name, listen)
  element.append(...parts.filter((part): part is Node | string => part !== undefined && part !== false))
  return element
}
