import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { failing, holding, local, run } from '../local-run.ts'

/** A scenario that passes at the third attempt: each leaves a line in a file. */
function thirdTime(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-retry-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const count = buildStep('run', ['sh', '-c', 'echo x >> "$0"; wc -l < "$0"', join(folder, 'tries')], {
    ...local,
    name: 'count',
    expect: { 'to_number(trim(stdout))': { gte: 3 } },
  })
  return buildScenario('it passes in the end', [count, holding('after')])
}

t.test('a scenario that passes on a retry is flaky, and never plainly passed', async (t) => {
  const { report, events } = await run([thirdTime(t), buildScenario('steady', [holding('x')])], { options: { retry: 3 } })
  t.match(report, { outcome: 'passed', counts: { passed: 1, failed: 0 }, flaky: 1, assertions: 4 })
  const [flaky, steady] = report.scenarios
  t.match(flaky, { outcome: 'passed', flaky: /^passed on attempt 3 of 4; attempt 1 failed: "count": .*1.*; attempt 2 failed: "count": / })
  t.same(
    flaky?.steps.map(({ outcome }) => outcome),
    ['passed', 'passed'],
    'the steps are those of the last attempt',
  )
  t.notOk('flaky' in (steady ?? {}))
  const ends = events.filter((event) => event.type === 'scenario-ended')
  t.same(
    ends.map(({ outcome, retried = false }) => [outcome, retried]),
    [
      ['failed', true],
      ['failed', true],
      ['passed', false],
      ['passed', false],
    ],
  )
})

t.test('where flaky counts as failed, it is', async (t) => {
  const { report } = await run([thirdTime(t)], { options: { retry: 2, failOnFlaky: true } })
  t.match(report, { outcome: 'failed', counts: { passed: 0, failed: 1 }, scenarios: [{ outcome: 'failed', problem: { code: 'flaky' } }] })
})

t.test('one that never passes has failed, and is told as it was in the end', async (t) => {
  const { report, events } = await run([thirdTime(t), buildScenario('never', [failing('x')])], { options: { retry: 1, bail: true } })
  t.match(report, { outcome: 'failed', counts: { failed: 1, skipped: 1 } })
  t.notOk('flaky' in (report.scenarios[0] ?? {}))
  t.equal(events.filter(({ type }) => type === 'scenario-started').length, 3)
})

t.test('after an interruption nothing is tried again', async (t) => {
  const { report } = await run([buildScenario('never', [failing('x')])], {
    options: { retry: 9 },
    signal: AbortSignal.abort(new Error('stop')),
  })
  t.match(report, { interrupted: true, scenarios: { length: 1 } })
})
