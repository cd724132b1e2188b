import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createEvaluator } from '../../../runner/evaluation/evaluator.ts'
import { createHops } from '../../../runner/hops/hops.ts'
import { createJournal } from '../../../runner/journal.ts'
import { combineOutcomes } from '../../../runner/engine/outcome.ts'
import { emptyReport, foldEvent } from '../../../runner/report.ts'
import { runAll } from '../../../runner/engine/run-all.ts'
import type { Event } from '../../../schemas/event.ts'
import type { Json, JsonObject } from '../../../schemas/json.ts'
import type { Step, StepFile } from '../../../schemas/scenario.ts'
import { buildScenario, buildStep, place, toEntries, toValue } from '../build-scenario.ts'
import { createFakeClock, failing, holding, local, never, outcomes, run, testbed } from '../local-run.ts'

t.test('outcomes combine', async (t) => {
  t.equal(combineOutcomes([]), 'skipped')
  t.equal(combineOutcomes(['skipped', 'passed']), 'passed')
  t.equal(combineOutcomes(['passed', 'failed', 'skipped']), 'failed')
  t.equal(combineOutcomes(['failed', 'errored', 'passed']), 'errored')
})

t.test('after a failure the rest is skipped, always runs, and all is told', async (t) => {
  const { report, events } = await run([
    buildScenario('flow', [holding('one'), failing('two'), holding('three')], {
      setup: [holding('zero')],
      always: [failing('clean a'), buildStep('run', 'echo ${{ never }}', { ...local, name: 'clean b' }), holding('clean c')],
    }),
  ])
  t.same(outcomes(report), [
    'zero passed',
    'one passed',
    'two failed',
    'three skipped',
    'clean a failed',
    'clean b skipped',
    'clean c passed',
  ])
  t.match(report, { outcome: 'failed', counts: { failed: 1 }, assertions: 5, interrupted: false })
  t.match(report.scenarios[0]?.steps[3]?.problem, { code: 'skipped', message: '"two" failed' })
  t.same(events.reduce(foldEvent, emptyReport), report, 'the report is the fold of the events')
  t.equal(events[0]?.type, 'run-started')
  t.equal(events.at(-1)?.type, 'run-ended')
  t.same(
    report.scenarios[0]?.steps.map(({ path }) => path),
    [[0], [1], [2], [3], [4], [5], [6]],
  )
})

t.test('errors beat failures; soft steps are told and do not decide', async (t) => {
  const soft = await run([buildScenario('soft', [failing('a', { soft: true }), holding('b')])])
  t.match(soft.report, { outcome: 'passed' })
  t.same(outcomes(soft.report), ['a failed', 'b passed'])
  const errored = await run([buildScenario('x', [failing('a')]), buildScenario('y', [buildStep('run', 'true', { host: 'nowhere' })])])
  t.match(errored.report, { outcome: 'errored', counts: { failed: 1, errored: 1 } })
})

function pick(step: Step): Partial<Step> {
  return step.if === undefined ? {} : { if: step.if }
}

t.test('conditions', async (t) => {
  const { report } = await run([
    buildScenario(
      'if',
      [
        { ...holding('yes'), ...pick(buildStep('assert', {}, { if: "mode == 'a'" })) },
        { ...holding('no'), ...pick(buildStep('assert', {}, { if: 'empty' })) },
      ],
      { vars: { mode: 'a', empty: [] } },
    ),
  ])
  t.same(outcomes(report), ['yes passed', 'no skipped'])
})

t.test('a run that asserts nothing is red', async (t) => {
  const empty = await run([])
  t.match(empty.report, { outcome: 'failed', assertions: 0 })
  const skipped = await run([buildScenario('skipped', [{ ...holding('a'), ...pick(buildStep('assert', {}, { if: '`false`' })) }])])
  t.match(skipped.report, { outcome: 'failed' })
  const nothing = await run([
    buildScenario('nothing', [buildStep('group', [], { more: { steps: [] } })]),
    buildScenario('something', [holding('a')]),
  ])
  t.match(nothing.report.scenarios[0], { outcome: 'failed', problem: { code: 'nothing-asserted' } })
})

t.test('expressions: what has no value is an error at once, also under until', async (t) => {
  const until = { withinMs: 5000, everyMs: 100 }
  const { report } = await run([
    buildScenario('null', [buildStep('run', ['echo', '${{ testbed.nothing }}'], { ...local, until })]),
    buildScenario('type', [buildStep('run', 'echo x', { ...local, until, expect: { 'length(exit)': 1 } })]),
    buildScenario('object', [buildStep('run', ['echo', 'a ${{ testbed }}'], local)]),
    buildScenario('vars', [holding('a')], { vars: { a: '${{ testbed.nothing }}' } }),
    buildScenario('twice', [buildStep('run', 'echo x', { ...local, capture: { testbed: 'stdout' } })]),
    buildScenario('empty', [buildStep('run', 'echo x', { ...local, capture: { a: 'json.x' } })]),
  ])
  const found = report.scenarios.map(({ problem, steps }) => problem?.code ?? steps[0]?.problem?.code ?? steps[0]?.checks.at(-1)?.subject)
  t.same(found, ['expression', 'expression', 'expression', 'expression', 'capture', 'capture a'])
  t.ok(report.scenarios.every(({ steps }) => steps.every(({ attempts }) => attempts <= 1)))
})

