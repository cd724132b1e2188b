import t from 'tap'
import { runAll } from '../../../runner/engine/run-all.ts'
import { createEvaluator } from '../../../runner/evaluation/evaluator.ts'
import { createHops } from '../../../runner/hops/hops.ts'
import type { Hops } from '../../../runner/hops/hops.ts'
import { systemClock } from '../../../runner/time/clock.ts'
import type { Event } from '../../../schemas/event.ts'
import { buildScenario } from '../build-scenario.ts'
import { holding, testbed } from '../local-run.ts'

t.test('a run over connections that are kept is told nothing of what comes after it', async (t) => {
  const kept = createHops(testbed)
  const evaluator = createEvaluator()
  t.teardown(() => Promise.all([kept.close(), evaluator.close()]))
  const listeners = new Set<(note: string) => void>()
  const hops: Hops = {
    ...kept,
    listen(onNote) {
      listeners.add(onNote)
      return () => void listeners.delete(onNote)
    },
  }
  const never = new AbortController().signal
  const options = { run: 'r', parallel: 1, bail: false, retry: 0, failOnFlaky: false, allowLocal: true, secrets: {} }
  for (let round = 1; round <= 3; round += 1) {
    const events: Event[] = []
    const world = { testbed, hops, clock: systemClock, evaluator }
    const onEvent = (event: Event) => {
      if (event.type === 'run-started') t.equal(listeners.size, 1, 'one run listens')
      events.push(event)
    }
    await runAll([buildScenario('again', [holding('a')])], world, options, { signal: never, abandon: never }, onEvent)
    t.equal(listeners.size, 0, 'and no longer when it has ended')
    t.equal(events.at(-1)?.type, 'run-ended')
  }
})
