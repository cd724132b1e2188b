/** Names as one text: `a, b, c`; of many the first, and how many more there are. */
export function listNames(names: readonly string[], most = 6): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`
}
