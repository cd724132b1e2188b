import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { tempFolder } from '../fake-testbed.ts'
import { program } from '../program.ts'
import { startOnTerminal } from '../pty.ts'
import { typeCommand } from '../type-command.ts'
import { startSshTestbed } from '../../runner/sshd.ts'

const scenario = `scenario: waits for a person
timeout: 30s
vars: { token: tell-nobody, image: nginx }
steps:
  - { name: a secret, host: local, run: 'echo \${{ token }}', capture: { secret: { from: stdout, secret: true } } }
  - { name: it is there, host: local, run: test -e there }
  - { name: it goes on, host: local, run: 'echo \${{ image }}', expect: { stdout: nginx } }
always:
  - { name: cleared away, host: local, run: touch cleared }
`

/** Runs the scenario on a terminal, in a folder of its own. */
function start(t: Test, folder: string, ...more: readonly string[]) {
  writeFileSync(join(folder, 'wait.yaml'), scenario)
  const argv = ['run', 'wait.yaml', '--allow-local', '--pause-on-fail', '--reporter', 'live', '--reporter', 'json=report.json', ...more]
  const env = {
    PATH: '/usr/bin:/bin:/usr/sbin',
    HOME: folder,
    TERM: 'xterm',
    ...(process.env['TMPDIR'] === undefined ? {} : { TMPDIR: process.env['TMPDIR'] }),
  }
  return startOnTerminal(t, folder, [...program, ...argv], env)
}

t.test('nobody can be asked elsewhere than on a terminal', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'wait.yaml'), scenario)
  const { code, err } = await typeCommand(folder, 'run', 'wait.yaml', '--allow-local', '--pause-on-fail')
  t.equal(code, 2)
  t.match(err, /--pause-on-fail asks a person.*no terminal/)
  t.notOk(existsSync(join(folder, 'cleared')), 'nothing has run')
})

t.test('a person looks around, mends what is broken, and lets the step run again', async (t) => {
  const folder = tempFolder(t)
  const terminal = start(t, folder)
  t.match(await terminal.shows('pause> '), /waits after "it is there" failed \(wait\.yaml:6\): exit/)
  terminal.type('vars\r')
  const variables = await terminal.shows('pause> ')
  t.match(variables, 'image: "nginx"')
  t.match(variables, 'secret: "***"')
  t.notMatch(variables, 'tell-nobody')
  t.notMatch(variables, 'testbed:')
  terminal.type('what?\r')
  t.match(await terminal.shows('pause> '), 'run the step again')
  terminal.type('shell gateway\r')
  t.match(await terminal.shows('pause> '), /gateway/, 'a machine that is not there is told')
  terminal.type('retry\r')
  await terminal.shows('pause> ')
  t.notOk(existsSync(join(folder, 'cleared')), 'it waits')
  writeFileSync(join(folder, 'there'), '')
  terminal.type('r\r')
  t.equal(await terminal.ended, 0, terminal.shown())
  t.ok(existsSync(join(folder, 'cleared')))
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as { scenarios: { steps: object[] }[] }
  t.match(report.scenarios[0]?.steps, [
    { name: 'a secret' },
    { name: 'it is there', outcome: 'passed', warnings: ['it passed when a person ran it again (--pause-on-fail)'] },
    { name: 'it goes on', outcome: 'passed' },
    { name: 'cleared away' },
  ])
  t.equal(report.scenarios[0]?.steps.length, 4, 'what was told before no longer counts')
})

t.test('next goes on after a step that has failed, quit ends the run', async (t) => {
  const folder = tempFolder(t)
  const terminal = start(t, folder)
  await terminal.shows('pause> ')
  terminal.type('next\r')
  t.equal(await terminal.ended, 1)
  t.match(readFileSync(join(folder, 'report.json'), 'utf8'), /"it goes on",\s+"kind": "run",[^}]*}?[^}]*"outcome": "passed"/)
  const other = tempFolder(t)
  const quitting = start(t, other, '--repeat', '2')
  await quitting.shows('pause> ')
  quitting.type('quit\r')
  t.equal(await quitting.ended, 1)
  t.ok(existsSync(join(other, 'cleared')))
  t.match(quitting.shown(), 'a scenario before it did not pass')
})

t.test('Ctrl-C while it waits ends within two seconds, after always', async (t) => {
  const folder = tempFolder(t)
  const terminal = start(t, folder)
  await terminal.shows('pause> ')
  const asked = performance.now()
  terminal.type('\u0003')
  t.equal(await terminal.ended, 130, terminal.shown())
  const seconds = (performance.now() - asked) / 1000
  const load = Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0])
  t.ok(seconds < 2 || seconds < 2 * load, `${seconds.toFixed(1)} s`)
  t.ok(existsSync(join(folder, 'cleared')))
})

t.test('a shell on a machine, and back to the question', async (t) => {
  const folder = tempFolder(t)
  const bed = await startSshTestbed(['bastion'])
  t.teardown(() => bed.stop())
  const [hop] = bed.testbed.hosts[0]?.route ?? []
  const key = hop?.hostKeys[0]?.split(' ').slice(0, 2).join(' ')
  const host = `{ name: bastion, address: 127.0.0.1, port: ${hop?.port}, hostKeys: [${key}] }`
  writeFileSync(join(folder, 'hosts.yaml'), `user: ${hop?.user}\nidentity: ${hop?.identityFile}\nhosts:\n  - ${host}\n`)
  const terminal = start(t, folder, '--testbed-file', 'hosts.yaml')
  await terminal.shows('pause> ')
  terminal.type('shell bastion\r')
  // What is typed before the shell has the terminal would be nobody's.
  await terminal.shows(/[#$%>] $/)
  terminal.type(`touch ${folder}/there; echo in the $((1+1))nd shell; exit 3\r`)
  await terminal.shows('in the 2nd shell')
  t.match(await terminal.shows('pause> '), 'the shell ended with 3')
  terminal.type('retry\r')
  t.equal(await terminal.ended, 0, terminal.shown())
})
