import t from 'tap'
import type { RunReport } from '../../../runner/report.ts'
import { reporterKinds } from '../../../runner/reporters/index.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import { emptyReport, foldEvent } from '../../../runner/report.ts'
import type { Event } from '../../../schemas/event.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { failing, holding, run } from '../local-run.ts'

const knownFailure = 'waits for ISSUE-7'

function render(name: string, events: readonly Event[]): string {
  const reporter = reporterKinds[name]?.create({ source: () => undefined, again: () => 'again', palette: plainPalette })
  const report: RunReport = events.reduce(foldEvent, emptyReport)
  return [...events.map((event) => reporter?.onEvent?.(event)), reporter?.finish?.(report)].join('')
}

t.test('a scenario that is known to fail is green while it does, red when it passes, errored as any', async (t) => {
  const broken = buildStep('run', 'true', { host: 'nowhere' })
  const { report } = await run([
    buildScenario('fails', [failing('a')], { knownFailure }),
    buildScenario('passes', [holding('a')], { knownFailure }),
    buildScenario('errs', [broken], { knownFailure }),
  ])
  t.match(report.scenarios, [
    { outcome: 'passed', knownFailure, steps: [{ outcome: 'failed', knownFailure }] },
    { outcome: 'failed', problem: { code: 'unexpected-pass', message: /ISSUE-7/ } },
    { outcome: 'errored', steps: [{ outcome: 'errored' }] },
  ])
  t.equal(report.scenarios[1]?.knownFailure, undefined)
})

t.test('every report tells it, and who cares for it', async (t) => {
  const scenario = buildScenario('fails', [failing('a')], { knownFailure, owner: 'team blue', description: 'Why so.\nAnd more.' })
  const { report, events } = await run([scenario])
  t.match(report, { outcome: 'passed', counts: { passed: 1, failed: 0 } })
  for (const [name, ...told] of [
    [
      'spec',
      /not ok .*known failure: waits for ISSUE-7/,
      /steps: 1 known to fail/,
      /known to fail: fails: waits/,
      /owner: team blue/,
      /Why so\./,
    ],
    ['tap', /not ok 1 - a # TODO known failure: waits/, /^ok 1 - fails/m, /# owner: team blue/, /# known failure: waits/],
    ['tap13', /not ok 1 - fails › a # TODO known failure: waits/, /# owner: team blue/],
    ['junit', /failures="0"/, /<system-err><!\[CDATA\[known failure \(waits for ISSUE-7\)/, /name="owner" value="team blue"/],
    ['json', /"knownFailure": "waits for ISSUE-7"/, /"owner": "team blue"/],
  ] as const)
    for (const each of told) t.match(render(name, events), each, name)
})
