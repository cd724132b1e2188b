import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { freshTerminal, makeClone } from './clone.ts'
import { root, start } from './product.ts'
import type { Ended } from './product.ts'

const folder = mkdtempSync(join(tmpdir(), 'titus-bed-install-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const terminal = freshTerminal()
const offline = { ...terminal, npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true', npm_config_update_notifier: 'false' }

const clone = makeClone(join(folder, 'clone'))

function type(cwd: string, program: string, ...args: readonly string[]): Promise<Ended> {
  return start(program, args, cwd, { env: offline }).ended
}

t.test('what npm kept of a time when the program was not there is passed by after set-up', async (t) => {
  const manifest = join(clone, 'package.json')
  const text = readFileSync(manifest, 'utf8')
  writeFileSync(manifest, text.replace('bin/titus-bed.cjs', 'dist/cli/main.js').replace(/.*"dependencies": "sh.*\n/, ''))
  t.match(await type(clone, 'npx', 'titus-bed', '--version'), { code: 127, stderr: /not found/ }, 'npm keeps an install without the link')
  writeFileSync(manifest, text)
  t.match(await type(clone, 'npx', 'titus-bed', '--version'), { code: 127 }, 'and goes on to take it')
  t.match(await type(clone, 'npm', 'run', '--silent', 'dependencies'), { code: 0 }, 'which every npm ci and set-up run')
  // What was built here stands for what would be built there, as the time of this file says.
  execFileSync('cp', ['-r', join(root, 'dist'), join(clone, 'dist')])
  writeFileSync(join(clone, 'dist/.built'), '')
  t.match(await type(clone, 'npx', 'titus-bed', '--version'), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
})

t.test('in a fresh clone the first command builds what it needs, and the second does not', async (t) => {
  for (const made of ['dist', 'node_modules/.bin/titus-bed', '../cache']) rmSync(join(clone, made), { recursive: true })
  const first = await type(clone, 'npx', 'titus-bed', '--version')
  t.match(first, { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: /building dist/ })
  const second = await type(clone, 'npx', 'titus-bed', '--version')
  t.match(second, { code: 0, stdout: first.stdout })
  t.notMatch(second.stderr, /building/)
  t.match(await type(clone, 'npx', 'titus-bed', 'status'), { code: 3, stderr: /do: npx titus-bed apply/ }, 'which works where it is read')
  t.match(await type(clone, 'npx', 'titus-bed', 'stauts'), { code: 2, stderr: /do: npx titus-bed --help/ })
  writeFileSync(join(clone, 'cli/newer.ts'), '')
  t.match((await type(clone, 'npx', 'titus-bed', '--version')).stderr, /building dist/, 'what is older than its sources is built again')
})

t.test('a package that npm packed is installed without anything else, and works', async (t) => {
  rmSync(join(clone, 'dist'), { recursive: true })
  t.match(await type(clone, 'npm', 'pack', '--silent'), { code: 0 })
  const file = readdirSync(clone).find((name) => name.endsWith('.tgz')) ?? ''
  const names = execFileSync('tar', ['-tzf', join(clone, file)], { encoding: 'utf8' })
    .trim()
    .split('\n')
  t.same(
    [...new Set(names.map((name) => name.split('/')[1]))].toSorted((a = '', b = '') => a.localeCompare(b)),
    ['bin', 'dist', 'LICENSE', 'package.json', 'README.md'],
  )
  const prefix = join(folder, 'prefix')
  const installed = await type(folder, 'npm', 'install', '--global', '--prefix', prefix, join(clone, file))
  t.match(installed, { code: 0, stderr: '' }, 'npm warns of no script that it would run')
  t.same(readdirSync(join(prefix, 'lib/node_modules')), ['titus-bed'])
  const env = { ...terminal, PATH: `${join(prefix, 'bin')}:${terminal['PATH']}` }
  const place = join(folder, 'elsewhere')
  mkdirSync(place)
  const init = await start('titus-bed', ['init', 'blue', '--name', 'blue'], place, { env }).ended
  t.match(init, { code: 0, stderr: /^next: cd blue && titus-bed apply\n$/ })
  t.match(await start('titus-bed', ['validate', 'cluster.yaml', 'scenarios/'], join(place, 'blue'), { env }).ended, { code: 0 })
})
