import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { command as run } from '../../../cli/commands/run.ts'
import type { Invocation } from '../../../cli/command.ts'
import { prepareRun } from '../../../cli/running/prepare-run.ts'
import { runPrepared } from '../../../cli/running/run-prepared.ts'
import { tellFailure } from '../../../cli/terminal/tell-failure.ts'
import { InputError } from '../../../schemas/failure.ts'
import { invocationIn, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { describeGroup, describeInstances, startLoopbackAws } from '../loopback-aws.ts'
import type { Answers } from '../loopback-aws.ts'
import { typeCommand } from '../type-command.ts'
import { recordTerminal } from '../terminal.ts'

const holds = 'scenario: it holds\ntags: [smoke]\nsteps:\n  - name: the name\n    assert: { testbed.name: blue }\n'
const fails = 'scenario: it fails\nsteps:\n  - name: the name\n    assert: { testbed.name: red }\n'
const local = 'scenario: it is here\nsteps:\n  - name: here\n    host: local\n    run: "true"\n'

/** A raised testbed with an EC2 on loopback, and scenario files. */
async function worldOf(t: Test, files: Readonly<Record<string, string>>, said: Answers = {}, agents = ['30.0.100.70']) {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'scenarios'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'scenarios', name), text)
  const raised = { ...testbedOn('aws'), outputs: { ...testbedOn('aws').outputs, vpc_id: 'vpc-1' } }
  const { access, asked } = await startLoopbackAws(t, folder, { DescribeInstances: describeInstances(raised, agents), ...said })
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
  const { folder, asked } = await worldOf(
    t,
    { 'a.yaml': holds, 'b.yaml': fails },
    { DescribeAutoScalingGroups: describeGroup(testbedOn('aws'), 2) },
  )
  const { code, out, err } = await typeRun(folder)
  t.equal(code, 1)
  t.match(err, 'no files were named: this runs 2 scenarios of scenarios/')
  t.match(out, /^run \S+: 2 scenarios on testbed blue \(aws\)\n/)
  t.match(out, /ok {5}the name[^]*not ok the name/)
  const first = ['DescribeInstances', 'DescribeAutoScalingGroups', 'DescribeScalingActivities']
  const asides = asked.filter((action) => action !== 'GetConsoleOutput')
  t.same(asides, [...first, 'DescribeScalingActivities'], 'an agent is gone, and a scenario failed')
  const [name, ...others] = runsOf(folder)
  t.same(others, [])
  const journal = readFileSync(join(folder, '.titus-bed/blue/runs', name ?? '', 'journal.jsonl'), 'utf8')
  const types = journal
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type)
  t.equal(types[0], 'run-started')
  t.equal(types.at(-1), 'run-ended')
  const page = join(folder, '.titus-bed/blue/runs', name ?? '', 'report.html')
  t.match(readFileSync(page, 'utf8'), /"outcome":"failed"/, 'and a page beside it')
  t.equal(statSync(page).mode & 0o777, 0o600)
  const { hosts } = JSON.parse(journal.split('\n', 1)[0] ?? '') as { readonly hosts: readonly object[] }
  t.match(hosts[3], { name: 'gateway', via: 'bastion' }, 'which shows the machines')
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

/** What EC2 says, by Auto Scaling, when it has no machine of a type to give. */
const noCapacity =
  'Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient m4.large capacity in the Availability Zone you requested (eu-west-1a). Our system will be working on provisioning additional capacity. You can currently get m4.large capacity by not specifying an Availability Zone in your request or choosing eu-west-1b, eu-west-1c. Launching EC2 instance failed.'

/** What Auto Scaling says of launches, the newest first: when each began, and why it failed. */
function activitiesOf(...launches: readonly (readonly [at: Date, failed?: string])[]): string {
  const members = launches.map(
    ([at, failed]) =>
      `<member><ActivityId>1</ActivityId><AutoScalingGroupName>blue-agents</AutoScalingGroupName><Cause>c</Cause><StartTime>${at.toISOString()}</StartTime>` +
      `<Description>Launching a new EC2 instance${failed === undefined ? ': i-1' : '.  Status Reason: no'}</Description>` +
      `<StatusCode>${failed === undefined ? 'Successful' : 'Failed'}</StatusCode><StatusMessage>${failed ?? ''}</StatusMessage></member>`,
  )
  return `<DescribeScalingActivitiesResponse><DescribeScalingActivitiesResult><Activities>${members.join('')}</Activities></DescribeScalingActivitiesResult></DescribeScalingActivitiesResponse>`
}

