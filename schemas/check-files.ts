import { dirname, join } from 'node:path'
import type { LocatedNode, LocatedScalar } from './located-node.ts'
import type { Problem } from './problem.ts'
import { alternatives, schemasOfItem, schemasOfKey, type Schema } from './schema-walk.ts'
import { hasExpression } from './template.ts'

interface Files {
  readonly readFile: (path: string) => Promise<string>
  readonly problems: Problem[]
  /** The files being loaded, the scenario first. */
  readonly open: readonly string[]
}

/** Tells the files that a step names (texts whose schema has `format: file-path`) and that are neither beside its own file nor beside the scenario. */
export async function checkFiles(node: LocatedNode, schema: Schema, files: Files): Promise<void> {
  await checkUnder(node, [schema], schema, files)
}

/** Why a file cannot be read, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'is not there'
  return code === 'EISDIR' ? 'is a folder' : `cannot be read: ${message}`
}

async function checkUnder(node: LocatedNode, schemas: readonly Schema[], root: Schema, files: Files): Promise<void> {
  const possible = alternatives(schemas, root)
  if (node.kind === 'list') for (const item of node.items) await checkUnder(item, schemasOfItem(possible), root, files)
  else if (node.kind === 'map') for (const { key, value } of node.entries) await checkUnder(value, schemasOfKey(possible, key), root, files)
  else if (possible.some((schema) => schema['format'] === 'file-path')) await checkFile(node, files)
}

async function checkFile({ value, place }: LocatedScalar, { readFile, problems, open }: Files): Promise<void> {
  if (typeof value !== 'string' || hasExpression(value)) return
  const folders = [...new Set([place.file, ...open.slice(0, 1)].map((file) => dirname(file)))]
  const reasons = await Promise.all(folders.map((folder) => readFile(join(folder, value)).then(() => undefined, reasonOf)))
  if (reasons.includes(undefined)) return
  const hint = `looked for ${folders.map((folder) => join(folder, value)).join(' and ')}`
  problems.push({
    code: 'no-such-file',
    severity: 'error',
    place,
    message: `${value} ${reasons[0]}`,
    expected: `a file, seen from ${folders.join(' or ')}`,
    hint,
  })
}
