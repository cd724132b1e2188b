import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../architecture/sources.ts'

const failing = `import t from 'tap'

interface Longer { readonly than: 'one line' }

function check(value: Longer | number): void {
  t.same(value, 2)
}
t.test('a', async () => check(1))
`

t.test('a test that fails tells its place in the TypeScript source, and nothing of tap', async (t) => {
  const folder = t.testdir({ 'a.test.ts': failing })
  const args = ['--enable-source-maps', '--import', join(root, 'setup/ts-loader.mjs'), 'a.test.ts']
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, TAP: '1' } })
  t.equal(status, 1)
  t.match(stdout, /not ok 2 - should be equivalent\n +---\n[^]*fileName: a\.test\.ts\n +lineNumber: 6\n +columnNumber: 5\n/)
  t.match(stdout, /stack: \|\n +check \(a\.test\.ts:6:5\)\n +Test\.<anonymous> \(a\.test\.ts:8:25\)\n +a\.test\.ts:8:3\n +source/)
})
