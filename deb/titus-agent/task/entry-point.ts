/** The words cannot be told apart: a quote that never ends, or a backslash at the end. */
export class BadEntryPointError extends Error {
  override readonly name = 'BadEntryPointError'
}

/**
 * What the executor makes of a job's entry point: the array is joined by spaces and split into words as a shell does,
 * so `["sh", "-c", "echo a b"]` becomes five words. Nothing is expanded.
 *
 * @throws BadEntryPointError on an unfinished quote
 * @see    titus-executor 2018-05, entry point parsing: inner quoting of the array's elements is lost
 */
export function splitEntryPoint(entryPoint: readonly string[]): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let quote: '"' | "'" | undefined
  let escaped = false
  for (const character of entryPoint.join(' ')) {
    if (escaped) {
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(character) ? `\\${character}` : character)
      escaped = false
    } else if (character === '\\' && quote !== "'") {
      escaped = true
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined
      else word = (word ?? '') + character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + character
    }
  }
  if (quote !== undefined || escaped) throw new BadEntryPointError(`invalid command line string: ${entryPoint.join(' ')}`)
  if (word !== undefined) words.push(word)
  return words
}
