import { parseLocatedYaml } from './located-yaml.ts'
import { nearestName } from '../../system/nearest-name.ts'

/** Keys that only a scenario has, and those that a file of reusable steps has. */
const scenarioKeys = ['scenario', 'setup', 'always']
const stepFileKeys = ['steps', 'inputs', 'outputs']

/** What a YAML file of the product is, by the keys at its top; those that are misspelt count too. A file that is none of the others describes a cluster. */
export function kindOfFile(text: string): 'scenario' | 'steps' | 'hosts' | 'cluster' {
  const keys = topKeys(text)
  const has = (names: readonly string[]): boolean => keys.some((key) => nearestName(key, names) !== undefined)
  if (has(scenarioKeys)) return 'scenario'
  if (keys.includes('hosts')) return 'hosts'
  return has(stepFileKeys) ? 'steps' : 'cluster'
}

/** A first line that is neither empty nor a comment, and begins with a plain key: all keys at the top begin a line then. */
const blockMapping = /^\ufeff?(?:[ \t]*(?:#.*)?\r?\n)*\w+[ \t]*:(?:\s|$)/

function topKeys(text: string): readonly string[] {
  const root = blockMapping.test(text) ? undefined : parseLocatedYaml(text, '').root
  // A text that is no YAML has no keys. The words at the beginnings of its lines tell the kind as well.
  return root?.kind === 'map'
    ? root.entries.map(({ key }) => key)
    : [...text.matchAll(/^\ufeff?(["']?)(\w+)\1\s*:/gm)].map(([, , key]) => key ?? '')
}
