import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { root } from '../architecture/sources.ts'

t.test('a build is made anew for code; a scenario that is edited is copied into the one there is', async (t) => {
  const folder = t.testdir()
  const place = (name: string) => join(folder, name)
  const write = (name: string, text: string) => {
    mkdirSync(dirname(place(name)), { recursive: true })
    writeFileSync(place(name), text)
  }
  for (const source of ['system', 'schemas', 'stack', 'lab', 'runner', 'deb', 'cli', 'bench']) write(`${source}/a.ts`, '')
  cpSync(join(root, 'setup/build.sh'), place('setup/build.sh'))
  // A build begins with the packages that it needs: here it ends there.
  write('setup/setup.sh', 'echo builds; exit 9')
  for (const name of ['package.json', 'package-lock.json', 'cluster.yaml', 'dist/cluster.yaml', 'dist/.built', 'dist/scenarios/gone.yaml'])
    write(name, 'old')
  write('scenarios/lib/a.yaml', 'old')
  const now = Date.now() / 1000
  const age = (name: string, seconds: number) => utimesSync(place(name), now - seconds, now - seconds)
  execFileSync('find', [folder, '-type', 'f', '-exec', 'touch', '-d', '@1000000000', '{}', '+'])
  age('dist/.built', 50)
  const build = () => spawnSync('sh', ['setup/build.sh', '--if-stale'], { cwd: folder, encoding: 'utf8' })

  t.match(build(), { status: 0, stdout: '', stderr: '' }, 'nothing is newer')
  t.ok(statSync(place('dist/.built')).mtimeMs / 1000 < now - 40, 'and nothing is touched')

  write('scenarios/lib/a.yaml', 'edited')
  write('cluster.yaml', 'edited')
  for (const name of ['scenarios/lib/a.yaml', 'cluster.yaml']) age(name, 20)
  t.match(build(), { status: 0, stdout: '', stderr: '' })
  t.equal(readFileSync(place('dist/scenarios/lib/a.yaml'), 'utf8'), 'edited')
  t.equal(readFileSync(place('dist/cluster.yaml'), 'utf8'), 'edited')
  t.throws(() => statSync(place('dist/scenarios/gone.yaml')), 'one that is gone goes')
  t.ok(statSync(place('dist/.built')).mtimeMs / 1000 > now - 20, 'and the copy is not made again')

  age('dist/.built', 50)
  age('cli/a.ts', 30)
  t.match(build(), { status: 9, stdout: 'builds\n' }, 'code is built')
})
