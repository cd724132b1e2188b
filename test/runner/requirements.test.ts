import t from 'tap'
import { findUnmet } from '../../runner/requirements.ts'
import { renderSummaryPage } from '../../runner/reporters/markdown.ts'
import { reporterKinds } from '../../runner/reporters/index.ts'
import { plainPalette } from '../../runner/reporters/reporter.ts'
import { emptyReport, foldEvent } from '../../runner/report.ts'
import type { Event } from '../../schemas/event.ts'
import type { Requirement } from '../../schemas/scenario.ts'
import { buildScenario, place } from './build-scenario.ts'
import { evaluation, holding, run, testbed } from './local-run.ts'

function capability(name: string): Requirement {
  return { type: 'capability', name, place }
}

function condition(source: string): Requirement {
  return { type: 'condition', condition: { type: 'expression', source, roots: [], place } }
}

t.test('a testbed meets what it has, and what holds of it', async (t) => {
  const unmet = async (...requires: readonly Requirement[]) => (await findUnmet(requires, testbed, evaluation)).map(({ reason }) => reason)
  t.same(await unmet(capability('lab'), condition("target == 'lab'"), condition("contains(capabilities, 'lab')")), [])
  t.same(await unmet(capability('aws'), capability('lab'), condition('length(hosts) >= `2`'), condition('outputs.nothing')), [
    'aws, which testbed none (lab) lacks',
    'length(hosts) >= `2`, which is not so on testbed none (lab)',
    'outputs.nothing, which is not so on testbed none (lab)',
  ])
  await t.rejects(unmet(condition('length(outputs.nothing) > `1`')), { code: 'expression' })
})

t.test('a scenario that a testbed cannot show is skipped with the reason; one that cannot be told is errored', async (t) => {
  const { report } = await run([
    buildScenario('shown', [holding('a')]),
    buildScenario('skipped', [holding('a'), holding('b')], { requires: [capability('aws'), capability('iam.real')] }),
    buildScenario('untold', [holding('a')], { requires: [condition('length(outputs.nothing) > `1`')] }),
  ])
  t.match(report, { outcome: 'errored', counts: { passed: 1, skipped: 1, errored: 1 }, assertions: 1, unasserted: 3 })
  t.match(report.scenarios.slice(1), [
    { outcome: 'skipped', problem: { code: 'requirement-not-met', message: /^it requires aws, .*; it requires iam\.real, / }, steps: [] },
    { outcome: 'errored', problem: { code: 'expression', severity: 'error' }, steps: [] },
  ])
})

t.test('a run in which nothing could be shown is red', async (t) => {
  const { report } = await run([buildScenario('skipped', [holding('a')], { requires: [capability('aws')] })])
  t.match(report, { outcome: 'failed', counts: { skipped: 1 }, assertions: 0, unasserted: 1 })
})

t.test('every report tells the reason, and the summary how much was shown', async (t) => {
  const { events, report } = await run([
    buildScenario('shown', [holding('a')]),
    buildScenario('skipped', [holding('a'), holding('b')], { requires: [capability('aws')] }),
  ])
  for (const [name, ...told] of [
    ['spec', /skipped in 0 ms\n.*it requires aws, which testbed none \(lab\) lacks/, /; 1 of 3 assertions ran on this target in /],
    ['tap', /^ok 2 - skipped # SKIP it requires aws/m],
    ['tap13', /# SKIP it requires aws/],
    ['junit', /<skipped message="it requires aws, which testbed none \(lab\) lacks"/],
    ['json', /"unasserted": 2/, /"message": "it requires aws/],
    ['html', /"unasserted":2/, /it requires aws, which testbed none \(lab\) lacks/],
  ] as const)
    for (const each of told) t.match(render(name, events), each, name)
  t.match(renderSummaryPage(report), /; 1 of 3 assertions ran on this target in [^]*\| skipped&#58; skipped, it requires aws, /)
})

function render(name: string, events: readonly Event[]): string {
  const reporter = reporterKinds[name]?.create({ source: () => undefined, again: () => 'again', palette: plainPalette })
  const report = events.reduce(foldEvent, emptyReport)
  return [...events.map((event) => reporter?.onEvent?.(event)), reporter?.finish?.(report)].join('')
}
