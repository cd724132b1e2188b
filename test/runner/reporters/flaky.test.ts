import t from 'tap'
import { emptyReport, foldEvent } from '../../../runner/report.ts'
import { reporterKinds } from '../../../runner/reporters/index.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import type { Event, StepResult } from '../../../schemas/event.ts'

const options = { source: () => undefined, palette: plainPalette, again: () => 'titus-bed run' }
const passed: StepResult = {
  path: [0],
  name: 'x',
  kind: 'run',
  place: { file: 'scenarios/a.yaml', line: 3, column: 5, length: 4 },
  outcome: 'passed',
  soft: false,
  durationMs: 120,
  attempts: 1,
  checks: [],
}

t.test('a flaky scenario is told in every report, and is nowhere plainly passed', async (t) => {
  const head = { at: 1, run: 'r' } as const
  const flaky = 'passed on attempt 2 of 2; attempt 1 failed: "x": no'
  const file = 'scenarios/a.yaml'
  const start: Event = { ...head, type: 'scenario-started', scenario: 'it wavers', file, steps: 1 }
  const end = { ...head, type: 'scenario-ended', scenario: 'it wavers', file, durationMs: 5 } as const
  const events: readonly Event[] = [
    { ...head, type: 'run-started', testbed: 'blue', target: 'lab', scenarios: ['it wavers'] },
    start,
    { ...head, type: 'step-ended', scenario: 'it wavers', step: { ...passed, outcome: 'failed' } },
    { ...end, outcome: 'failed', retried: true },
    start,
    { ...head, type: 'step-ended', scenario: 'it wavers', step: passed },
    { ...end, outcome: 'passed', flaky },
    {
      ...head,
      type: 'run-ended',
      outcome: 'passed',
      durationMs: 9,
      interrupted: false,
      counts: { passed: 0, failed: 0, errored: 0, skipped: 0 },
      flaky: 1,
      assertions: 1,
    },
  ]
  const report = events.reduce(foldEvent, emptyReport)
  t.match(report, { flaky: 1, scenarios: [{ flaky, outcome: 'passed', steps: { length: 1 } }] })
  for (const [name, kind] of Object.entries(reporterKinds)) {
    const reporter = kind.create(options)
    const text = events.map((event) => reporter.onEvent?.(event) ?? '').join('') + (reporter.finish?.(report) ?? '')
    t.match(text, /flaky/, name)
    t.match(text, 'attempt 1 failed', name)
    t.notMatch(text, /scenarios: 1 passed/, name)
    if (name.startsWith('tap')) t.notMatch(text, /^not ok/m, `${name}: what was tried again does not turn it red`)
    if (name === 'junit') t.match(text, /<testsuite [^>]*failures="0"[^]*<property name="flaky"[^]*<system-err><!\[CDATA\[flaky: /)
  }
})
