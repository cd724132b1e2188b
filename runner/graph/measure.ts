/** A card of lines of text, in pixels. The first line is its title. */
export interface Card {
  readonly lines: readonly string[]
  readonly width: number
  readonly height: number
}

/** The height of a line of text, and what a card keeps clear around them. */
export const lineHeight = 18
export const padding = 12

/** How many columns of text a line may have. */
const longest = 46

/** How wide a text may be in a sans-serif face of 13 pixels, bold: rather too much than too little, as the reader's face is not known. */
export function widthOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) > 0x2e7f ? 14 : 7.6), 0)
}

/** A line that is not longer than a card may be wide. */
export function fitting(text: string): string {
  const characters = Array.from(text)
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`
}

/** Measures a card of these lines; empty ones are left out. */
export function cardOf(lines: readonly (string | undefined)[]): Card {
  const kept = lines.flatMap((line) => (line === undefined || line === '' ? [] : [fitting(line)]))
  return { lines: kept, width: Math.max(...kept.map(widthOf)) + 2 * padding, height: kept.length * lineHeight + 2 * padding - 6 }
}
