import { countOf } from '../../system/count-of.ts'
import type { Compilation } from './compilation.ts'
import { compileValue } from './compile-value.ts'
import type { LocatedEntry, LocatedNode } from '../yaml/located-node.ts'
import { defineName } from './names.ts'
import type { Names } from './names.ts'
import type { Json } from '../json.ts'
import type { Problem } from '../problem.ts'
import { isTooShort, shortestSecret } from '../secret.ts'
import type { Entry, Scenario, Value } from '../scenario.ts'

/** Values of variables that stand elsewhere than in the scenario, by name. They are what they are: no expression is looked for in them. */
export type GivenVariables = Readonly<Record<string, Json>>

/** Variables of a computer's environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The entries of `vars:`, in their order, those of the project before them; what is given for one of them takes its place. A name of the
 *  project that the scenario gives another meaning is none of its. */
export function compileVariables(
  entries: readonly LocatedEntry[],
  { given, project, problems }: Pick<Compilation, 'given' | 'project' | 'problems'>,
  names: Names,
): readonly Entry[] {
  const instead = (key: string, value: Value): Value =>
    Object.hasOwn(given, key) ? { type: 'literal', value: given[key] ?? null, place: value.place } : value
  const isOwn = (name: string): boolean => entries.some(({ key }) => key === name) || names.taken.has(name) || names.captured.has(name)
  const shared = project.vars.filter(({ name }) => !isOwn(name))
  for (const { name, place } of shared) defineName(name, place, names, problems)
  const own = entries.map(({ key, keyPlace, value }) => {
    const compiled = compileValue(value, names, problems)
    defineName(key, keyPlace, names, problems)
    return { key, keyPlace, value: instead(key, compiled) }
  })
  return [
    ...shared.map(({ name, value, place }) => ({ key: name, keyPlace: place, value: instead(name, { type: 'literal', value, place }) })),
    ...own,
  ]
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
      const found = value === '' ? 'is not there, or empty' : `has ${countOf(value.length, 'character')}, which is too short to be masked`
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
