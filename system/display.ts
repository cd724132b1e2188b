/** What takes no column of its own: combining marks, joiners and the like. */
const zeroWidth = /\p{Mark}|\p{Cf}/u

/** What takes two columns (Unicode Standard Annex 11, wide and fullwidth), and emoji. */
const doubleWidth =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u

/** The columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (zeroWidth.test(character) ? 0 : doubleWidth.test(character) ? 2 : 1), 0)
}

/** The text with a sign in place of each control character but the tab, so that no terminal obeys it; as long as before. */
export function replaceControls(text: string): string {
  return text.replaceAll(/(?!\t)\p{Cc}/gu, '\ufffd')
}

/** What no name may have in it, since a terminal or a report obeys it or shows the text in another order: control characters, line ends
 *  (also those of Unicode), marks of direction (UAX 9), and halves of characters. */
const foreignToNames = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** Where in a text the first character stands that no name may have, as an index; undefined when all may stand in one. */
export function foreignToName(text: string): number | undefined {
  const at = text.search(foreignToNames)
  return at === -1 ? undefined : at
}

/** The text with what cannot be seen in it (control characters, blanks other than a space, joiners) as `\uXXXX`; line ends and tabs stay. */
export function escapeInvisible(text: string): string {
  return text.replaceAll(/(?![\t\n ])[\p{Cc}\p{Cf}\p{Z}\p{Cs}]/gu, escaped)
}

/** Foreign text (a name, what a machine said, a path) as one line that does nothing to a terminal or a report but stand there: line ends
 *  as `\n` and `\r`, tabs as `\t`, everything else that cannot be seen as `\uXXXX`. */
export function showOnOneLine(text: string): string {
  return text.replaceAll(/[\n\r\t]|(?! )[\p{Cc}\p{Cf}\p{Z}\p{Cs}]/gu, (character) => shortEscapes[character] ?? escaped(character))
}

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
}
