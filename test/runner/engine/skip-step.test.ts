import t from 'tap'
import { skipStep } from '../../../runner/engine/skip-step.ts'
import { buildStep, place } from '../build-scenario.ts'
import { recordFrame } from './frame.ts'

t.test('a skipped step is told, with why, and is no passed one', async (t) => {
  const { frame, events } = recordFrame()
  const result = skipStep(buildStep('run', ['true'], { name: 'later', soft: true }), [2, 1], frame, 'the step before failed')
  t.match(result, {
    path: [2, 1],
    name: 'later',
    outcome: 'skipped',
    soft: true,
    attempts: 0,
    checks: [],
    problem: { code: 'skipped', severity: 'note', place, message: 'the step before failed' },
  })
  t.same(events, [{ type: 'step-ended', scenario: 'test', step: result }])
  t.equal(skipStep(buildStep('run', ['true']), [0], frame, 'x', 'interrupted').problem?.code, 'interrupted')
})
