import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'
import { root } from '../architecture/sources.ts'

/** What stands beside a source, a thread of its own, checks that are made ready, and the command line as a process. */
const demanding = `import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { createEvaluator } from '${join(root, 'runner/evaluation/evaluator.ts')}'
import { loadCluster } from '${join(root, 'schemas/cluster-rules/load-cluster.ts')}'
import { program } from '${join(root, 'test/cli/program.ts')}'
t.test('beside it', async (t) => t.equal(readFileSync(new URL('./beside.txt', import.meta.url), 'utf8'), 'beside'))
t.test('a cluster is checked', async (t) => t.match(loadCluster('name: [1]', 'cluster.yaml').problems, [{ severity: 'error' }]))
t.test('a process of its own', async (t) => {
  const [node, ...start] = program
  t.notMatch(start.join(' '), 'ts-loader')
  t.match(spawnSync(node, [...start, '--version'], { encoding: 'utf8' }).stdout, /^\\d+\\.\\d+\\.\\d+/)
})
t.test('a thread', async (t) => {
  const evaluator = createEvaluator()
  const numbers = Array.from({ length: 300_000 }, (_, index) => index)
  t.equal(await evaluator.under(new AbortController().signal).search('length(sort(@))', numbers), 300_000)
  await evaluator.close()
})
`
const failing = "import t from 'tap'\nt.test('b', async (t) => t.ok(false))\n"
const byName = "import t from 'tap'\nconst file = './beside.ts'\nt.test('by name', async (t) => t.equal((await import(file)).x, 1))\n"

t.test('bundles of test files find all that the sources find, and who fails is named with what shows the lines', async (t) => {
  const folder = t.testdir({
    'a.test.ts': demanding,
    'b.test.ts': failing,
    'c.test.ts': byName,
    'beside.txt': 'beside',
    'beside.ts': 'export const x: number = 1',
  })
  const files = readdirSync(folder).flatMap((name) => (name.endsWith('.test.ts') ? [relative(root, join(folder, name))] : []))
  const { stdout, status } = spawnSync(process.execPath, ['setup/run-tests.mjs', '--bundle', ...files], { cwd: root, encoding: 'utf8' })
  t.equal(status, 1)
  t.match(stdout, /\n5 passed, 1 failed, 0 skipped\n$/, 'all but one', { stdout })
  t.match(stdout, /\nfor lines of the sources: node setup\/run-tests\.mjs \S+\/b\.test\.ts\n/)
})
