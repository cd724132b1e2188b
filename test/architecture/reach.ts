import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, normalize } from 'node:path'
import ts from 'typescript'
import { root } from './sources.ts'

const languages = ['.ts', '.mjs', '.cjs', '.py', '.sh']

/** Every file of code below some folders, as paths from the project's root; what a test reads as input is none. */
export function codeIn(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((name) => {
      const path = join(folder, name)
      if (statSync(join(root, path)).isDirectory()) return ['node_modules', 'fixtures'].includes(name) ? [] : codeIn([path])
      return languages.includes(extname(name)) && !name.endsWith('.d.ts') ? [path] : []
    }),
  )
}

/** Whether a file does something: it has a function with a body. Files of other languages than TypeScript always do. */
export function hasLogic(file: string, text: string): boolean {
  if (extname(file) !== '.ts') return true
  const has = (node: ts.Node): boolean =>
    (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) || (ts.forEachChild(node, has) ?? false)
  return has(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
}

/** The test that stands at a file's path. */
export function testAt(file: string): string {
  return `test/${file.slice(0, -extname(file).length)}.test.ts`
}

/** How many arrows lead from a test to each file that it reaches, by what files import, and by what they name to start, read or pack it.
 *  Arrows between files of tests count for nothing. */
export function reachOf(files: readonly string[]): (test: string) => ReadonlyMap<string, number> {
  const known = indexFiles(files)
  const arrows = new Map(files.map((file) => [file, namedIn(file, known)]))
  const answers = new Map<string, ReadonlyMap<string, number>>()
  return (test) => {
    const answer = answers.get(test)
    if (answer !== undefined) return answer
    const found = new Map([[test, 0]])
    for (const [file, distance] of found) {
      for (const next of arrows.get(file) ?? []) {
        const there = distance + (next.startsWith('test/') ? 0 : 1)
        if (there < (found.get(next) ?? Infinity) && !next.endsWith('.test.ts')) found.set(next, there)
      }
    }
    answers.set(test, found)
    return found
  }
}

/** Files by their folder, and by their last name with and without its ending. */
interface Known {
  readonly all: ReadonlySet<string>
  readonly byFolder: ReadonlyMap<string, readonly string[]>
  readonly byName: ReadonlyMap<string, readonly string[]>
}

function indexFiles(files: readonly string[]): Known {
  const byName = new Map<string, string[]>()
  const byFolder = new Map<string, string[]>()
  for (const file of files) {
    byFolder.set(dirname(file), [...(byFolder.get(dirname(file)) ?? []), file])
    for (const name of new Set([basename(file), basename(file, '.ts')])) byName.set(name, [...(byName.get(name) ?? []), file])
  }
  return { all: new Set(files), byFolder, byName }
}

function namedIn(file: string, known: Known): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8')
  if (extname(file) === '.py') return modulesIn(file, text, known)
  const paths = [...text.matchAll(/['"`]([\w./-]*[./][\w./-]*)['"`]/g)].map(([, path = '']) => path)
  const named = paths.flatMap((path) => {
    const beside = normalize(join(dirname(file), path))
    if (path.startsWith('.') && known.all.has(beside)) return [beside]
    const end = `/${path.replace(/^[./]+/, '')}`
    const found = (known.byName.get(basename(path)) ?? []).filter((other) => `/${other}`.endsWith(end) || `/${other}`.endsWith(`${end}.ts`))
    return found.length === 1 ? found : found.filter((other) => dirname(other) === dirname(file))
  })
  // The launcher starts what was built of the program.
  if (file.startsWith('bin/')) return [...named, 'cli/main.ts']
  // Scripts that are put together by their names stand in the folder of the one who does.
  const scripts = (known.byFolder.get(file.slice(0, -extname(file).length)) ?? []).filter((other) => other.endsWith('.sh'))
  return [...named, ...scripts]
}

function modulesIn(file: string, text: string, { all, byFolder }: Known): readonly string[] {
  // A package of Python loads all that is in its folder.
  if (file.endsWith('/__init__.py')) return byFolder.get(dirname(file)) ?? []
  const imported = [...text.matchAll(/^\s*(?:from|import)\s+\.*([\w.]+)/gm)].map(([, name = '']) => name.replaceAll('.', '/'))
  const folders = [dirname(file), dirname(dirname(file)), dirname(file).replace(/^test\//, '')]
  return imported
    .flatMap((name) => folders.flatMap((folder) => [`${folder}/${name}.py`, `${folder}/${name}/__init__.py`]))
    .filter((path) => all.has(path))
}
