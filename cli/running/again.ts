import type { Event } from '../../schemas/event.ts'
import { shellWord } from '../../system/shell-quote.ts'
import type { Invocation } from '../command.ts'
import { typedHere } from '../product/typed-as.ts'

/**
 * The line to type for running some of the files again, under the same options as far as these say where and how they run.
 *
 * @param words    what stands before the files: the command, and what it takes besides them
 * @param kept     the options to keep, by their names in camelCase
 */
export function typeAgain(
  { cwd, options }: Pick<Invocation, 'cwd' | 'options'>,
  words: readonly string[],
  kept: readonly string[],
): (files: readonly string[]) => string {
  const program = typedHere(cwd)
  const flags = kept.flatMap((name) => {
    const value = options[name]
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    if (value === true) return [flag]
    return (Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []).map((text) => `${flag} ${shellWord(text)}`)
  })
  return (files) => [program, ...words, ...files.map(shellWord), ...flags].join(' ')
}

/** The same for files of a run that is read of its journal, which tells what it was allowed. @param cwd  where the line is typed */
export function typeAgainAs([start]: readonly Event[], cwd: string): (files: readonly string[]) => string {
  const options = { allowLocal: start?.type === 'run-started' && start.allowLocal === true }
  return typeAgain({ cwd, options }, ['run'], ['allowLocal'])
}
