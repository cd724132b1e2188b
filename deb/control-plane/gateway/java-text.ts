/** A list as Java's toString writes it: `[a, b]`. */
export function listText(items: Iterable<string>): string {
  return `[${[...items].join(', ')}]`
}
