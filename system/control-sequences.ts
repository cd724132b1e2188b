/** What a terminal obeys and does not show: colours, moves of its cursor, titles, links. Of one character a byte too, as a text of Latin-1 has them.
 *  @see ECMA-48, 5.3 to 5.6: control sequences, control strings, and escapes of two characters and more */
// oxlint-disable-next-line no-control-regex
export const controlSequence: RegExp = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g

/** A text without what a terminal would obey: what stood on both sides of it stands together, as a terminal shows it. */
export function withoutControlSequences(text: string): string {
  return text.includes('\u001b') ? text.replace(controlSequence, '') : text
}
