/**
 * Whether a text fits a pattern in which `*` stands for any text and `?` for one character. It takes no longer than the product of both
 * lengths, which a regular expression with many `*` does not promise.
 */
export function fitsWildcards(text: string, pattern: string): boolean {
  let [at, inPattern, star, starAt] = [0, 0, -1, 0]
  while (at < text.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern
      starAt = at
      inPattern += 1
    } else if (inPattern < pattern.length && (pattern[inPattern] === '?' || pattern[inPattern] === text[at])) {
      at += 1
      inPattern += 1
    } else if (star === -1) return false
    else {
      // The last star takes one character more: what those before it took need not change.
      starAt += 1
      at = starAt
      inPattern = star + 1
    }
  }
  while (pattern[inPattern] === '*') inPattern += 1
  return inPattern === pattern.length
}
