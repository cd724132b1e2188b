import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Command, CommandDefinition, Invocation } from '../../cli/command.ts'
import { commands } from '../../cli/commands/index.ts'
import { runCommandLine } from '../../cli/program.ts'
import { InputError, TestbedError } from '../../schemas/failure.ts'
import { tempFolder } from './fake-testbed.ts'
import { recordTerminal } from './terminal.ts'

/** Runs a command line in a folder, as the process does. */
async function type(argv: readonly string[], cwd: string, definitions: readonly Command[] = commands, signal = quiet) {
  const { terminal, out, err } = recordTerminal()
  const code = await runCommandLine(argv, definitions, { terminal, signal, abandon: quiet, cwd, version: '1.2.3' })
  return { code, out: out(), err: err() }
}

const quiet = new AbortController().signal

/** A command that keeps what it was given, and then does as told. */
function probe(act: (invocation: Invocation) => number = () => 0) {
  const given: Invocation[] = []
  const command: CommandDefinition = {
    arguments: [
      { name: '<host>', description: '' },
      { name: '[command...]', description: '' },
    ],
    options: [
      { flags: '--tag <tag>', description: '', repeatable: true },
      { flags: '--yes', description: '' },
    ],
    passThrough: true,
    examples: [['titus-bed probe here', '']],
    run: (invocation) => {
      given.push(invocation)
      return Promise.resolve(act(invocation))
    },
  }
  const definition: Command = { name: 'probe', summary: '', load: () => Promise.resolve({ command }) }
  return { definition, given }
}

t.test('every command explains itself and shows lines to type', async (t) => {
  for (const { name, load } of commands) {
    const { examples } = (await load()).command
    const { code, out } = await type([name, '--help'], t.testdirName)
    t.equal(code, 0, name)
    for (const [line] of examples) {
      t.match(out, `  ${line}`, name)
      t.match(line, `titus-bed ${name}`, name)
    }
    t.notMatch(out, 'default: []', name)
  }
  const help = await type(['--help'], t.testdirName)
  for (const { name } of commands) t.match(help.out, `\n  ${name} `)
})

t.test('a mistyped command line ends with 2 and says what to type', async (t) => {
  const cwd = t.testdir()
  for (const [argv, told] of [
    [['statsu'], 'Did you mean status?'],
    [['nothing-of-ours'], 'titus-bed --help'],
    [['--nosuch'], 'titus-bed --help'],
    [['ssh'], 'titus-bed ssh gateway'],
    [['exec', 'gateway'], 'titus-bed exec gateway -- '],
    [['exec', 'gateway', '--'], 'titus-bed exec gateway -- uptime'],
    [['exec', '--timeout', 'soon', 'gateway', 'true'], 'a whole number'],
    [['exec', '--timeout', '0', 'gateway', 'true'], 'a whole number'],
    [['status', '--jsn'], 'Did you mean --json?'],
    [['status', 'extra'], 'titus-bed status --help'],
    [['validate'], 'titus-bed init'],
    [['validate', 'absent.yaml'], 'absent.yaml: there is no such file'],
    [['run'], 'titus-bed init'],
    [['apply'], 'titus-bed init'],
  ] as const) {
    const { code, out, err } = await type(argv, cwd)
    t.equal(code, 2, argv.join(' '))
    t.match(err, told, argv.join(' '))
    t.equal(out, '', argv.join(' '))
  }
  t.strictSame(readdirSync(cwd), [], 'and nothing is made')
  t.equal((await type([], cwd)).code, 2, 'no command at all')
})

t.test('what stands after the host goes through untouched', async (t) => {
  const { definition, given } = probe()
  const forms = [
    ['probe', '--tag', 'a', '--tag', 'b', 'here', 'ls', '-la', '--', '--tag', 'c'],
    ['probe', 'here', '--', 'ls', '--', '--yes'],
    ['probe', 'here'],
  ]
  for (const argv of forms) t.equal((await type(argv, '.', [definition])).code, 0)
  t.strictSame(
    given.map(({ arguments: words, options }) => [words, options]),
    [
      [['here', 'ls', '-la', '--', '--tag', 'c'], { tag: ['a', 'b'] }],
      [['here', 'ls', '--', '--yes'], {}],
      [['here'], {}],
    ],
  )
})

t.test('what goes wrong has its own exit code', async (t) => {
  const aborted = AbortSignal.abort(new Error('SIGINT received'))
  const problem = { code: 'invalid', severity: 'error', message: 'it is bad', hint: 'make it good' } as const
  for (const [error, signal, code, told] of [
    [new InputError([problem, problem]), quiet, 2, /it is bad[^]*make it good[^]*it is bad/],
    [new TestbedError('it is away', { hint: 'titus-bed apply' }), quiet, 3, /it is away\n.*titus-bed apply/],
    [new RangeError('who would have thought'), quiet, 70, /defect of titus-bed[^]*who would have thought/],
    [new TestbedError('it is away'), aborted, 130, /interrupted: it is away/],
    [new InputError([problem]), aborted, 2, /it is bad/],
  ] as const) {
    const { definition } = probe(() => {
      throw error
    })
    const result = await type(['probe', 'here'], '.', [definition], signal)
    t.equal(result.code, code)
    t.match(result.err, told)
  }
  t.equal((await type(['probe', 'here'], '.', [probe(() => 1).definition])).code, 1)
})

