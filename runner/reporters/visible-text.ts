import { withoutControlSequences } from '../../system/control-sequences.ts'

/** What a terminal would obey, what turns the direction of writing around, what breaks a line elsewhere than `\n`, and halves of characters. */
const invisible = /(?![\n\t])\p{Cc}|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu

const shortNames: Readonly<Record<string, string>> = { '\r': '\\r', '\0': '\\0', '\b': '\\b', '\u001b': '\\e' }

/** A text of ours or of a machine with nothing in it that a terminal obeys: colours are left out, other control characters are written out. */
export function printable(text: string): string {
  return withoutControlSequences(text).replace(
    invisible,
    (character) => shortNames[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The lines of what a machine wrote, printable: CR LF ends a line as LF does, and a last line end begins no line. */
export function linesOf(output: string): readonly string[] {
  return printable(output.replaceAll(/(?<!\r)\r+\n/g, '\n'))
    .trimEnd()
    .split('\n')
}

/** A text in one line. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/(?<!\s)\s*\n\s*/g, ' '))
}

/** Every line two columns (or `by`) to the right. */
export function indent(text: string, by = '  '): string {
  return text.replace(/^(?=.)/gm, by)
}
