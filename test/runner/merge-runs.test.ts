import t from 'tap'
import { checkClaims } from '../../runner/check-claims.ts'
import { mergeRuns } from '../../runner/merge-runs.ts'
import { countSteps, emptyReport, foldEvent } from '../../runner/report.ts'
import type { Graph } from '../../schemas/graph.ts'
import type { Event, Outcome } from '../../schemas/event.ts'
import { nastyRun } from './reporters/nasty-run.ts'
import { sampleRun } from './reporters/html/sample-run.ts'

/** A run of one scenario. */
function runOf(
  run: string,
  more: { readonly shard?: string; readonly cell?: string; readonly testbed?: string; readonly at?: number; readonly graph?: Graph },
  outcome: Outcome = 'passed',
): readonly Event[] {
  const { at = 1000, testbed = 'titus', ...named } = more
  const counts = { passed: 0, failed: 0, errored: 0, skipped: 0, [outcome]: 1 }
  const place = { file: 'a.yaml', line: 1, column: 1, length: 1 }
  const check = { subject: 'exit', passed: outcome === 'passed', implied: true, expected: 0, actual: 0, explanation: '', place }
  const step = { path: [0], name: 'a', kind: 'run', place, outcome, soft: false, durationMs: 5, attempts: 1, checks: [check] }
  return [
    {
      at,
      run,
      type: 'run-started',
      testbed,
      target: 'lab',
      scenarios: ['it answers'],
      hosts: [{ name: 'gateway', address: '30.0.0.1' }],
      ...named,
    },
    { at, run, type: 'scenario-started', scenario: 'it answers', file: 'a.yaml', steps: 1 },
    { at, run, type: 'step-ended', scenario: 'it answers', step },
    { at: at + 10, run, type: 'scenario-ended', scenario: 'it answers', file: 'a.yaml', outcome, durationMs: 10 },
    { at: at + 20, run, type: 'run-ended', outcome, durationMs: 20, interrupted: false, counts, assertions: 1 },
  ]
}

function merged(...runs: readonly (readonly Event[])[]) {
  return mergeRuns(runs, 'whole').reduce(foldEvent, emptyReport)
}

t.test('parts of a run are one run', async (t) => {
  const report = merged(runOf('1', { shard: '1/2' }), runOf('2', { shard: '2/2', at: 5000 }, 'failed'))
  t.match(report, { run: 'whole', testbed: 'titus', startedAt: 1000, durationMs: 4020, outcome: 'failed', assertions: 2, notes: [] })
  t.same(report.counts, { passed: 1, failed: 1, errored: 0, skipped: 0 })
  t.same(
    report.scenarios.map(({ name, outcome, cell }) => [name, outcome, cell]),
    [
      ['it answers', 'passed', undefined],
      ['it answers (2)', 'failed', undefined],
    ],
  )
})

t.test('a part that is missing makes the whole errored, and is named', async (t) => {
  const report = merged(runOf('1', { shard: '1/3' }), runOf('2', { shard: '3/3' }))
  t.equal(report.outcome, 'errored')
  t.same(report.missing, ['part 2/3 of 3 parts is missing: what it was to run was not run'])
  const ofCells = merged(runOf('1', { cell: 'm4.large', shard: '1/2' }), runOf('2', { cell: 'm5.large', shard: '2/2' }))
  t.equal(ofCells.missing?.length, 2, 'each cell has parts of its own')
  t.equal(
    merged(mergeRuns([runOf('1', { shard: '1/3' }), runOf('2', { shard: '3/3' })], 'part'), runOf('3', {})).missing?.length,
    1,
    'merged again',
  )
})

t.test('cells keep their scenarios apart', async (t) => {
  const report = merged(runOf('1', { cell: 'm4.large', testbed: 'a' }), runOf('2', { cell: 'm5.large', testbed: 'b' }, 'errored'))
  t.same(
    report.scenarios.map(({ name, cell }) => [name, cell]),
    [
      ['it answers [m4.large]', 'm4.large'],
      ['it answers [m5.large]', 'm5.large'],
    ],
  )
  t.equal(report.outcome, 'errored')
  t.equal(report.testbed, 'a, b')
  t.same(
    merged(runOf('1', { testbed: 'a' }), runOf('2', { testbed: 'b' })).scenarios.map(({ cell }) => cell),
    ['a', 'b'],
    'testbeds are cells',
  )
})

t.test('parts of one testbed have its picture; cells are testbeds of their own, whose machines have the same names', async (t) => {
  const graph = { name: 'titus', place: '', networks: [], groups: [], machines: [], allowed: [], roles: [] }
  t.match(mergeRuns([runOf('1', { shard: '1/2', graph }), runOf('2', { shard: '2/2', graph })], 'whole')[0], { graph })
  t.notMatch(mergeRuns([runOf('1', { cell: 'a', graph }), runOf('2', { cell: 'b', graph })], 'whole')[0], { graph: {} })
})

t.test('a run that broke off is told as that', async (t) => {
  const report = merged(runOf('1', {}).slice(0, 3), runOf('2', {}))
  t.match(report, { outcome: 'errored', interrupted: true, counts: { passed: 1, errored: 1 } })
})

t.test('a run that is given twice counts once', async (t) => t.equal(merged(runOf('1', {}), runOf('1', {})).scenarios.length, 1))

t.test('sums are those of the runs, whatever these say', async (t) => {
  const runs = [sampleRun, ...Array.from({ length: 20 }, (_, seed) => nastyRun(seed).map((event) => ({ ...event, run: String(seed) })))]
  // Nasty runs end as chance has it: what their steps do not bear out is not counted.
  const reports = runs.map((events) => checkClaims(events).events.reduce(foldEvent, emptyReport))
  const whole = merged(...runs)
  for (const outcome of ['passed', 'failed', 'errored', 'skipped'] as const)
    t.equal(
      whole.counts[outcome],
      reports.reduce((sum, { counts }) => sum + counts[outcome], 0),
    )
  t.equal(
    whole.assertions,
    reports.reduce((sum, { assertions }) => sum + assertions, 0),
  )
  const skipping = runs.map((events) => events.map((event) => (event.type === 'run-ended' ? { ...event, unasserted: 2 } : event)))
  t.equal(merged(...skipping).unasserted, 2 * runs.length)
  t.equal(whole.unasserted, undefined)
  for (const [standing, count] of Object.entries(countSteps(whole)))
    t.equal(
      count,
      reports.reduce((sum, report) => sum + (countSteps(report) as Readonly<Record<string, number>>)[standing]!, 0),
    )
})

t.test('nothing is merged out of nothing', async (t) => t.same(mergeRuns([], 'whole'), []))
