import { distance } from 'fastest-levenshtein'

/**
 * The name that was probably meant.
 *
 * @returns  the candidate with the smallest edit distance, when at most a third of the longer name has to change (one letter of a name with three or four);
 *           a candidate that differs in case, `-`, `_` or the order of its letters alone always counts
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, '')
  let best: string | undefined
  let bestDistance = Infinity
  for (const candidate of candidates) {
    const found =
      plain(candidate) === plain(name) ? 0 : isTransposed(name, candidate) ? 1 : distance(name.toLowerCase(), candidate.toLowerCase())
    const limit = Math.floor(Math.max(name.length, candidate.length) / 3)
    if (found <= limit && found < bestDistance) {
      best = candidate
      bestDistance = found
    }
  }
  return best
}

/** The hint for an unknown name: `did you mean "x"?`, or undefined where nothing is near. */
export function didYouMean(name: string, candidates: readonly string[]): string | undefined {
  const nearest = nearestName(name, candidates)
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`
}

function isTransposed(name: string, candidate: string): boolean {
  const letters = (text: string): string => text.split('').toSorted().join('')
  return name[0] === candidate[0] && letters(name) === letters(candidate)
}
