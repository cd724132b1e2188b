import type { JsonObject } from '../json.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import { parseLocatedYaml } from '../yaml/located-yaml.ts'
import type { Problem } from '../problem.ts'
import { applyScalarTypes } from './scalar-types.ts'
import { validate } from './validate.ts'

/**
 * The one way in for files of users: YAML text to nodes that fit a schema.
 *
 * @param text  the file's text
 * @param file  its name, for places
 * @returns     all problems of the text and its form; `node` is absent when the text is no YAML, or (then without a problem) empty
 */
export function readYaml(
  text: string,
  file: string,
  schema: JsonObject,
): { readonly node?: LocatedNode; readonly problems: readonly Problem[] } {
  const { root, problems } = parseLocatedYaml(text, file)
  return root === undefined ? { problems } : fitSchema(root, schema)
}

/** Gives the scalars of a node the types of its schema, and checks the node against it. */
export function fitSchema(root: LocatedNode, schema: JsonObject): { readonly node: LocatedNode; readonly problems: readonly Problem[] } {
  const { node, problems } = applyScalarTypes(root, schema)
  // A number that cannot be is no number for the schema either: told once.
  const told = new Set(problems.map(({ place }) => JSON.stringify(place)))
  return { node, problems: [...problems, ...validate(node, schema).filter(({ place }) => !told.has(JSON.stringify(place)))] }
}

/** The problem of a file that holds nothing. */
export function emptyFile(file: string, expected: string): Problem {
  return { code: 'empty-file', severity: 'error', place: { file, line: 1, column: 1, length: 1 }, message: 'the file is empty', expected }
}
