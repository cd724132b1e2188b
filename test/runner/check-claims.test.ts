import t from 'tap'
import { checkClaims } from '../../runner/check-claims.ts'
import { runScenarios } from '../../runner/index.ts'
import { mergeRuns } from '../../runner/merge-runs.ts'
import { emptyReport, foldEvent } from '../../runner/report.ts'
import type { Event } from '../../schemas/event.ts'
import { buildScenario, buildStep } from './build-scenario.ts'
import { failing, holding, run } from './local-run.ts'
import { sampleRun } from './reporters/html/sample-run.ts'

const local = { host: 'local' }
const testbed = { name: 'x', target: 'lab', region: 'r', account: '0', hosts: [], outputs: {}, api: {} } as const

/** The events of a run on this computer: one scenario that passes, one that fails in its second step, one that fails as is known, one with a soft step. */
async function runHere(): Promise<readonly Event[]> {
  const events: Event[] = []
  const [well, ill] = [buildStep('run', 'true', local), buildStep('run', 'false', local)]
  const scenarios = [
    buildScenario('well', [well]),
    buildScenario('ill', [well, ill]),
    buildScenario('known', [ill], { knownFailure: { reason: 'as is known' } } as never),
    buildScenario('soft', [well, buildStep('run', 'false', { ...local, soft: true })]),
    buildScenario('nested', [buildStep('group', [], { more: { steps: [well, ill] } })]),
  ]
  await runScenarios({ testbed, scenarios, options: { allowLocal: true }, onEvent: (event) => events.push(event) })
  return events
}

const events = await runHere()

/** The journal with another text in its lines. */
function edited(change: (event: Event) => Event | undefined): readonly Event[] {
  return events.flatMap((event) => change(event) ?? [])
}

t.test('what a run wrote bears itself out', async (t) => {
  t.same(checkClaims(events), { events, differences: [] })
  t.same(checkClaims(sampleRun).differences, [])
})

t.test('an end that claims more than its steps is told, and counts as what these bear out', async (t) => {
  const green = edited((event) => (event.type === 'scenario-ended' && event.scenario === 'ill' ? { ...event, outcome: 'passed' } : event))
  const { differences, events: checked } = checkClaims(green)
  t.match(differences, [/^run .*: "ill" ended as passed, and its step .* as failed: its journal is not as the run wrote it$/])
  const whole = mergeRuns([green], 'whole').reduce(foldEvent, emptyReport)
  t.match(whole, { outcome: 'errored', counts: { failed: 2 }, missing: differences })
  t.same(
    checked.find((event) => event.type === 'scenario-ended' && event.scenario === 'ill'),
    events.find((event) => event.type === 'scenario-ended' && event.scenario === 'ill'),
  )
})

t.test('the end of a run that claims more than its scenarios is told', async (t) => {
  const counts = { passed: 5, failed: 0, errored: 0, skipped: 0 }
  const green = edited((event) => (event.type === 'run-ended' ? { ...event, outcome: 'passed', counts, assertions: 99 } : event))
  t.match(checkClaims(green).differences, [
    /it ended as passed, and its scenarios as failed/,
    /it counts 5 passed, and has 3 passed, 2 failed/,
    /it counts 99 assertions, and has 8/,
  ])
  t.equal(mergeRuns([green], 'whole').reduce(foldEvent, emptyReport).outcome, 'errored')
})

t.test('wherever a run breaks off, in whatever attempt of a scenario, its end counts what its journal has', async (t) => {
  const ofLater = buildStep('run', ['sh', '-c', `test -e ${t.testdirName}/tried || ! touch ${t.testdirName}/tried`], local)
  const scenarios = [
    buildScenario('ill', [holding('one'), failing('two')]),
    buildScenario('later', [ofLater]),
    buildScenario('well', [holding('three')]),
  ]
  for (const failOnFlaky of [false, true]) {
    t.testdir()
    const { events, report } = await run(scenarios, { options: { retry: 1, failOnFlaky } })
    t.equal(events.filter((event) => event.type === 'scenario-ended' && event.retried === true).length, 2)
    t.match(report, failOnFlaky ? { counts: { passed: 1, failed: 2 }, flaky: undefined } : { counts: { passed: 1, failed: 1 }, flaky: 1 })
    for (const count of events.keys()) {
      const { missing } = mergeRuns([events.slice(0, count + 1)], 'whole').reduce(foldEvent, emptyReport)
      t.equal(missing, undefined, `after ${count + 1} events`)
    }
  }
})

t.test('a run that asserted nothing has not passed, whatever its end says', async (t) => {
  const unasserted = edited((event) => {
    if (event.type === 'step-ended') return { ...event, step: { ...event.step, outcome: 'passed', checks: [] } }
    if (event.type === 'scenario-ended') return { ...event, outcome: 'passed' }
    if (event.type !== 'run-ended') return event
    return { ...event, outcome: 'passed', counts: { passed: 5, failed: 0, errored: 0, skipped: 0 }, assertions: 0 }
  })
  t.match(checkClaims(unasserted).differences, [/it ended as passed, and its scenarios as failed/])
})

t.test('a step that passed with an assertion that does not hold is told, inside of another one too', async (t) => {
  const passed = edited((event) =>
    event.type === 'step-ended' && event.step.outcome === 'failed' ? { ...event, step: { ...event.step, outcome: 'passed' } } : event,
  )
  const told = checkClaims(passed).differences.filter((difference) => difference.includes('an assertion of it does not hold'))
  t.ok(told.some((difference) => difference.includes('"ill" › ')))
  t.ok(told.some((difference) => difference.includes('"nested" › ')))
})

t.test('a scenario whose lines are left out is missed', async (t) => {
  const without = edited((event) => ('scenario' in event && event.scenario === 'ill' ? undefined : event))
  t.match(checkClaims(without).differences, [/it counts 3 passed, 2 failed, and has 3 passed, 1 failed/, /assertions/])
})
