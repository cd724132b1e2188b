import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { command as run } from '../../../cli/commands/run.ts'
import type { Invocation } from '../../../cli/command.ts'
import { prepareRun, runPrepared } from '../../../cli/running/prepared-run.ts'
import { InputError } from '../../../schemas/failure.ts'
import { invocationIn, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { describeInstances, startLoopbackAws } from '../loopback-aws.ts'
import { recordTerminal } from '../terminal.ts'

const holds = 'scenario: it holds\ntags: [smoke]\nsteps:\n  - name: the name\n    assert: { testbed.name: blue }\n'
const fails = 'scenario: it fails\nsteps:\n  - name: the name\n    assert: { testbed.name: red }\n'
const local = 'scenario: it is here\nsteps:\n  - name: here\n    host: local\n    run: "true"\n'

/** A raised testbed with an EC2 on loopback, and scenario files. */
async function worldOf(t: Test, files: Readonly<Record<string, string>>) {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'scenarios'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'scenarios', name), text)
  const raised = { ...testbedOn('aws'), outputs: { ...testbedOn('aws').outputs, vpc_id: 'vpc-1' } }
  const { access, asked } = await startLoopbackAws(t, folder, { DescribeInstances: describeInstances(raised, ['30.0.100.70']) })
  const workspace = raisedWorkspace(folder, { ...raised, api: access })
  return { folder, asked, workspace }
}

/** Types `titus-bed run`, with a terminal that nobody watches unless told. */
async function typeRun(folder: string, options: Readonly<Record<string, unknown>> = {}, more: Partial<Invocation> = {}, watched = false) {
  const recorded = recordTerminal({ out: watched, err: watched, columns: 200, env: { NO_COLOR: '1' } })
  const { invocation, out, err } = invocationIn(folder, { options, ...more }, recorded)
  const ended = await run.run(invocation).then(
    (code) => ({ code, problems: [] as readonly string[] }),
    (error: unknown) => {
      if (error instanceof InputError) return { code: 2, problems: error.problems.map(({ code }) => code) }
      throw error
    },
  )
  return { ...ended, out: out(), err: err() }
}

function runsOf(folder: string): readonly string[] {
  const runs = join(folder, '.titus-bed/blue/runs')
  return existsSync(runs) ? readdirSync(runs) : []
}

t.test('run: the scenarios of the usual folder, lines for each step, and a journal', async (t) => {
  const { folder, asked } = await worldOf(t, { 'a.yaml': holds, 'b.yaml': fails })
  const { code, out, err } = await typeRun(folder)
  t.equal(code, 1)
  t.match(err, 'no files were named: this runs 2 scenarios of scenarios/')
  t.match(out, /^run \S+: 2 scenarios on testbed blue \(aws\)\n/)
  t.match(out, /ok {5}the name[^]*not ok the name/)
  t.same(asked, ['DescribeInstances'])
  const [name, ...others] = runsOf(folder)
  t.same(others, [])
  const journal = readFileSync(join(folder, '.titus-bed/blue/runs', name ?? '', 'journal.jsonl'), 'utf8')
  const types = journal
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type)
  t.equal(types[0], 'run-started')
  t.equal(types.at(-1), 'run-ended')
})

t.test('run: the exit code says whether a claim is false or could not be tested', async (t) => {
  const { folder } = await worldOf(t, { 'a.yaml': holds, 'b.yaml': fails, 'c.yaml': local })
  for (const [file, code] of [
    ['a.yaml', 0],
    ['b.yaml', 1],
    ['c.yaml', 3],
  ] as const) {
    t.equal((await typeRun(folder, {}, { arguments: [`scenarios/${file}`] })).code, code, file)
  }
  t.equal((await typeRun(folder, { allowLocal: true }, { arguments: ['scenarios/c.yaml'] })).code, 0, '--allow-local')
})

t.test('run: an interruption wins over every outcome', async (t) => {
  const { folder } = await worldOf(t, { 'a.yaml': holds })
  const prepared = invocationIn(folder, { signal: AbortSignal.abort(new Error('SIGINT received')) })
  const ready = await prepareRun(prepared.invocation, ['scenarios/a.yaml'], { words: ['run'], options: [] })
  const code = await runPrepared(prepared.invocation, ready, raisedWorkspace(folder, testbedOn('aws')), testbedOn('aws'))
  t.equal(code, 130)
  t.match(prepared.out(), 'interrupted')
})

