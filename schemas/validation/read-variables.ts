import type { Json } from '../json.ts'
import type { Place, Problem } from '../problem.ts'
import { toJson } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import { emptyFile, readYaml } from './read-yaml.ts'
import { ambiguousScalar } from './scalar-types.ts'

/** The values of variables that a file or a part of one holds, each with its place. */
export interface Variables {
  readonly variables: readonly { readonly name: string; readonly value: Json; readonly place: Place }[]
  readonly problems: readonly Problem[]
}

/** The form of a variable's name: what JMESPath reads without quotes. */
export const variableName = {
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
  patternErrorMessage: 'a name: letters, digits and underscores, no digit first',
} as const

const schema = {
  type: 'object',
  description: 'Variables, by name.',
  propertyNames: variableName,
  additionalProperties: { description: 'The value of the variable.' },
}

/** Reads a YAML file that is a mapping of variables to their values. */
export function readVariables(text: string, file: string): Variables {
  const { node, problems } = readYaml(text, file, schema)
  if (node === undefined) return { variables: [], problems: problems.length > 0 ? problems : [emptyFile(file, 'NAME: VALUE')] }
  const { variables, problems: found } = variablesIn(node)
  return { variables, problems: [...problems, ...found] }
}

/** The variables of a mapping. A value that YAML reads otherwise than it is written, and an expression, are problems. */
export function variablesIn(node: LocatedNode | undefined): Variables {
  const problems: Problem[] = []
  const visit = (value: LocatedNode): void => {
    if (value.kind === 'list') value.items.forEach(visit)
    else if (value.kind === 'map') value.entries.forEach((entry) => visit(entry.value))
    else {
      const ambiguous = ambiguousScalar(value)
      if (ambiguous !== undefined && ambiguous.code !== 'number-too-large') problems.push(ambiguous)
      const at = typeof value.value === 'string' ? value.value.indexOf('${{') : -1
      if (at !== -1)
        problems.push({
          code: 'expression-not-here',
          severity: 'error',
          place: { ...value.locate(at), length: 3 },
          message: 'a value that is given from outside is read before anything runs: no variable has a value by then',
          expected: 'a fixed value',
          hint: 'put the expression into `vars:` of the scenario, which may read other variables',
        })
    }
  }
  const entries = node?.kind === 'map' ? node.entries : []
  for (const { value } of entries) visit(value)
  return { variables: entries.map(({ key, keyPlace, value }) => ({ name: key, value: toJson(value), place: keyPlace })), problems }
}
