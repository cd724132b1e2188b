import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { root } from '../architecture/sources.ts'

/** The files that rings of a project run, with the ring: `unit test/a.test.ts`. */
function filesOfRings(project: string, ...rings: readonly string[]): readonly string[] {
  return execFileSync('sh', ['setup/test.sh', '--list', ...rings], { cwd: project, encoding: 'utf8' })
    .trim()
    .split('\n')
    .toSorted()
}

/** A project of a few files, with this one's rings. */
function projectOf(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  cpSync(join(root, 'setup'), join(folder, 'setup'), { recursive: true })
  return folder
}

t.test('every file that is named as a test is run by one ring, however deep it stands', async (t) => {
  // Other tests have folders of theirs in one whose name begins with a dot, which may go while they are listed.
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !/^(node_modules|dist.*|reports|\..*)$/.test(entry.name),
  )
  const files = folders.flatMap(({ name }) =>
    readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((file) => join(name, file)),
  )
  const tests = files.filter((name) => /\.(test|spec)\.\w+$/.test(name) && !/\/(node_modules|\.[^/]*)\//.test(name))
  const run = filesOfRings(root, 'all').map((line) => line.replace(/^\w+ /, ''))
  t.same(run.toSorted(), tests.toSorted())
  t.equal(new Set(run).size, run.length, 'none is run twice')
  const names = [
    'test/a.test.ts',
    'test/deep/er/b.test.ts',
    'test/e2e/lab.test.ts',
    'test/e2e/c.test.ts',
    'test/e2e/deep/er/d.test.ts',
    'test/e2e/product.ts',
  ]
  const small = projectOf(t.testdir(), Object.fromEntries(names.map((name) => [name, ''])))
  const usual = ['lab test/e2e/lab.test.ts', 'unit test/a.test.ts', 'unit test/deep/er/b.test.ts']
  t.same(filesOfRings(small), usual, 'what takes long is left out unless somebody wants it')
  t.same(filesOfRings(small, 'all'), [...usual, 'long test/e2e/c.test.ts', 'long test/e2e/deep/er/d.test.ts'].toSorted())
})

t.test('rings go on beside one another, and all count', async (t) => {
  const test = "console.log('TAP version 14\\n    ok 1 - it is\\n    1..1\\nok 1 - a # time=1ms\\n1..1')"
  const scripts = { lint: 'echo no type for this; exit 1', format: 'true' }
  const project = projectOf(t.testdir(), {
    'test/terraform.test.ts': test,
    'package.json': JSON.stringify({ type: 'module', scripts }),
  })
  // It has no sources that could be bundled.
  const copying =
    "import { cpSync } from 'node:fs'\nconst [, , out, file] = process.argv\ncpSync(file, `${out}/${file.replace(/ts$/, 'mjs')}`)\n"
  writeFileSync(join(project, 'setup/bundle-tests.mjs'), copying)
  const { status, stdout } = spawnSync('sh', ['setup/test.sh', 'static', 'unit'], { cwd: project, encoding: 'utf8' })
  t.match(stdout, /^ok - test\/terraform\.test\.ts: a$/m)
  t.match(stdout, /^no type for this\n(.*\n)*FAILED: types and lint$/m)
  t.match(stdout, /\n2 passed, 1 failed, 0 skipped\n$/)
  t.equal(status, 1)
  t.match(spawnSync('sh', ['setup/test.sh', 'moon'], { cwd: project, encoding: 'utf8' }), { status: 2, stderr: /no such ring: moon/ })
})

t.test('what could not be built is not tried', async (t) => {
  const project = projectOf(t.testdir(), { 'test/e2e/lab.test.ts': '' })
  writeFileSync(join(project, 'setup/build.sh'), 'exit 1\n')
  const { status, stdout } = spawnSync('sh', ['setup/test.sh', 'lab'], { cwd: project, encoding: 'utf8' })
  t.equal(stdout, '== build\nFAILED: build\n0 passed, 1 failed, 0 skipped\n')
  t.equal(status, 1)
})

t.test('the files that are named first begin in that order, then the biggest', async (t) => {
  const test = "console.log('TAP version 14\\n    ok 1 - it is\\n    1..1\\nok 1 - a # time=1ms\\n1..1')"
  const folder = t.testdir({ 'a.test.ts': test, 'b.test.ts': `${test}//`, 'c.test.ts': `${test}////`, 'd.test.ts': test })
  const args = [join(root, 'setup/run-tests.mjs'), '--jobs=1', 'a.test.ts', 'b.test.ts', 'c.test.ts', 'd.test.ts']
  const { stdout } = spawnSync(process.execPath, [...args, '--first=d,a'], { cwd: folder, encoding: 'utf8' })
  t.same([...stdout.matchAll(/^ok - (\w)/gm)].map(([, name]) => name).join(''), 'dacb')
  t.match(spawnSync(process.execPath, [...args, '--first=e'], { cwd: folder, encoding: 'utf8' }), {
    status: 1,
    stderr: /no file is called e/,
  })
})
