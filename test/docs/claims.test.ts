import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { readPages, root } from './pages.ts'

const { 'README.md': readme = '', 'CONTRIBUTING.md': contributing = '' } = readPages()

/** What the README says, piece by piece: paragraphs, and the rows of its tables. Blocks of code are held by the tests of the pages. */
const pieces = readme
  .replaceAll(/^```[^]*?^```$/gm, '')
  .split(/\n{2,}/)
  .flatMap((block) => (block.startsWith('|') ? block.split('\n').slice(2) : [block]))
  .map((piece) => plain(piece))
  .filter((piece) => piece !== '' && !piece.startsWith('#'))

/** The table of CONTRIBUTING.md: how a piece begins, and what holds it. */
const claims = [...contributing.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)]
  .map(([, start = '', tests = '']) => ({
    start: plain(start),
    tests: [...tests.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path),
  }))
  .filter(({ start }) => start !== 'README says' && !start.startsWith('---'))

function plain(text: string): string {
  return text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*|]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

t.test('every piece of the README is listed with the test that holds it', async (t) => {
  t.ok(pieces.length > 20, `${pieces.length} pieces`)
  for (const piece of pieces)
    t.equal(claims.filter(({ start }) => piece.startsWith(start)).length, 1, `one line of CONTRIBUTING.md begins as: ${piece.slice(0, 80)}`)
})

t.test('every line of the list is of a piece, and its tests exist', async (t) => {
  for (const { start, tests } of claims) {
    t.ok(
      pieces.some((piece) => piece.startsWith(start)),
      `the README says: ${start}`,
    )
    t.ok(tests.length > 0, `${start}: a test`)
    for (const path of tests) t.ok(existsSync(root + path), path)
  }
})

t.test('the licence is the one that is said', async (t) => {
  t.match(readFileSync(`${root}LICENSE`, 'utf8'), /^MIT License/)
  t.equal((JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { license: string }).license, 'MIT')
})
