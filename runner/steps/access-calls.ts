import type { Flaw } from '../../schemas/flaw.ts'
import type { Json } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { splitWords } from '../../system/split-words.ts'

/** The words of calls that have a name in the table. */
export type Named = Readonly<Record<string, readonly string[]>>

/** The words of a call of the table: those of its name, or else its own. */
export function wordsOf(call: string, named: Named | undefined): readonly string[] {
  const words = named !== undefined && Object.hasOwn(named, call) ? named[call] : undefined
  if (words !== undefined) return words
  const own = splitWords(call)
  // What `flawsOfCalls` tells of is not run.
  return 'message' in own ? [] : own.map(({ text }) => text)
}

/** What is wrong with the calls of a table: words that cannot be told, and names that no call has.
 *  @param calls  the table, under `calls`
 *  @param named  the words of those that have a name, under `named` */
export function flawsOfCalls(calls: Json | undefined, named: Json | undefined): readonly Flaw[] {
  const [inTable, names] = [keysOf(calls), keysOf(named)]
  return [
    ...inTable.filter((call) => !names.includes(call)).flatMap(wordFlaws),
    ...names
      .filter((name) => !inTable.includes(name))
      .map((name): Flaw => {
        const [message, hint] = [`the table has no call that is named ${name}`, didYouMean(name, inTable)]
        return { code: 'unknown-cell', path: ['named', name], ofKey: true, message, expected: 'a call of `calls`', hint }
      }),
  ]
}

function keysOf(value: Json | undefined): readonly string[] {
  return isObject(value) ? Object.keys(value) : []
}

function wordFlaws(call: string): readonly Flaw[] {
  const expected = 'a call of the AWS CLI, its words as a shell would split them'
  const about = { code: 'bad-call', path: ['calls', call], ofKey: true, expected } as const
  if (call.includes('${{')) {
    const hint = 'give the call a name, and its words under `named`'
    return [{ ...about, message: `${call}: an expression in a key is not evaluated`, hint }]
  }
  const words = splitWords(call)
  return 'message' in words ? [{ ...about, message: `${call}: ${words.message}`, hint: words.hint }] : []
}
