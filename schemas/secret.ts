/** How many characters a secret has at least, white space left out: what is shorter stands in too many other texts to be masked. */
export const shortestSecret = 4

const longEnough = new RegExp(String.raw`(?:\S\s*){${shortestSecret}}`)

/** Whether a text, or a line of one, is too short to be masked. */
export function isTooShort(text: string): boolean {
  return !longEnough.test(text)
}
