import { compileValue } from './compile-value.ts'
import type { LocatedEntry, LocatedNode } from '../yaml/located-node.ts'
import { defineName } from './names.ts'
import type { Names } from './names.ts'
import type { Json } from '../json.ts'
import type { Problem } from '../problem.ts'
import { isTooShort, shortestSecret } from '../secret.ts'
import type { Entry, Scenario } from '../scenario.ts'

/** Values of variables that stand elsewhere than in the scenario, by name. They are what they are: no expression is looked for in them. */
export type GivenVariables = Readonly<Record<string, Json>>

/** Variables of a computer's environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The entries of `vars:`, in their order; what is given for one of them takes its place. */
export function compileVariables(
  entries: readonly LocatedEntry[],
  given: GivenVariables,
  names: Names,
  problems: Problem[],
): readonly Entry[] {
  return entries.map(({ key, keyPlace, value }) => {
    const compiled = compileValue(value, names, problems)
    defineName(key, keyPlace, names, problems)
    const instead = Object.hasOwn(given, key) ? given[key] : undefined
    return { key, keyPlace, value: instead === undefined ? compiled : { type: 'literal', value: instead, place: value.place } }
  })
}

/** The names under `secrets:`. Each is a variable of the scenario from here on.
 *  @param environment  where their values come from; undefined where nobody asks whether they are there */
export function compileSecrets(
  node: LocatedNode | undefined,
  environment: Environment | undefined,
  names: Names,
  problems: Problem[],
): Scenario['secrets'] {
  const items = node?.kind === 'list' ? node.items : []
  return items.flatMap((item) => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') return []
    const [name, place] = [item.value, item.place]
    defineName(name, place, names, problems)
    const value = environment?.[name] ?? ''
    if (environment !== undefined && isTooShort(value)) {
      const found = value === '' ? 'is not there, or empty' : `has ${value.length} characters, which is too short to be masked`
      problems.push({
        code: 'missing-secret',
        severity: 'error',
        place,
        message: `the environment variable ${name} ${found}`,
        expected: `a secret of at least ${shortestSecret} characters in the environment of this computer`,
        hint: `export ${name} before titus-bed is called`,
      })
    }
    return [{ name, place }]
  })
}
