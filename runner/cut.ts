/** What is missing of a text that is not whole, and what is there. A claim about such a text is judged by what is there, or not at all. */
export interface Cut {
  /** Why, as a clause: `4 bytes in the middle were left out`, `the body ended after 9 of 100 bytes`. */
  readonly reason: string
  /** The pieces that are there, in their order: nothing is known of what stood between and after them. */
  readonly parts: readonly string[]
}

/** Several reasons for which one text is not whole, as one. */
export function joinCuts(cuts: readonly (Cut | undefined)[]): Cut | undefined {
  const real = cuts.filter((cut) => cut !== undefined)
  const [first] = real
  return first === undefined ? undefined : { reason: real.map(({ reason }) => reason).join('; '), parts: first.parts }
}