t.test('run: tags, names and bail choose what is run', async (t) => {
  const { folder } = await worldOf(t, { 'a.yaml': fails, 'b.yaml': holds, 'c.yaml': holds.replace('it holds', 'it holds, too') })
  t.match(await typeRun(folder, { tag: ['smoke', 'slow'] }), { code: 0, out: /: 2 scenarios on/ })
  t.match(await typeRun(folder, { grep: 'too' }), { code: 0, out: /: 1 scenario on/ })
  const bailed = await typeRun(folder, { bail: true })
  t.equal(bailed.code, 1)
  t.match(bailed.out, /1 failed, 2 skipped/)
})

t.test('run: what is wrong with files or options is told whole, and nothing is asked or left', async (t) => {
  const { folder, asked } = await worldOf(t, { 'a.yaml': holds, 'bad.yaml': 'scenario: x\nsteps: []\n', 'worse.yaml': 'scenario: [' })
  const files = await typeRun(folder)
  t.equal(files.code, 2)
  t.ok(files.problems.length >= 2, `each file has its problems: ${files.problems.join()}`)
  const good = { arguments: ['scenarios/a.yaml'] }
  for (const [options, code] of [
    [{ tag: ['none'] }, 'nothing-selected'],
    [{ grep: 'none' }, 'nothing-selected'],
    [{ parallel: '0' }, 'bad-option'],
    [{ parallel: '100' }, 'bad-option'],
    [{ parallel: '1.5' }, 'bad-option'],
    [{ reporter: ['xml'] }, 'unknown-reporter'],
  ] as const) {
    t.same((await typeRun(folder, options, good)).problems, [code], JSON.stringify(options))
  }
  t.same(asked, [])
  t.same(runsOf(folder), [])
})

t.test('run: files are checked against the hosts of the testbed that is up', async (t) => {
  const { folder } = await worldOf(t, { 'a.yaml': 'scenario: x\nsteps:\n  - { host: prereqs, run: "true" }\n' })
  t.same((await typeRun(folder)).problems, ['unknown-host'], 'a machine of other testbeds')
})

t.test('run: without a testbed the files are checked all the same', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'a.yaml'), holds)
  writeFileSync(join(folder, 'b.yaml'), 'scenario: x\n')
  t.ok((await typeRun(folder, {}, { arguments: ['a.yaml', 'b.yaml'] })).problems.length > 0)
  await t.rejects(typeRun(folder, {}, { arguments: ['a.yaml'] }), { name: 'TestbedError', message: 'there is no testbed here' })
})

t.test('run: reports go where they were sent, beside the lines', async (t) => {
  const { folder } = await worldOf(t, { 'a.yaml': holds })
  const reporter = ['junit=out/deep/junit.xml', 'json=report.json', 'tap=t.tap']
  const { code, out } = await typeRun(folder, { reporter })
  t.equal(code, 0)
  t.match(out, /1 scenario on testbed blue/, 'spec, since none of them writes here')
  t.match(readFileSync(join(folder, 'out/deep/junit.xml'), 'utf8'), '<testsuite')
  t.match(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')), { outcome: 'passed', testbed: 'blue' })
  t.match(readFileSync(join(folder, 't.tap'), 'utf8'), /^TAP version 14\n/)
  const alone = await typeRun(folder, { reporter: ['json'] })
  t.match(JSON.parse(alone.out), { outcome: 'passed' }, 'one that writes here is alone')
  const files = await typeRun(folder, { reporter: ['json=', 'tap=a=b.tap'] })
  t.match(JSON.parse(files.out), { outcome: 'passed' }, 'no file is here')
  t.match(readFileSync(join(folder, 'a=b.tap'), 'utf8'), /^TAP version 14\n/)
})

t.test('run: a person at a terminal gets the line that moves, a file never colours', async (t) => {
  const { folder } = await worldOf(t, { 'a.yaml': fails })
  const { out } = await typeRun(folder, {}, {}, true)
  t.match(out, '\r\u001b[2K')
  await typeRun(folder, { reporter: ['spec=spec.txt'] }, {}, true)
  t.notMatch(readFileSync(join(folder, 'spec.txt'), 'utf8'), '\u001b')
})
