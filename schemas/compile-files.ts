import { dirname, resolve } from 'node:path'
import type { LocatedNode, LocatedScalar } from './located-node.ts'
import type { Problem } from './problem.ts'
import { alternatives, schemasOfItem, schemasOfKey, type Schema } from './schema-walk.ts'

interface Files {
  readonly readFile: (path: string) => Promise<string>
  readonly problems: Problem[]
}

/** Makes the paths in a node absolute (texts whose schema has `format: file-path`) and tells those of files that are not there. */
export async function compileFiles(node: LocatedNode, schema: Schema, files: Files): Promise<LocatedNode> {
  return compileUnder(node, [schema], schema, files)
}

/** The absolute path of a file that is named in another, when the text is fixed; a missing file is a problem. */
export async function compilePath(scalar: LocatedScalar, { readFile, problems }: Files): Promise<LocatedScalar> {
  if (typeof scalar.value !== 'string' || scalar.value.includes('${{')) return scalar
  const path = resolve(dirname(scalar.place.file), scalar.value)
  const reason = await readFile(path).then(() => undefined, reasonOf)
  if (reason !== undefined) {
    problems.push({ code: 'no-such-file', severity: 'error', place: scalar.place, message: `${scalar.value} ${reason}`, expected: `a file, seen from ${dirname(scalar.place.file)}`, hint: `looked for ${path}` })
  }
  return { ...scalar, value: path }
}

/** Why a file cannot be read, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'is not there'
  return code === 'EISDIR' ? 'is a folder' : `cannot be read: ${message}`
}

async function compileUnder(node: LocatedNode, schemas: readonly Schema[], root: Schema, files: Files): Promise<LocatedNode> {
  const possible = alternatives(schemas, root)
  if (node.kind === 'list') {
    const items = schemasOfItem(possible)
    return { ...node, items: await Promise.all(node.items.map((item) => compileUnder(item, items, root, files))) }
  }
  if (node.kind === 'map') {
    const entries = node.entries.map(async (entry) => ({ ...entry, value: await compileUnder(entry.value, schemasOfKey(possible, entry.key), root, files) }))
    return { ...node, entries: await Promise.all(entries) }
  }
  return possible.some((schema) => schema['format'] === 'file-path') ? compilePath(node, files) : node
}
