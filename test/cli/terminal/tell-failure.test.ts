import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { exitCodeOf } from '../../../cli/exit-codes.ts'
import { tellFailure, tellProblems } from '../../../cli/terminal/tell-failure.ts'
import { inputError, InputError, TestbedError } from '../../../schemas/failure.ts'
import { tempFolder } from '../fake-testbed.ts'
import { recordTerminal } from '../terminal.ts'

/** How a failure ends the program, and what is said of it. */
async function failWith(error: unknown, aborted = false) {
  const { terminal, out, err } = recordTerminal()
  const code = await tellFailure(error, terminal, aborted)
  return { code, err: err(), out: out() }
}

t.test('each failure has its exit code, its words and what to do', async (t) => {
  const refusal = inputError({ code: 'bad-usage', message: 'it is wrong', expected: 'another', hint: 'write another' })
  t.match(await failWith(refusal), { code: 2, err: /it is wrong \[bad-usage\]\n.*expected: another\n.*do: write another\n$/, out: '' })
  t.same(await failWith(new TestbedError('it is away', { hint: 'titus-bed apply' })), {
    code: 3,
    err: 'error: it is away\n  do: titus-bed apply\n',
    out: '',
  })
  t.same((await failWith(new TestbedError('it is away'))).err, 'error: it is away\n', 'no hint, no line')
})

t.test('what nobody foresaw is a defect of ours, with its stack', async (t) => {
  const bug = new TypeError('undefined is not a function')
  t.match(await failWith(bug), { code: 70, err: `Please report it with these lines:\n${bug.stack}\n` })
  for (const odd of [undefined, null, 'text', 7]) t.match(await failWith(odd), { code: 70, err: `${odd}\n` }, String(odd))
})

t.test('an interruption is told in one line, but a mistake in a file stays one', async (t) => {
  t.same(await failWith(new TestbedError('stopped\nwith more'), true), { code: 130, err: 'interrupted: stopped\n', out: '' })
  t.match(await failWith('a reason', true), { code: 130, err: 'interrupted: a reason\n' })
  t.match(await failWith(inputError({ code: 'bad-usage', message: 'wrong', hint: '' }), true), { code: 2 })
})

t.test('a disk that is full, or not ours, is told with its cure', async (t) => {
  for (const [code, cure] of [
    ['ENOSPC', /free space on the disk/],
    ['EDQUOT', /in your quota/],
    ['EROFS', /a folder that can be written/],
    ['EACCES', /as the user who owns the file/],
    ['EPERM', /as the user who owns the file/],
  ] as const) {
    const { code: exit, err } = await failWith(Object.assign(new Error(`${code}: write`), { code }))
    t.equal(exit, 3, code)
    t.match(err, cure, code)
  }
  t.equal((await failWith(Object.assign(new Error('x'), { code: 'EBADF' }))).code, 70, 'another error of the system is a defect')
})

t.test('problems are told in their order, each with the lines of its own file', async (t) => {
  const folder = tempFolder(t)
  const [a, b] = ['a.yaml', 'b.yaml'].map((name) => join(folder, name))
  writeFileSync(a ?? '', 'one: 1\ntwo: 2\n')
  writeFileSync(b ?? '', 'three: 3\n')
  const problem = (file: string, line: number) =>
    ({ code: 'unknown-key', severity: 'error', message: `in line ${line}`, place: { file, line, column: 1, length: 3 } }) as const
  const { terminal, err } = recordTerminal()
  await tellProblems([problem(b ?? '', 1), problem(a ?? '', 2), problem(join(folder, 'gone.yaml'), 1)], terminal)
  const [first = '', second = '', third = ''] = err().split(/(?<=\n)(?=\/)/)
  t.match(first, /b\.yaml:1:1: error: in line 1[^]*1 \| three: 3\n[^]*\^\^\^/)
  t.match(second, /a\.yaml:2:1: [^]*2 \| two: 2\n/)
  t.match(third, /gone\.yaml:1:1: error: in line 1 \[unknown-key\]\n/)
  const none = recordTerminal()
  await tellProblems([], none.terminal)
  t.equal(none.err(), '')
  t.equal(new InputError([]).problems.length, 0)
})

t.test('the exit code of a run: an interruption before all, and errors before false claims', async (t) => {
  for (const [outcome, interrupted, code] of [
    ['passed', false, 0],
    ['skipped', false, 0],
    ['failed', false, 1],
    ['errored', false, 3],
    ['passed', true, 130],
    ['failed', true, 130],
  ] as const) {
    t.equal(exitCodeOf(outcome, interrupted), code, `${outcome} ${interrupted}`)
  }
})

t.test('a terminal: results to one side, the rest to the other, and lines that are replaced only where somebody watches', async (t) => {
  const piped = recordTerminal()
  piped.terminal.out('result')
  piped.terminal.err('said')
  piped.terminal.raw('raw')
  piped.terminal.status('one')
  piped.terminal.status('one')
  t.equal(piped.out(), 'result\nraw')
  t.equal(piped.err(), 'said\none\n')
  t.equal(piped.terminal.columns(), undefined)
  const watched = recordTerminal({ out: true, err: true, columns: 20 })
  watched.terminal.status('working')
  watched.terminal.out('result')
  watched.terminal.status('a line that is longer than twenty')
  t.equal(watched.err(), 'working\r\u001b[2Ka line that is lon…')
  t.equal(watched.terminal.columns(), 20)
})
