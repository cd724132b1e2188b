import { InputError } from '../../schemas/failure.ts'
import type { Json } from '../../schemas/json.ts'
import type { Place, Problem } from '../../schemas/problem.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { listOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { readText } from './load-files.ts'

/** A value that was given for a variable, and where: a place in a file, or on the command line. */
export interface GivenVariable {
  readonly name: string
  readonly value: Json
  readonly place?: Place
}

/** The values of `--vars` files and, stronger than these, of `--var`; of two for one name the later one is the last.
 *  @throws InputError with all that is wrong with them */
export async function readGivenVariables(invocation: Invocation): Promise<readonly GivenVariable[]> {
  const [files, typed] = [listOption(invocation, 'vars'), listOption(invocation, 'var')]
  if (files.length === 0 && typed.length === 0) return []
  const [{ readVariables }, { readScalarText }] = await Promise.all([
    import('../../schemas/validation/read-variables.ts'),
    import('../../schemas/validation/read-scalar-text.ts'),
  ])
  const problems: Problem[] = []
  const inFiles = files.flatMap((file) => {
    const read = readVariables(readText(file, invocation.cwd, 'name a YAML file with the variables and their values'), file)
    problems.push(...read.problems)
    return read.variables
  })
  const onLine = typed.flatMap((text) => {
    const [, name = '', written = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? []
    const read = readScalarText(written)
    if (name === '')
      problems.push(badOption(`--var ${text} gives no value to a name`, 'NAME=VALUE: letters, digits and underscores before the ='))
    else if ('message' in read) problems.push(badOption(`--var ${text}: ${read.message}`, read.expected, read.hint))
    else return [{ name, value: read.value }]
    return []
  })
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(problems)
  return [...inFiles, ...onLine]
}

/** The values of `--vars` and `--var` by their names. @throws InputError with all that is wrong with them */
export async function givenValues(invocation: Invocation): Promise<Readonly<Record<string, Json>>> {
  return valuesOf(await readGivenVariables(invocation))
}

/** The same of what was read already. */
export function valuesOf(given: readonly GivenVariable[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(given.map(({ name, value }) => [name, value]))
}

/** The names that no scenario has. One that was typed is refused; one in a file, which may serve other scenarios too, is a warning.
 *  @throws InputError */
export function unknownVariables(given: readonly GivenVariable[], scenarios: readonly Scenario[]): readonly Problem[] {
  const known = [...new Set(scenarios.flatMap(({ vars }) => vars.map(({ key }) => key)))]
  const unknown = given
    .filter(({ name }) => !known.includes(name))
    .map(({ name, place }): Problem => {
      const message = `no scenario that was asked for has the variable ${name}`
      const expected = known.length === 0 ? 'no variable: none has `vars:`' : `one of ${known.join(', ')}`
      const severity = place === undefined ? 'error' : 'warning'
      return {
        code: 'unknown-variable',
        severity,
        ...(place === undefined ? {} : { place }),
        message,
        expected,
        hint: didYouMean(name, known),
      }
    })
  if (unknown.some(({ severity }) => severity === 'error')) throw new InputError(unknown)
  return unknown
}

function badOption(message: string, expected?: string, hint?: string): Problem {
  return { code: 'bad-option', severity: 'error', message, expected, hint }
}
