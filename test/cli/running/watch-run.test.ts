import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commands } from '../../../cli/commands/index.ts'
import { runCommandLine } from '../../../cli/program.ts'
import { startSshTestbed } from '../../runner/sshd.ts'
import { waitFor } from '../../runner/wait-for.ts'
import { tempFolder } from '../fake-testbed.ts'
import { recordTerminal } from '../terminal.ts'

const bed = await startSshTestbed(['gateway'])
t.teardown(() => bed.stop())
const [hop] = bed.testbed.hosts[0]?.route ?? []

/** How often a text stands in another. */
function countOf(text: string, part: string): number {
  return text.split(part).length - 1
}

t.test('a saved file is run again at once over the same connection, one with mistakes is told, and Ctrl-C ends', async (t) => {
  const cwd = tempFolder(t)
  mkdirSync(join(cwd, 'lib'))
  const hosts = [
    { name: 'gateway', address: hop?.address, port: hop?.port, user: hop?.user, identity: hop?.identityFile, hostKeys: hop?.hostKeys },
  ]
  writeFileSync(join(cwd, 'hosts.yaml'), JSON.stringify({ hosts }))
  // Each connection has a process of sshd of its own.
  const scenario = (name: string) => `scenario: ${name}\nsteps:\n  - use: lib/look.yaml\n`
  const look = (word: string) =>
    `steps:\n  - name: ${word}\n    host: gateway\n    script: p=$PPID; until grep -q sshd /proc/$p/comm; do p=$(sed -n 's/^PPid.[^0-9]*//p' /proc/$p/status); done; echo $p >>${join(cwd, 'parents')}\n`
  writeFileSync(join(cwd, 'a.yaml'), scenario('the first'))
  writeFileSync(join(cwd, 'b.yaml'), 'scenario: another\nsteps:\n  - { host: gateway, run: "true" }\n')
  writeFileSync(join(cwd, 'lib/look.yaml'), look('look'))
  const stop = new AbortController()
  const { terminal, out, err } = recordTerminal()
  const argv = ['run', 'a.yaml', 'b.yaml', '--testbed-file', 'hosts.yaml', '--watch']
  const ended = runCommandLine(argv, commands, { terminal, signal: stop.signal, abandon: stop.signal, cwd, version: '' })
  const runs = async (count: number) => waitFor(`run ${count}`, () => countOf(err(), 'watching 3 files') === count)
  await runs(1)
  t.match(out(), /: 2 scenarios on/)
  writeFileSync(join(cwd, 'new.yaml'), scenario('the second'))
  renameSync(join(cwd, 'new.yaml'), join(cwd, 'a.yaml'))
  await runs(2)
  t.match(out(), /: 1 scenario on[^]*the second/, 'an editor put a new file in its place')
  writeFileSync(join(cwd, 'lib/look.yaml'), look('look again'))
  await runs(3)
  t.match(out(), 'look again', 'a step file is a part of the scenario')
  writeFileSync(join(cwd, 'a.yaml'), 'scenario: the third\nstep: []\n')
  await runs(4)
  t.match(err(), /unknown-key/)
  writeFileSync(join(cwd, 'a.yaml'), scenario('the fourth').replace('lib/look.yaml', 'lib/look.yaml\n    name: mended'))
  await runs(5)
  t.match(out(), /the fourth[^]*mended/)
  t.equal(countOf(out(), 'another'), 1, 'what was not saved is not run again')
  stop.abort(new Error('SIGINT received'))
  t.equal(await ended, 0)
  const parents = readFileSync(join(cwd, 'parents'), 'utf8').trim().split('\n')
  t.equal(parents.length, 4)
  t.equal(new Set(parents).size, 1, 'the connection stayed open')
})

t.test('a saved scenario that others need is run again, and so are they', async (t) => {
  const cwd = tempFolder(t)
  const base = (word: string) =>
    `scenario: base\nsteps:\n  - { host: local, run: echo ${word}, capture: { said: stdout } }\noutputs: { said: '\${{ said }}' }\n`
  writeFileSync(join(cwd, 'base.yaml'), base('one'))
  writeFileSync(
    join(cwd, 'top.yaml'),
    `scenario: top\nneeds: { base: base.yaml }\nsteps:\n  - { host: local, run: echo again, expect: { stdout: again } }\noutputs: { heard: '\${{ base.said }}' }\n`,
  )
  const stop = new AbortController()
  const { terminal, out, err } = recordTerminal()
  const argv = ['run', 'top.yaml', '--allow-local', '--watch']
  const ended = runCommandLine(argv, commands, { terminal, signal: stop.signal, abandon: stop.signal, cwd, version: '' })
  const runs = async (count: number) => waitFor(`run ${count}`, () => countOf(err(), 'watching 2 files') === count)
  await runs(1)
  t.match(out(), /: 2 scenarios on[^]*output heard: one/)
  writeFileSync(join(cwd, 'new.yaml'), base('two'))
  renameSync(join(cwd, 'new.yaml'), join(cwd, 'base.yaml'))
  await runs(2)
  t.match(out(), /output heard: one[^]*: 2 scenarios on[^]*output heard: two/)
  stop.abort(new Error('SIGINT received'))
  t.equal(await ended, 0)
})