t.test('run: where AWS has no machine to give, nothing is run: exit code 3, with the type and the zone', async (t) => {
  const world = { DescribeScalingActivities: activitiesOf([new Date(), noCapacity], [new Date(0)]) }
  const { folder } = await worldOf(t, { 'a.yaml': holds }, world, [])
  const error: unknown = await typeRun(folder).catch((thrown: unknown) => thrown)
  const { invocation, err } = invocationIn(folder)
  t.equal(await tellFailure(error, invocation.terminal, false), 3)
  const told = err().replaceAll(/\s+/g, ' ')
  t.match(told, /the Auto Scaling group blue-agents could not launch an agent .*sufficient m4\.large capacity/)
  t.match(told, /do: AWS has no m4\.large to give in eu-west-1a just now: .*zone: eu-west-1b or eu-west-1c in cluster\.yaml/)
  t.same(runsOf(folder), [])
  const one = await worldOf(t, { 'a.yaml': holds }, { ...world, DescribeAutoScalingGroups: describeGroup(testbedOn('aws'), 3) }, [
    '30.0.100.70',
  ])
  for (const which of ['first', 'second'])
    await t.rejects(typeRun(one.folder), { message: /could not launch an agent/ }, `one of three, the ${which} time`)
  const well = await worldOf(
    t,
    { 'a.yaml': holds },
    { DescribeScalingActivities: activitiesOf([new Date()], [new Date(), noCapacity]) },
    [],
  )
  t.equal((await typeRun(well.folder)).code, 0, 'the last launch went well')
})

