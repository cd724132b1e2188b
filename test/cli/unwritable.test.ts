import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tempFolder } from './fake-testbed.ts'
import { program } from './program.ts'
import { typeCommand } from './type-command.ts'

/* Folders that cannot be written to, or read, in ways that also stop root: the file is named, and what to do. */

const told = /(error: [\s\S]*(what to do|do): )/

t.test('init: where no folder can be, or something else is in the way, the file is named and nothing is left', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'file'), 'mine')
  mkdirSync(join(folder, 'bed'))
  writeFileSync(join(folder, 'bed/schemas'), 'mine')
  const long = 'x'.repeat(300)
  for (const [target, named] of [
    ['/proc/bed', '/proc/bed/cluster.yaml'],
    ['file/bed', 'file/bed'],
    [long, `${long}/cluster.yaml`],
    ['bed', 'bed/schemas'],
  ] as const) {
    const { code, out, err } = await typeCommand(folder, 'init', target)
    t.ok(code === 2 || code === 3, `${target.slice(0, 20)}: exit ${code}`)
    t.match(err.replaceAll(/\s+/g, ''), named, 'the file is named')
    t.match(err, told)
    t.notMatch(err, /defect|\n {4}at /)
    t.equal(out, '')
  }
  const left = readdirSync(join(folder, 'bed'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  t.same(
    left.map(({ name }) => name),
    ['schemas'],
    'what was written before the fault is gone',
  )
})

t.test('apply: where .titus-bed cannot be made it is named', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'cluster.yaml'), 'name: blue\n')
  writeFileSync(join(folder, '.titus-bed'), '')
  const { code, err } = await typeCommand(folder, 'apply')
  t.equal(code, 3)
  t.match(err, /\.titus-bed/)
  t.match(err, told)
})

t.test('init and reports on a file system that is full, or only to be read', async (t) => {
  const folder = tempFolder(t)
  const typed = program.join(' ')
  // A mount namespace of its own: what is mounted there is nowhere else, and gone with it.
  const script = [
    'mkdir full fixed',
    'mount -t tmpfs -o size=16k none full; mount --bind fixed fixed; mount -o remount,bind,ro fixed',
    `${typed} init full; echo "exit $?"; ls -A full`,
    `${typed} init fixed/bed; echo "exit $?"`,
    `cd fixed; ${typed} run /dev/null --reporter junit=junit.xml; echo "exit $?"`,
  ].join('\n')
  const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script], { cwd: folder, encoding: 'utf8' })
  t.match(stdout, /^exit 3\n(scenarios\n)?exit 3\nexit [23]\n$/, 'nothing is left but folders', { stderr })
  t.match(stderr, /error: full\/\S+ cannot be written: ENOSPC/)
  t.match(stderr, /error: fixed\/bed\/cluster\.yaml cannot be written: EROFS/)
  t.notMatch(stderr, /defect|\n {4}at /)
  t.notOk(existsSync(join(folder, 'fixed/bed')))
})

t.test('a folder among scenarios that this user may not read is told, and the rest is taken', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'scenarios/closed'), { recursive: true })
  writeFileSync(join(folder, 'scenarios/a.yaml'), 'scenario: it is up\nsteps: [{ host: gateway, run: "true", expect: { exit: 0 } }]\n')
  chmodSync(join(folder, 'scenarios/closed'), 0o000)
  // Root without the right to pass over modes is stopped by them as anybody is.
  const asAnybody = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []
  const [first, ...rest] = [...asAnybody, ...program, 'validate', 'scenarios']
  const { status, stdout, stderr } = spawnSync(first, rest, { cwd: folder, encoding: 'utf8' })
  t.match(stderr, 'not taken of the folder scenarios: closed (a folder)')
  t.equal(status, 0, stdout + stderr)
})
