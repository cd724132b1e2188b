/** A JSON value that keeps what a plain parse loses: the text of numbers. Objects keep the last of two equal keys, in first place. */
export type JsonNode =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, JsonNode> }

/** The value as Gson's JsonElement.toString writes it: no spaces, no HTML escapes. */
export function compact(node: JsonNode): string {
  switch (node.kind) {
    case 'null':
      return 'null'
    case 'boolean':
      return String(node.value)
    case 'number':
      return node.text
    case 'string':
      return JSON.stringify(node.value)
    case 'array':
      return `[${node.items.map(compact).join(',')}]`
    case 'object':
      return `{${[...node.entries].map(([key, value]) => `${JSON.stringify(key)}:${compact(value)}`).join(',')}}`
  }
}