t.test('run: a scenario that failed while AWS had no machine to give was not tested', async (t) => {
  const soon = new Date(Date.now() + 3_600_000)
  const both = ['30.0.100.70', '30.0.100.71']
  const short = await worldOf(t, { 'b.yaml': fails }, { DescribeScalingActivities: activitiesOf([soon], [soon, noCapacity]) }, both)
  const { code, out } = await typeRun(short.folder)
  t.equal(code, 3)
  t.match(out, /could not launch an agent[^]*1 errored/)
  const before = await worldOf(t, { 'b.yaml': fails }, { DescribeScalingActivities: activitiesOf([new Date(0), noCapacity]) }, both)
  t.equal((await typeRun(before.folder)).code, 1, 'what was short before the scenario is no excuse')
  const other = await worldOf(t, { 'b.yaml': fails }, { DescribeScalingActivities: activitiesOf([soon, 'The image is gone.']) }, both)
  t.equal((await typeRun(other.folder)).code, 1, 'what is a fault of the testbed is none either')
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

t.test('run: expressions over tags, parts, repetitions, and what failed the last time', async (t) => {
  const { folder } = await worldOf(t, {
    'a.yaml': fails,
    'b.yaml': holds,
    'c.yaml': holds.replace('it holds', 'it holds, too').replace('smoke', 'smoke, slow'),
  })
  t.match(await typeRun(folder, { onlyFailed: true }), { problems: ['nothing-selected'] }, 'there is no run yet')
  t.match(await typeRun(folder, { tag: ['smoke and not slow'] }), { code: 0, out: /: 1 scenario on/ })
  t.match(await typeRun(folder, { skipTag: ['slow', 'not smoke'] }), { code: 0, out: /: 1 scenario on/ })
  t.match(await typeRun(folder, { tag: ['smoke'], repeat: '2' }), { code: 0, out: /: 4 scenarios on[^]*it holds \(2\)[^]*4 passed/ })
  const parts = [await typeRun(folder, { shard: '1/2' }), await typeRun(folder, { shard: '2/2' })]
  t.same(
    parts.map(({ out }) => Number(/: (\d) scenario/.exec(out)?.[1])),
    [2, 1],
  )
  await typeRun(folder)
  t.match(await typeRun(folder, { onlyFailed: true }), { code: 1, out: /: 1 scenario on[^]*it fails/ })
  t.match(await typeRun(folder, { grep: 'holds' }), { code: 0 })
  t.match(await typeRun(folder, { onlyFailed: true }), { problems: ['nothing-selected'] }, 'the last run has no failure')
})

t.test('run: what passes on a retry is flaky, and what takes longer than all may is not tested', async (t) => {
  const count = `    host: local\n    run: [sh, -c, 'echo x >> tries; wc -l < tries']\n    expect: { "to_number(trim(stdout))": { gte: 2 } }\n`
  const { folder } = await worldOf(t, {
    'a.yaml': `scenario: at last\nsteps:\n  - name: count\n${count.replaceAll('tries', 'FOLDER/tries')}`,
    'b.yaml': 'scenario: it takes long\nsteps:\n  - { host: local, run: [sleep, "600"] }\n',
  })
  const file = join(folder, 'scenarios/a.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('FOLDER', folder))
  const flaky = await typeRun(folder, { retry: '2', allowLocal: true }, { arguments: ['scenarios/a.yaml'] })
  t.match(flaky, {
    code: 0,
    out: /failed in .*: it is tried again[^]*flaky: passed on attempt 2 of 3; attempt 1 failed: "count"[^]*scenarios: 1 flaky;/,
  })
  rmSync(join(folder, 'tries'))
  t.match(await typeRun(folder, { retry: '2', failOnFlaky: true, allowLocal: true }, { arguments: ['scenarios/a.yaml'] }), {
    code: 1,
    out: /\[flaky\][^]*1 failed/,
  })
  const late = await typeRun(folder, { timeout: '300ms', allowLocal: true }, { arguments: ['scenarios/b.yaml'] })
  t.match(late, { code: 3, out: /interrupted/, err: /the time of the run is over \(--timeout 300ms\)/ })
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
    [{ tag: ['smoke and'] }, 'bad-option'],
    [{ skipTag: ['('] }, 'bad-option'],
    [{ skipTag: ['smoke'] }, 'nothing-selected'],
    [{ shard: '3/2' }, 'bad-option'],
    [{ shard: '0/2' }, 'bad-option'],
    [{ shard: '2/2' }, 'nothing-selected'],
    [{ repeat: '0' }, 'bad-option'],
    [{ retry: '-1' }, 'bad-option'],
    [{ timeout: '5' }, 'bad-option'],
    [{ onlyFailed: true }, 'nothing-selected'],
    [{ parallel: '100' }, 'bad-option'],
    [{ parallel: '1.5' }, 'bad-option'],
    [{ reporter: ['xml'] }, 'unknown-reporter'],
  ] as const) {
    t.same((await typeRun(folder, options, good)).problems, [code], JSON.stringify(options))
  }
  t.match(
    (await typeCommand(folder, 'run', 'scenarios/a.yaml', '--tag', 'none')).err,
    /expected: .* whose tags are smoke\b/,
    'what there is to choose from',
  )
  t.same(asked, [])
  t.same(runsOf(folder), [])
})

t.test('run: files are checked against the hosts of the testbed that is up', async (t) => {
  const { folder } = await worldOf(t, { 'a.yaml': 'scenario: x\nsteps:\n  - { host: prereqs, run: "true" }\n' })
  t.same((await typeRun(folder)).problems, ['unknown-host'], 'a machine of other testbeds')
})

t.test('run: a dry run says what would be done, and asks and leaves nothing', async (t) => {
  const { folder, asked } = await worldOf(t, { 'a.yaml': 'scenario: x\nsteps:\n  - { host: agents.all, run: "docker ps" }\n' })
  t.match(await typeRun(folder, { dryRun: true }), { code: 0, out: /run on agents\[0\], agents\[1\]: docker ps\n {6}expects exit: 0\n$/ })
  t.same([asked, runsOf(folder)], [[], []])
  t.match(await typeCommand(folder, 'explain', 'scenarios/a.yaml'), { code: 0, out: /docker ps/ })
  writeFileSync(join(folder, 'scenarios/a.yaml'), 'scenario: x\n')
  t.match(await typeCommand(folder, 'explain', 'scenarios/a.yaml'), { code: 2, err: /missing-key/ })
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
