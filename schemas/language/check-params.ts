import { dirname, isAbsolute, join } from 'node:path'
import { hostProblem } from './check-host.ts'
import type { Compilation } from './compilation.ts'
import { fixedValue } from './fixed-value.ts'
import { placeFlaw } from '../flaw.ts'
import { nodeAt, placeIn, textOf } from '../yaml/located-node.ts'
import type { LocatedNode, LocatedScalar } from '../yaml/located-node.ts'
import type { Place, Problem } from '../problem.ts'
import { FileRefused } from '../../system/file-refused.ts'
import { mostBytes } from '../../system/regular-file.ts'
import { unreadFile } from './unread-file.ts'
import type { StepShape } from '../scenario.ts'
import { alternatives, schemasOfItem, schemasOfKey } from '../validation/schema-walk.ts'
import type { Schema } from '../validation/schema-walk.ts'
import { hasExpression } from './template.ts'

/** Checks what stands under a step's kind by what the kind itself asks, and the fixed texts whose schema says what they name:
 *  `format: file-path` a file beside the step's own file or beside the scenario, `format: host` a host. */
export async function checkParams(node: LocatedNode, { schema, check, writes }: StepShape, compilation: Compilation): Promise<void> {
  const fixed = fixedValue(node)
  if (fixed !== undefined && writes !== undefined) compilation.problems.push(...outputProblems(node, writes(fixed), compilation))
  const flaws = fixed === undefined ? [] : (check?.(fixed) ?? [])
  compilation.problems.push(...flaws.map((flaw) => placeFlaw(flaw, (path, ofKey) => placeIn(node, path, ofKey))))
  await checkUnder(node, [schema], schema, compilation)
}

async function checkUnder(node: LocatedNode, schemas: readonly Schema[], root: Schema, compilation: Compilation): Promise<void> {
  const possible = alternatives(schemas, root)
  if (node.kind === 'list') for (const item of node.items) await checkUnder(item, schemasOfItem(possible), root, compilation)
  else if (node.kind === 'map')
    for (const { key, value } of node.entries) await checkUnder(value, schemasOfKey(possible, key), root, compilation)
  else if (typeof node.value === 'string' && !hasExpression(node.value)) {
    const formats = possible.map((schema) => schema['format'])
    const problem = formats.includes('file-path')
      ? await fileProblem(node, node.value, compilation)
      : formats.includes('host')
        ? hostProblem(node, compilation.hosts)
        : undefined
    if (problem !== undefined) compilation.problems.push(problem)
  }
}

async function fileProblem({ place }: LocatedScalar, name: string, { readFile, permits, open }: Compilation): Promise<Problem | undefined> {
  const folders = [...new Set([place.file, ...open.slice(0, 1)].map((file) => dirname(file)))]
  const paths = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))
  const errors: unknown[] = []
  for (const path of paths) {
    try {
      permits?.requireReadable(path)
      if (permits !== undefined && !name.endsWith('.json')) return undefined
      return jsonProblem(name, await readFile(path, mostBytes.carried), place)
    } catch (error) {
      errors.push(error)
    }
  }
  return unreadFile(name, place, folders, paths, errors.find((error) => error instanceof FileRefused) ?? errors[0])
}

/** The texts that name files which a step will write: below the scenario, or where else it may. */
export function outputProblems(
  node: LocatedNode,
  paths: readonly (readonly string[])[],
  { permits, open }: Compilation,
): readonly Problem[] {
  const folder = dirname(open[0] ?? '')
  return paths.flatMap((path) => {
    const at = nodeAt(node, path)
    const name = textOf(at)
    if (name === undefined || hasExpression(name)) return []
    const output = isAbsolute(name) ? name : withinFolder(folder, name)
    try {
      permits?.requireWritable(output)
      return []
    } catch (error) {
      return [{ ...unreadFile(name, at.place, [folder], [output], error), expected: `a file to be written, seen from ${folder}` }]
    }
  })
}

/** The slash at the end of a path stays: it names a folder. */
function withinFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

function jsonProblem(name: string, text: string, place: Place): Problem | undefined {
  if (!name.endsWith('.json')) return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const message = `${name} is not JSON: ${(error as Error).message}`
    return { code: 'bad-json', severity: 'error', place, message, expected: 'a file of JSON' }
  }
}
