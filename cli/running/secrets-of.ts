import type { Scenario } from '../../schemas/scenario.ts'

/** The values of the secrets that scenarios name: the rest of the environment is not handed on. */
export function secretsOf(scenarios: readonly Scenario[], environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = scenarios.flatMap(({ secrets }) => secrets.map(({ name }) => name))
  return Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])))
}
