import type { JsonObject } from '../json.ts'
import { nodePaths, placeIn, toJson } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import { parseLocatedYaml } from '../yaml/located-yaml.ts'
import type { Place, Problem } from '../problem.ts'
import { applyScalarTypes } from './scalar-types.ts'
import { validateValue } from './validate.ts'

/** A node of a file that was held against its schema. */
export interface FittedNode {
  readonly node: LocatedNode
  readonly problems: readonly Problem[]
  /** The values that cannot be used, and the keys that mean nothing (`ofKey`): whatever needs none of them can be checked all the same. */
  readonly broken: readonly { readonly path: readonly string[]; readonly ofKey: boolean }[]
}

/**
 * The one way in for files of users: YAML text to nodes that fit a schema.
 *
 * @param text  the file's text
 * @param file  its name, for places
 * @returns     all problems of the text and its form; `node` is absent when the text is no YAML, or (then without a problem) empty
 */
export function readYaml(text: string, file: string, schema: JsonObject): Partial<FittedNode> & Pick<FittedNode, 'problems'> {
  const { root, problems } = parseLocatedYaml(text, file)
  if (root === undefined) return { problems }
  const fitted = fitSchema(root, schema)
  return { ...fitted, problems: [...problems, ...fitted.problems] }
}

/** Gives the scalars of a node the types of its schema, and checks the node against it. */
function fitSchema(root: LocatedNode, schema: JsonObject): FittedNode {
  const { node, problems: untrue } = applyScalarTypes(root, schema)
  // A number that JavaScript cannot hold does not fit the schema either. It is told once.
  const told = new Set(untrue.map(({ place }) => JSON.stringify(place)))
  const asked = new Map<Place, FittedNode['broken'][number]>()
  const placeOf = (path: readonly string[], ofKey: boolean): Place => {
    const place = { ...placeIn(node, path, ofKey) }
    asked.set(place, { path, ofKey })
    return place
  }
  const misfit = validateValue(toJson(node), schema, placeOf).filter(({ place }) => !told.has(JSON.stringify(place)))
  const broken = misfit.flatMap(({ code, place }) => {
    const at = place === undefined ? undefined : asked.get(place)
    // A mapping that lacks a key, or a name of another form, does not stop the other checks of the same value.
    return at === undefined || code === 'missing-key' || code === 'bad-name' ? [] : [at]
  })
  const lost = (told.size === 0 ? [] : nodePaths(node, ({ place }) => told.has(JSON.stringify(place)))).map((path) => ({
    path,
    ofKey: false,
  }))
  return { node, problems: [...untrue, ...misfit], broken: [...lost, ...broken] }
}

/** The problem of a file that holds nothing. */
export function emptyFile(file: string, expected: string): Problem {
  return { code: 'empty-file', severity: 'error', place: { file, line: 1, column: 1, length: 1 }, message: 'the file is empty', expected }
}
