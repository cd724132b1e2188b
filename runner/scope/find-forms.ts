import { shortestSecret } from '../../schemas/secret.ts'

/** How many characters a form has at least. */
export const shortestForm = shortestSecret

/** By so many characters a longer form is looked up. */
const keyLength = 8

/** Texts to be found in other texts, however many they are: a regular expression of them all would be too large. */
export interface FormIndex {
  add(form: string): void
  /** The length of the longest form that stands in a text at an index; 0 where none does. */
  lengthAt(text: string, at: number): number
}

/** An index without any form. */
export function createFormIndex(): FormIndex {
  const known = new Set<string>()
  const byStart = new Map<string, string[]>()
  /** Which pairs of characters a form begins with, by a number that several pairs may share: most places of a text are passed at once. */
  const pairs = new Uint8Array(65_536)
  return {
    add(form) {
      if (form.length < shortestForm || known.has(form)) return
      known.add(form)
      pairs[pairAt(form, 0)] = 1
      const key = form.slice(0, form.length < keyLength ? shortestForm : keyLength)
      // The longest come first: one that holds another must be hidden as a whole.
      byStart.set(
        key,
        [...(byStart.get(key) ?? []), form].sort((a, b) => b.length - a.length),
      )
    },
    lengthAt(text, at) {
      if (pairs[pairAt(text, at)] === 0) return 0
      for (const length of [keyLength, shortestForm]) {
        const found = byStart.get(text.slice(at, at + length))?.find((form) => text.startsWith(form, at))
        if (found !== undefined) return found.length
      }
      return 0
    },
  }
}

function pairAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 257 + text.charCodeAt(at + 1)) & 0xffff
}
