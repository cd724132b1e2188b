import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const loader = new URL('../../setup/ts-loader.mjs', import.meta.url).pathname
const source = new URL('../../system/cached-scripts.ts', import.meta.url).href

/** Starts a program of two files, of which the second is loaded late. `said`: what it wrote; `compiled`: what V8 was not given. */
function start(folder: string, word = 'there'): { readonly said: string; readonly error: string; readonly compiled: boolean } {
  const program = [
    `import { Script } from 'node:vm'`,
    `import { runCached } from ${JSON.stringify(source)}`,
    `const main = ${JSON.stringify(join(folder, 'main.cjs'))}`,
    `runCached(main, ${JSON.stringify(join(folder, 'code/cache'))})`,
  ].join('\n')
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', loader, '--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, WORD: word },
  })
  return { said: stdout, error: stderr, compiled: existsSync(join(folder, 'code/cache')) }
}

const main = `const { say } = require('./other.cjs')
const { basename } = require('node:path')
say(basename(__filename) + ' ' + process.env.WORD)
exports.done = true
Promise.resolve().then(() => { if (process.env.WORD === 'broken') throw new Error('here') })
`
const other = `const main = require('./main.cjs')
exports.say = (text) => console.log(text + (main.done === undefined ? '' : ' late'))
`

t.test('a start leaves what it compiled, and the next ones say the same', async (t) => {
  const folder = t.testdir({ 'main.cjs': main, 'other.cjs': other })
  const cache = join(folder, 'code/cache')
  t.match(start(folder), { said: 'main.cjs there\n', error: '', compiled: true })
  const head = (): { made: string; entries: Record<string, readonly number[]> } =>
    JSON.parse(readFileSync(cache, 'latin1').split('\n')[0] ?? '') as ReturnType<typeof head>
  t.same(Object.keys(head().entries).sort(), [join(folder, 'main.cjs'), join(folder, 'other.cjs')])
  for (const writings of [2, 3, 4]) {
    t.match(start(folder, `again ${writings}`), { said: `main.cjs again ${writings}\n`, error: '' })
    t.same(
      Object.values(head().entries).map((entry) => entry[2]),
      [writings, writings],
    )
  }
  const before = statSync(cache).mtimeMs
  t.match(start(folder, 'broken'), { said: 'main.cjs broken\n', error: /Error: here.*main\.cjs:5:/s })
  t.equal(statSync(cache).mtimeMs, before, 'what is settled is not written any more')
})

t.test('a cache of another build, or a damaged one, is not used', async (t) => {
  const folder = t.testdir({ 'main.cjs': main, 'other.cjs': other })
  start(folder)
  writeFileSync(join(folder, 'main.cjs'), main.replace('+ process', '+ "new " + process'))
  t.match(start(folder), { said: 'main.cjs new there\n', error: '' })
  truncateSync(join(folder, 'code/cache'), 700)
  t.match(start(folder), { said: 'main.cjs new there\n', error: '' })
  writeFileSync(join(folder, 'code/cache'), 'nothing of use')
  t.match(start(folder), { said: 'main.cjs new there\n', error: '' })
})

t.test('where no cache can be written, the program runs without', async (t) => {
  const folder = t.testdir({ 'main.cjs': main, 'other.cjs': other, code: 'a file' })
  t.match(start(folder), { said: 'main.cjs there\n', error: '', compiled: false })
})
