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

/** The text with what cannot be seen in it (control characters, blanks other than a space, joiners) as `\uXXXX`; line ends and tabs stay. */
export function escapeInvisible(text: string): string {
  return text.replaceAll(/(?![\t\n ])[\p{Cc}\p{Cf}\p{Z}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
