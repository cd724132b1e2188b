import t from 'tap'
import { watchOpenEnds } from '../../runner/open-ends.ts'
import { emptyReport, foldEvent } from '../../runner/report.ts'
import type { Event } from '../../schemas/event.ts'
import { buildScenario, buildStep } from './build-scenario.ts'
import { holding, run } from './local-run.ts'

async function eventsOfRun(): Promise<readonly Event[]> {
  const group = buildStep('group', [], { name: 'around', more: { steps: [holding('inner')] } })
  return (await run([buildScenario('first', [holding('one'), group]), buildScenario('second', [holding('two')])])).events
}

t.test('wherever a run breaks off, the events that are missing make it whole', async (t) => {
  const events = await eventsOfRun()
  for (const count of events.keys()) {
    if (count === 0) continue
    const ends = watchOpenEnds('it broke off')
    const before = events.slice(0, count)
    before.forEach(ends.see)
    const missing = ends.close(before.at(-1)?.at ?? 0, before.reduce(foldEvent, emptyReport))
    const report = [...before, ...missing].reduce(foldEvent, emptyReport)
    t.match(report, { outcome: 'errored', interrupted: true }, `after ${count} events`)
    const told = Object.values(report.counts).reduce((sum, each) => sum + each, 0)
    t.equal(told, report.scenarios.length)
    const started = before.filter(({ type }) => type === 'step-started').length
    t.equal(report.scenarios.flatMap(({ steps }) => steps).length, started, 'what had begun is told')
    t.same(ends.close(0, report), [], 'once')
  }
})

t.test('nothing is missing to a run that has ended, or never began', async (t) => {
  const ends = watchOpenEnds('')
  t.same(ends.close(0, emptyReport), [])
  const events = await eventsOfRun()
  events.forEach(ends.see)
  t.same(ends.close(0, events.reduce(foldEvent, emptyReport)), [])
})
