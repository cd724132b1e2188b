import t from 'tap'
import { isEvent } from '../../../cli/report/event-form.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { sampleRun } from '../../runner/reporters/html/sample-run.ts'

const events = sampleRun as unknown as readonly JsonObject[]

t.test('the events of a run are events, and without any of what they cannot do without they are none', (t) => {
  for (const event of events) t.ok(isEvent(event), JSON.stringify(event))
  const [bare, ofStep] = [
    ['scenario', 'file', 'outcome', 'step', 'path', 'counts', 'scenarios', 'evidence'],
    ['path', 'name', 'place', 'outcome', 'checks'],
  ]
  for (const event of events) {
    for (const key of bare)
      if (event[key] !== undefined) t.notOk(isEvent({ ...event, [key]: null }), `${event['type'] as string} without ${key}`)
    const step = event['step'] as JsonObject | undefined
    for (const key of step === undefined ? [] : ofStep)
      t.notOk(isEvent({ ...event, step: { ...step, [key]: null } }), `a step without ${key}`)
    if (step !== undefined) t.notOk(isEvent({ ...event, step: { ...step, checks: [null] } }))
  }
  t.ok(isEvent({ type: 'of-a-later-version' }))
  t.notOk(isEvent({ type: 5 }))
  t.end()
})
