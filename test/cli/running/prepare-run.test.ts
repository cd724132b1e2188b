import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { prepareRun } from '../../../cli/running/prepare-run.ts'
import { runPrepared } from '../../../cli/running/run-prepared.ts'
import type { Event } from '../../../schemas/event.ts'
import { makeWorkspace, writeStack } from '../../../stack/workspace.ts'
import { seedStack } from '../../stack/graph/sample.ts'
import { invocationIn, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

const passing = 'scenario: it holds\nsteps:\n  - assert: { testbed.name: blue }\n'

/** A folder with scenario files. */
function folderOf(t: Test, files: Readonly<Record<string, string>>) {
  const cwd = tempFolder(t)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return cwd
}

/** Runs scenario files on a testbed without machines. */
async function run(cwd: string, files: readonly string[], reporters: readonly string[], controller = new AbortController(), stopAt = '') {
  const testbed = testbedOn('lab')
  const options = { reporter: reporters, allowLocal: true }
  const { invocation, out, err } = invocationIn(cwd, { options, signal: controller.signal })
  const prepared = await prepareRun(invocation, files, { words: ['run'], options: ['testbed', 'allowLocal'] })
  const onEvent = (event: Event) => {
    prepared.reporting.onEvent(event)
    if (event.type === 'step-started' && event.name === stopAt) controller.abort(new Error('SIGINT received'))
  }
  const reporting = { ...prepared.reporting, onEvent }
  const code = await runPrepared(invocation, { ...prepared, reporting }, raisedWorkspace(cwd, testbed), testbed)
  return { code, out: out(), err: err() }
}

t.test('a report that cannot be written is told before anything else is done', async (t) => {
  const cwd = folderOf(t, { 'a.yaml': passing, 'old.xml': 'old' })
  mkdirSync(join(cwd, 'folder'))
  const type = (...reporters: readonly string[]) => typeCommand(cwd, 'run', 'a.yaml', ...reporters.flatMap((each) => ['--reporter', each]))
  for (const [reporters, told] of [
    [['junit=folder'], 'junit=folder: folder is a folder'],
    [['junit=/nowhere/x.xml'], 'there is no folder /nowhere'],
    [['junit=/proc/x/y.xml'], 'there is no folder /proc/x'],
    [['junit=x.xml', 'json=./x.xml'], /json=\.\/x\.xml: another report goes to \S+x\.xml already/],
    [['tap', 'junit'], 'another report goes to the standard output already'],
    [['tap', 'junit=/dev/stdout'], 'another report goes to the standard output already'],
    [['junit=a.yaml'], 'is one of the files of this run'],
    [['toString=x.xml'], 'there is no reporter "toString"'],
  ] as const) {
    const { code, out, err } = await type(...reporters)
    t.equal(code, 2, reporters.join(' '))
    t.match(err, told, reporters.join(' '))
    t.equal(out, '')
  }
  const both = await type('junit=folder', 'jnit')
  t.match(both.err, /bad-report[^]*unknown-reporter/, 'all that is wrong is told at once')
  const { code, err } = await type('junit=old.xml')
  t.equal(code, 3, 'there is no testbed')
  t.match(err, 'titus-bed apply')
  t.same(readdirSync(cwd).toSorted(), ['a.yaml', 'folder', 'old.xml'])
  t.equal(readFileSync(join(cwd, 'old.xml'), 'utf8'), 'old', 'and what was there is not emptied')
})

t.test('every report is written, and one that fails in the end changes neither the verdict nor the others', async (t) => {
  const late = 'scenario: it is in the way\nsteps:\n  - { host: local, run: [mkdir, first.xml] }\n'
  const cwd = folderOf(t, { 'a.yaml': late })
  const before = process.cwd()
  process.chdir(cwd)
  t.teardown(() => process.chdir(before))
  const { code, out, err } = await run(cwd, ['a.yaml'], ['junit=first.xml', 'tap=second/x.tap', 'spec=x.log', 'json=x.json'])
  t.equal(code, 0)
  t.match(err, /the report junit is not whole: .*EISDIR/)
  t.match(out, 'ok     run (run from local', 'without one for the standard output there is spec')
  t.match(readFileSync(join(cwd, 'second/x.tap'), 'utf8'), /^TAP version 14\n[^]*\n1\.\.1\n$/)
  t.match(readFileSync(join(cwd, 'x.log'), 'utf8'), 'scenarios: 1 passed')
  t.match(JSON.parse(readFileSync(join(cwd, 'x.json'), 'utf8')), { outcome: 'passed' })
})

t.test('the testbed as it was raised goes with the run, and what cannot be drawn spoils none', async (t) => {
  const cwd = folderOf(t, { 'a.yaml': passing })
  const startOf = async () => {
    t.equal((await run(cwd, ['a.yaml'], ['journal=run.jsonl'])).code, 0)
    return JSON.parse(readFileSync(join(cwd, 'run.jsonl'), 'utf8').split('\n', 1)[0] ?? '') as Event
  }
  t.notMatch(await startOf(), { graph: {} }, 'there is no stack')
  const workspace = makeWorkspace(cwd, 'blue')
  writeStack(workspace, seedStack)
  t.match(await startOf(), { graph: { name: 'blue', networks: { length: 2 }, machines: [{ name: 'bastion', state: 'running' }] } })
  writeFileSync(workspace.raisedStack, 'damaged')
  t.notMatch(await startOf(), { graph: {} })
})

t.test('what failed is listed with the line to type for running it again', async (t) => {
  const cwd = folderOf(t, { "it's.yaml": passing.replace('blue', 'red'), 'b.yaml': passing.replace('it holds', 'another') })
  const { code, out } = await run(cwd, ["it's.yaml", 'b.yaml'], [])
  t.equal(code, 1)
  t.match(out, `not passed:\n  it's.yaml:3:5: failed: it holds › assert testbed.name red: testbed.name: expected "red", got "blue"\n`)
  t.match(out, 'scenarios: 1 passed, 1 failed; steps: 1 passed, 1 failed; 2 assertions')
})

t.test('a run that is interrupted, and one whose time is over, are told whole', async (t) => {
  const slow =
    'scenario: it takes long\ntimeout: TIME\nsteps:\n  - name: wait\n    host: local\n    run: [sleep, "600"]\nalways:\n  - assert: { testbed.name: blue }\n'
  const cwd = folderOf(t, { 'long.yaml': slow.replace('TIME', '10m'), 'short.yaml': slow.replace('TIME', '300ms') })
  const reports = ['junit=x.xml', 'tap=x.tap', 'tap13=x.tap13', 'json=x.json']
  for (const [file, code, reason, stopAt] of [
    ['short.yaml', 3, /300 ms are over/, ''],
    ['long.yaml', 130, /the run was interrupted/, 'wait'],
  ] as const) {
    t.equal((await run(cwd, [file], reports, undefined, stopAt)).code, code, file)
    for (const report of ['x.xml', 'x.tap', 'x.tap13', 'x.json'])
      t.match(readFileSync(join(cwd, report), 'utf8'), reason, `${file} ${report}`)
    t.match(readFileSync(join(cwd, 'x.xml'), 'utf8'), /errors="1"[^]*<\/testsuites>\n$/)
    t.match(readFileSync(join(cwd, 'x.tap13'), 'utf8'), /\n1\.\.\d\n$/)
  }
})

/** Runs a scenario in a process of its own, which does something to itself when the step has begun. */
async function runApart(t: Test, act: string, before = '') {
  const cwd = folderOf(t, {
    'a.yaml':
      'scenario: it takes long\nsteps:\n  - name: around\n    group:\n      - { name: wait, host: local, run: [sleep, "60"] }\n  - assert: { testbed.name: blue }\nalways:\n  - { name: clean up, assert: { testbed.name: blue } }\n',
    'old.xml': 'old',
  })
  const at = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href)
  const program = `
    const { prepareRun } = await import(${at('cli/running/prepare-run.ts')})
    const { runPrepared } = await import(${at('cli/running/run-prepared.ts')})
    const { invocationIn, raisedWorkspace, testbedOn } = await import(${at('test/cli/fake-testbed.ts')})
    const options = { allowLocal: true, reporter: ['junit=old.xml', 'tap=x.tap', 'json=x.json'] }
    let signal = new AbortController().signal
    let code = (ended) => ended
    ${before}
    const { invocation } = invocationIn(${JSON.stringify(cwd)}, { options, signal })
    const prepared = await prepareRun(invocation, ['a.yaml'], { words: ['run'], options: [] })
    const { onEvent } = prepared.reporting
    const reporting = { ...prepared.reporting, onEvent: (event) => {
      onEvent(event)
      if (event.type === 'step-started' && event.name === 'wait') setTimeout(() => { ${act} }, 200)
    } }
    process.exitCode = code(await runPrepared(invocation, { ...prepared, reporting }, raisedWorkspace(${JSON.stringify(cwd)}, testbedOn('lab')), testbedOn('lab')))`
  const loader = new URL('../../../setup/ts-loader.mjs', import.meta.url).href
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.resume()
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, read: (name: string) => readFileSync(join(cwd, name), 'utf8'), files: readdirSync(cwd) }
}

