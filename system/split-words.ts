/** A word of a command line, with the index in the text of each of its characters. */
export interface Word {
  readonly text: string
  readonly indexes: readonly number[]
}

/** Why a text cannot be split into words. */
export interface SplitFault {
  readonly index: number
  readonly message: string
  readonly hint: string
}

/** Words that mean something to a shell and nothing without one. */
const operators = /^(\d?(>>?|<<?)(&\d)?|\|\|?|&&?|;)$/

/** What a shell replaces, outside of single quotes: `$NAME`, `$(…)`, `${…}` and backticks; not the beginning of an expression, which stands for itself. */
function isExpansion(text: string, at: number): boolean {
  return text[at] === '`' || (/^\$[\w({@?*#!]/.test(text.slice(at, at + 2)) && !text.startsWith('${{', at))
}

/**
 * Splits a command line into words as a POSIX shell does: blanks separate; single quotes keep everything; double quotes and backslashes
 * quote. Nothing is expanded, so that what a shell would expand is a fault.
 *
 * @param opaque  spans of the text (from, to) that belong to one word whatever is in them
 */
export function splitWords(text: string, opaque: readonly (readonly [number, number])[] = []): readonly Word[] | SplitFault {
  const words: Word[] = []
  let word: { text: string; indexes: number[]; quoted: boolean } | undefined
  let quote: { readonly mark: string; readonly index: number } | undefined
  const append = (index: number): void => {
    word ??= { text: '', indexes: [], quoted: false }
    word.text += text[index] ?? ''
    word.indexes.push(index)
  }
  const finish = (): SplitFault | undefined => {
    if (word === undefined) return undefined
    const { text: done, indexes, quoted } = word
    word = undefined
    if (!quoted && operators.test(done))
      return {
        index: indexes[0] ?? 0,
        message: `there is no shell here that would know ${done}`,
        hint: 'use script: for pipes, redirections and lists of commands',
      }
    words.push({ text: done, indexes })
    return undefined
  }
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    const span = opaque.find(([from, to]) => at >= from && at < to)
    if (span !== undefined) {
      for (; at < span[1]; at += 1) append(at)
      at -= 1
    } else if (quote !== undefined && character === quote.mark) {
      quote = undefined
    } else if (quote?.mark === "'") {
      append(at)
    } else if (isExpansion(text, at)) {
      const message = `there is no shell here that would expand ${/^`|\$\W?\w*/.exec(text.slice(at))?.[0] ?? '$'}`
      return { index: at, message, hint: 'use script:, or single quotes for the characters themselves' }
    } else if (character === '\\' && (quote === undefined || '"\\$`'.includes(text[at + 1] ?? ' '))) {
      at += 1
      append(at)
    } else if (quote !== undefined) {
      append(at)
    } else if (character === "'" || character === '"') {
      quote = { mark: character, index: at }
      word = { text: '', indexes: [], ...word, quoted: true }
    } else if (/\s/.test(character)) {
      const fault = finish()
      if (fault !== undefined) return fault
    } else {
      append(at)
    }
  }
  if (quote !== undefined)
    return { index: quote.index, message: `the ${quote.mark} is never closed`, hint: 'close it, or put a backslash before it' }
  return finish() ?? (words.length > 0 ? words : { index: 0, message: 'there is no command', hint: 'name a program' })
}
