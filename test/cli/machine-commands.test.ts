import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { commands } from '../../cli/commands/index.ts'
import { runCommandLine } from '../../cli/program.ts'
import { makeWorkspace, writeTestbed } from '../../stack/workspace.ts'
import { program } from './program.ts'
import { startSshTestbed } from '../runner/sshd.ts'
import { recordTerminal } from './terminal.ts'

const bed = await startSshTestbed(['bastion', 'gateway'])
t.teardown(() => bed.stop())
// Its machines are no lab's: nobody asks whether that is up
writeTestbed(makeWorkspace(bed.dir, 'loopback'), { ...bed.testbed, target: 'aws' })

/** Runs a command line in this process. */
async function type(argv: readonly string[], signal = new AbortController().signal) {
  const { terminal, out, err } = recordTerminal()
  const code = await runCommandLine(argv, commands, { terminal, signal, abandon: signal, cwd: bed.dir, version: '' })
  return { code, out: out(), err: err() }
}

/** Starts a command line as a process of its own. */
function start(argv: readonly string[]) {
  const [node, ...rest] = program
  return spawn(node, [...rest, ...argv], {
    cwd: bed.dir,
    env: { PATH: process.env['PATH'] },
  })
}

t.test('exec gives back what the command said and how it ended', async (t) => {
  const script = 'echo out; echo err >&2; exit 7'
  t.strictSame(await type(['exec', 'gateway', '--', 'sh', '-c', script]), { code: 7, out: 'out\n', err: 'err\n' })
  t.strictSame(await type(['exec', 'bastion', 'sh', '-c', 'cat; echo "$#" "$@"', 'sh', 'a b', '$HOME']), {
    code: 0,
    out: '2 a b $HOME\n',
    err: '',
  })
  t.equal((await type(['exec', 'gateway', '--', 'sh', '-c', 'kill -KILL $$'])).code, 137)
  t.equal((await type(['exec', 'gateway', '--', 'nothing-of-that-name'])).code, 127)
  const cut = await type(['exec', 'gateway', '--', 'sh', '-c', 'head -c 1100000 /dev/zero'])
  t.match(cut.out, /\n… 51424 bytes left out …\n/, 'the beginning and the end are there')
  t.match(cut.err, /stdout is not whole: 51424 of 1100000 bytes[^]*titus-bed ssh/)
})

t.test('exec ends what takes too long, and what nobody waits for any more', async (t) => {
  const late = await type(['exec', '--timeout', '1', 'gateway', '--', 'sleep', '60'])
  t.equal(late.code, 3)
  t.match(late.err, /within 1 s[^]*--timeout/)
  const interrupt = new AbortController()
  const waiting = type(['exec', 'gateway', '--', 'sleep', '60'], interrupt.signal)
  interrupt.abort(new Error('SIGINT received'))
  const { code, err } = await waiting
  t.equal(code, 130)
  t.match(err, 'interrupted: ')
})

t.test('ssh hands its input, its output and its exit code through', async (t) => {
  const ssh = start(['ssh', 'gateway', '--', 'cat; exit 9'])
  ssh.stdin.end('handed through')
  const [out, [code]] = await Promise.all([text(ssh.stdout), once(ssh, 'exit')])
  t.equal(out, 'handed through')
  t.equal(code, 9)
})

t.test('a reader that goes away is no error', async (t) => {
  for (const [argv, stream, expected] of [
    [['--help'], 'stdout', 0],
    [['no-such-command'], 'stderr', 2],
  ] as const) {
    const program = start(argv)
    program[stream].destroy()
    const [code] = (await once(program, 'exit')) as [number | null]
    t.equal(code, expected, argv.join(' '))
  }
})
