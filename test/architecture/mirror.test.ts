import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { root, sources } from './sources.ts'

const tests = sources('test').filter((file) => file.endsWith('.test.ts'))

/** Folders of tests that are of the project as a whole, and so mirror no folder of sources. */
const ofTheWhole = ['test/architecture', 'test/e2e']

/** Tells whether a test stands in the folder that mirrors a folder of sources. */
function isBesideItsSource(test: string): boolean {
  const folder = dirname(test)
  return ofTheWhole.some((whole) => `${folder}/`.startsWith(`${whole}/`)) || existsSync(join(root, folder.replace(/^test\//, '')))
}

t.test('each test stands in the folder that mirrors what it tests', async (t) => {
  t.same(
    tests.filter((test) => !isBesideItsSource(test)),
    [],
  )
  t.notOk(isBesideItsSource('test/nowhere/astray.test.ts'), 'a test of no folder is seen')
})