t.test('without a testbed, with one that is gone, and with one whose lab has ended, the next command is named', async (t) => {
  // The clone may have a testbed, which would be known here.
  const empty = tempFolder(t)
  const acting = [['status'], ['outputs'], ['env'], ['ssh-config'], ['ssh', 'gateway'], ['exec', 'gateway', '--', 'true']]
  for (const argv of acting) {
    const { code, err } = await type(argv, empty)
    t.equal(code, 3, argv.join(' '))
    t.match(err, 'titus-bed apply', argv.join(' '))
  }
  t.strictSame(readdirSync(empty), [])

  mkdirSync(join(empty, '.titus-bed/blue'), { recursive: true })
  for (const argv of acting) {
    const { code, err } = await type(argv, empty)
    t.equal(code, 3, argv.join(' '))
    t.match(err, /blue is not raised\n.*titus-bed apply/, argv.join(' '))
  }
  t.match((await type(['status', '--testbed', 'bleu'], empty)).err, 'did you mean "blue"?')

  const hop = { name: 'gateway', address: '127.0.0.1', port: 1, user: 'ubuntu', identityFile: '/absent', hostKeys: ['ssh-ed25519 AAAA'] }
  const host = { name: 'gateway', instanceId: 'i-0', address: '30.0.100.12', user: 'ubuntu', route: [hop] }
  const testbed = { name: 'blue', target: 'lab', region: 'eu-west-1', account: '123456789012', hosts: [host], outputs: {}, api: {} }
  writeFileSync(join(empty, '.titus-bed/blue/testbed.json'), JSON.stringify(testbed))
  for (const argv of acting.filter(([name]) => name !== 'outputs')) {
    const { code, err } = await type(argv, empty)
    t.equal(code, 3, argv.join(' '))
    t.match(err, /lab of testbed blue is not running\n.*titus-bed apply.*titus-bed destroy/, argv.join(' '))
  }
})

t.test('init writes what validate finds nothing wrong with, wherever it is told to, and overwrites nothing', async (t) => {
  const cwd = t.testdir({ file: '' })
  const made = await type(['init', 'bed'], cwd)
  t.equal(made.code, 0)
  t.match(made.err, /next: cd bed && .*\bapply$/m)
  t.equal((await type(['validate'], join(cwd, 'bed'))).code, 0)
  const there = await type(['init', join(cwd, 'other')], '/')
  t.equal(there.code, 0)
  t.strictSame(readdirSync(join(cwd, 'other')), readdirSync(join(cwd, 'bed')))
  for (const folder of ['bed', 'file']) {
    const { code, err } = await type(['init', folder], cwd)
    t.equal(code, 2)
    t.match(err, 'choose another folder')
  }
})

t.test('only a person at a terminal gets colours and lines that are replaced', async (t) => {
  for (const [streams, interactive, coloured] of [
    [{ out: true, err: true }, true, true],
    [{ out: false, err: true }, false, false],
    [{ out: true, err: false }, false, false],
    [{ out: true, err: true, env: { CI: 'true' } }, false, false],
    [{ out: true, err: true, env: { TERM: 'dumb' } }, false, false],
    [{ out: true, err: true, env: { NO_COLOR: '1' } }, true, false],
    [{ env: { FORCE_COLOR: '1' } }, false, true],
    [{ out: true, err: true, env: { FORCE_COLOR: '0' } }, true, false],
  ] as const) {
    const { terminal } = recordTerminal(streams)
    t.equal(terminal.interactive, interactive, JSON.stringify(streams))
    t.equal(terminal.colour.red('x') !== 'x', coloured, JSON.stringify(streams))
  }
  const watched = recordTerminal({ out: true, err: true })
  watched.terminal.status('one')
  watched.terminal.status('x'.repeat(100))
  watched.terminal.err('done')
  t.equal(watched.err(), `one\r\u001b[2K${'x'.repeat(38)}…\r\u001b[2Kdone\n`)
  const serial = recordTerminal({ out: true, err: true, columns: 0 })
  serial.terminal.status('one')
  t.equal(serial.err(), 'one', 'a terminal that does not know its size cuts nothing')
  t.equal(serial.terminal.columns(), undefined)
  const piped = recordTerminal()
  for (const line of ['one', 'one', 'two']) piped.terminal.status(line)
  t.equal(piped.err(), 'one\ntwo\n', 'elsewhere each line once')
})

t.test('the moving line of a reporter does not stand before what is said next', async (t) => {
  const { terminal, err } = recordTerminal({ out: true, err: true })
  terminal.raw('a line\nmoving')
  terminal.err('stopping')
  t.equal(err(), '\r\u001b[2Kstopping\n')
})

t.test('no command is loaded but the one that is typed', async (t) => {
  const { definition } = probe()
  const loaded: string[] = []
  const watched = [definition, { ...definition, name: 'other' }].map((command) => ({
    ...command,
    load: () => (loaded.push(command.name), command.load()),
  }))
  for (const argv of [['--version'], ['--help'], ['nothing']]) await type(argv, t.testdirName, watched)
  t.same(loaded, [])
  for (const argv of [
    ['other', 'here'],
    ['help', 'other'],
    ['other', '--help'],
  ])
    await type(argv, t.testdirName, watched)
  t.same(loaded, ['other', 'other', 'other'])
})