t.test('a run that breaks off leaves whole reports, which say what had begun', async (t) => {
  for (const act of ["throw new Error('a defect')", 'process.exit(130)']) {
    const { code, read } = await runApart(t, act)
    t.not(code, 0, act)
    t.match(read('old.xml'), /name="around › wait"[^]*broke off[^]*<\/testsuites>\n$/, act)
    t.match(read('x.tap'), /not ok 2 - around › wait[^]*\n1\.\.2\n$/, act)
    t.match(JSON.parse(read('x.json')), { outcome: 'errored', interrupted: true, counts: { errored: 1 } }, act)
  }
})

t.test('a defect in the middle of a run ends it in order: always runs, reports are whole, the exit code is 70', async (t) => {
  const at = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href)
  const watch = `
    const { watchInterrupts } = await import(${at('cli/terminal/interrupt.ts')})
    const { watchDefects } = await import(${at('cli/terminal/defects.ts')})
    const { recordTerminal } = await import(${at('test/cli/terminal.ts')})
    const { terminal } = recordTerminal()
    const interrupts = watchInterrupts(terminal)
    const defects = watchDefects(terminal, interrupts.askToEnd)
    signal = interrupts.signal
    code = (ended) => { interrupts.stop(); defects.stop(); return defects.code() ?? ended }`
  const { code, read } = await runApart(t, "throw new Error('a defect')", watch)
  t.equal(code, 70)
  t.match(read('x.tap'), /ok 4 - clean up[^]*\n1\.\.1\n$/)
  t.match(read('old.xml'), /name="clean up"[^>]*\/>[^]*<\/testsuites>\n$/)
  t.match(JSON.parse(read('x.json')), { interrupted: true, outcome: 'errored' })
})

t.test('a run that is killed leaves the report of the run before', async (t) => {
  const { signal, read, files } = await runApart(t, "process.kill(process.pid, 'SIGKILL')")
  t.equal(signal, 'SIGKILL')
  t.equal(read('old.xml'), 'old')
  t.notOk(files.includes('x.tap'))
})
