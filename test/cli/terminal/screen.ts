/** What a terminal shows that was written to: text, line ends, and the erasing that moving lines use.
 *  @throws Error for a sequence that is none of these, so that nothing goes unseen */
export function screenOf(written: string): readonly string[] {
  const lines: string[] = ['']
  let [row, column] = [0, 0]
  const put = (character: string) => {
    if (character === '\r') column = 0
    else if (character === '\n') {
      row += 1
      column = 0
      lines[row] ??= ''
    } else {
      const line = (lines[row] ?? '').padEnd(column)
      lines[row] = line.slice(0, column) + character + line.slice(column + 1)
      column += 1
    }
  }
  const [first = '', ...rest] = written.split('\u001b[')
  for (const character of first) put(character)
  for (const piece of rest) {
    const [sequence = '', up] = /^(?:2K|J|([1-9]\d*)A)/.exec(piece) ?? []
    if (sequence === '2K') lines[row] = ''
    else if (sequence === 'J') lines.splice(row, Infinity, (lines[row] ?? '').slice(0, column))
    else if (up !== undefined) row -= Number(up)
    else throw new Error(`not expected on a terminal: ${JSON.stringify(piece)}`)
    for (const character of piece.slice(sequence.length)) put(character)
  }
  return lines
}