t.test('bail, and scenarios at the same time', async (t) => {
  const bail = await run([buildScenario('a', [failing('x')]), buildScenario('b', [holding('y')])], { options: { bail: true } })
  t.match(bail.report.scenarios[1], { outcome: 'skipped' })
  const names = ['a', 'b', 'c', 'd']
  const { report, events } = await run(
    names.map((name) => buildScenario(name, [buildStep('run', 'true', local)])),
    { options: { parallel: 4 } },
  )
  t.match(report, { outcome: 'passed', counts: { passed: 4 } })
  const kinds = events.slice(1, 9).map(({ type }) => type)
  t.notOk(kinds.includes('step-ended'), 'all four have begun before the first has ended')
  const same = await run([buildScenario('a', [holding('x')]), buildScenario('a', [failing('y')])])
  t.same(
    same.report.scenarios.map(({ name, outcome }) => [name, outcome]),
    [
      ['a', 'passed'],
      ['a (2)', 'failed'],
    ],
  )
})

t.test('group: at the same time; use: a scope of its own', async (t) => {
  const group = (steps: readonly Step[]) => buildStep('group', [], { name: 'group', more: { steps } })
  const { report } = await run([
    buildScenario('group', [
      group([buildStep('run', 'echo 1', { ...local, name: 'x', capture: { a: 'json' } }), holding('y')]),
      buildStep('assert', { a: 1 }),
    ]),
    buildScenario('group fails', [group([failing('x'), holding('y')]), holding('z')]),
  ])
  t.same(outcomes(report), ['group passed', 'x passed', 'y passed', 'assert passed', 'group failed', 'x failed', 'y passed', 'z skipped'])
  t.same(
    report.scenarios[0]?.steps.map(({ path }) => path),
    [[0], [0, 0], [0, 1], [1]],
  )

  const file = (steps: readonly Step[], outputs: JsonObject): StepFile => ({
    file: 'scenarios/lib/x.yaml',
    place,
    inputs: [
      { name: 'n', type: 'number', required: true, place },
      { name: 'word', type: 'string', required: false, default: toValue('w'), place },
    ],
    steps,
    outputs: toEntries(outputs),
  })
  const echo = buildStep('run', ['echo', '${{ n }}', '${{ word }}'], { ...local, capture: { said: 'trim(stdout)' } })
  const use = (given: JsonObject, more = {}, step: Step = echo) =>
    buildStep('use', given, { name: 'use', more: { use: file([step], { said: '${{ said }}' }) }, ...more })
  const used = await run([
    buildScenario(
      'use',
      [
        use({ n: '${{ k }}' }, { capture: { got: 'said' }, expect: { said: { contains: '5' } } }),
        use({ n: 6, word: 'v' }, { capture: { again: 'said' } }),
        buildStep('assert', { got: '5 w', again: '6 v' }),
      ],
      { vars: { k: 5 } },
    ),
    buildScenario('wrong type', [use({ n: 'five' })]),
    buildScenario('missing', [use({})]),
    buildScenario('fails', [use({ n: 1 }, {}, failing('inner'))]),
    buildScenario('scope', [use({ n: 1 }, {}, buildStep('assert', { k: 5 }))], { vars: { k: 5 } }),
  ])
  t.same(
    used.report.scenarios.map(({ outcome }) => outcome),
    ['passed', 'errored', 'errored', 'failed', 'failed'],
  )
  t.match(used.report.scenarios[3]?.steps, [
    { outcome: 'failed', problem: { message: /"inner" failed: expected "mars-1"/ } },
    { outcome: 'failed', path: [0, 0] },
  ])
})

t.test('until around a step file tells the steps of the last attempt alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-engine-'))
  const file = join(folder, 'count')
  const inner = buildStep('script', `echo x >>${file}; test "$(wc -l <${file})" -ge 3`, { ...local, name: 'inner' })
  const use = buildStep(
    'use',
    {},
    {
      name: 'use',
      until: { withinMs: 30_000, everyMs: 10 },
      more: { use: { file: 'lib.yaml', place, inputs: [], steps: [inner], outputs: [] } },
    },
  )
  const { report } = await run([buildScenario('use', [use])])
  t.same(outcomes(report), ['use passed', 'inner passed'])
  t.equal(report.scenarios[0]?.steps[0]?.attempts, 3)
  rmSync(folder, { recursive: true })
})

t.test('a defect in a step does not take always away', async (t) => {
  const broken = { ...holding('broken'), expect: [{ key: 'a', keyPlace: place, value: { type: 'nonsense' } as never }] }
  const { report } = await run([buildScenario('defect', [broken as Step], { always: [holding('c')] })])
  t.match(report.scenarios[0]?.steps, [{ outcome: 'errored' }, { outcome: 'passed' }])
})

t.test('the journal holds every event, for its owner alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-engine-'))
  const path = join(folder, 'run', 'journal.jsonl')
  const journal = createJournal(path, (reason) => t.fail(reason))
  const events: Event[] = []
  await runAll(
    [buildScenario('a', [holding('x')])],
    { testbed, hops: createHops(testbed), clock: createFakeClock(), evaluator: createEvaluator() },
    { run: 'r', parallel: 1, bail: false, retry: 0, failOnFlaky: false, allowLocal: false, secrets: {} },
    { signal: never, abandon: never },
    (event) => {
      events.push(event)
      journal.write(event)
    },
  )
  const written = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json)
  t.same(written, events, 'before it is closed')
  journal.close()
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(statSync(join(folder, 'run')).mode & 0o777, 0o700)
  const warnings: string[] = []
  createJournal(path, (reason) => warnings.push(reason)).close()
  t.match(warnings, [/EEXIST/])
  t.match(written[0], { type: 'run-started', run: 'r' })
  rmSync(folder, { recursive: true })
})
