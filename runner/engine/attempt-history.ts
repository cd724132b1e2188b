import type { Tried } from '../../schemas/event.ts'

/** How many attempts of a step are kept: the first ones, and the last. */
export const keptAttempts = { first: 10, last: 40 } as const

/** The attempts of a step with one more. What stood between the first ones and the last is forgotten: their numbers tell how many there were. */
export function addTried(history: readonly Tried[], tried: Tried): readonly Tried[] {
  const { first, last } = keptAttempts
  const grown = [...history, tried]
  return grown.length <= first + last ? grown : [...grown.slice(0, first), ...grown.slice(-last)]
}
