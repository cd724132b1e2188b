import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { drivenByHand, heldBy } from './held-by.ts'
import { codeIn, hasLogic, reachOf, testAt } from './reach.ts'
import { parts } from './rules.ts'
import { root, sources } from './sources.ts'

const tests = sources('test').filter((file) => file.endsWith('.test.ts'))

/** Folders of tests that are of the project as a whole, and so mirror no folder of sources. */
const ofTheWhole = ['test/architecture', 'test/e2e', 'test/fuzz']

/** The most arrows between a test and what it is said to hold. */
const farthest = 7

const folders = [...Object.keys(parts), 'setup', 'bin']
const acting = codeIn(folders).filter((file) => hasLogic(file, readFileSync(join(root, file), 'utf8')))
const reach = reachOf(codeIn([...folders, 'test']))
const untested = acting.filter((file) => !drives(testAt(file), file))
const rows = { ...heldBy, ...drivenByHand }

/** Whether a test gets to a file: those of the whole program as far as it goes, others in a few arrows. */
function drives(test: string, file: string): boolean {
  const distance = tests.includes(test) ? (reach(test).get(file) ?? Infinity) : Infinity
  return distance <= (test.startsWith('test/e2e/') ? Number.MAX_SAFE_INTEGER : farthest)
}

/** Tells whether a test stands in the folder that mirrors a folder of sources. */
function isBesideItsSource(test: string): boolean {
  const folder = dirname(test)
  return ofTheWhole.includes(folder) || existsSync(join(root, folder.replace(/^test\//, '')))
}

/** The row of a file: its own, or that of the nearest folder above it. */
function rowOf(file: string, table: Readonly<Record<string, unknown>>): string | undefined {
  if (file === '.' || file === '/') return undefined
  if (Object.hasOwn(table, file)) return file
  return rowOf(`${dirname(file)}${dirname(file) === '.' ? '' : '/'}`, table)
}

t.test('each test stands in the folder that mirrors what it tests', async (t) => {
  t.same(
    tests.filter((test) => !isBesideItsSource(test)),
    [],
  )
  t.notOk(isBesideItsSource('test/nowhere/astray.test.ts'), 'a test of no folder is seen')
})

t.test('each file with logic has a test at its path that drives it, or a row that says what does', async (t) => {
  t.ok(acting.length > 300, `the files were read: ${acting.length}`)
  t.same(
    untested.filter((file) => rowOf(file, rows) === undefined),
    [],
    'write its test, or its row in held-by.ts',
  )
})

t.test('one of the tests that a row names drives what the row is of, and every row is needed', async (t) => {
  const missed = untested.filter((file) => {
    const row = rowOf(file, heldBy)
    return row !== undefined && row === rowOf(file, rows) && !(heldBy[row] ?? []).some((test) => drives(test, file))
  })
  t.same(missed, [])
  const needed = new Set(untested.map((file) => rowOf(file, rows)))
  t.same(
    Object.keys(rows).filter((row) => !needed.has(row)),
    [],
    'a row of nothing',
  )
  t.same(
    [...new Set(Object.values(heldBy).flat())].filter((test) => !tests.includes(test)),
    [],
    'a test that is not there',
  )
})

t.test('what does something, and what names it, is seen', async (t) => {
  t.notOk(hasLogic('a.ts', 'export interface A { readonly f: (x: string) => void }\nexport const b = 1\n'))
  t.ok(hasLogic('a.ts', 'export const f = (x: number): number => x\n'))
  t.equal(rowOf('a/b/c.ts', { 'a/': [], 'a/b/': [] }), 'a/b/')
  t.equal(rowOf('a/b/c.ts', { 'a/b/c.ts': [], 'a/b/': [] }), 'a/b/c.ts')
  t.equal(rowOf('b/c.ts', { 'a/': [] }), undefined)
  t.equal(reach('test/architecture/mirror.test.ts').get('test/architecture/reach.ts'), 0)
})
