import t from 'tap'
import { excuseShortage } from '../../../runner/engine/short-of-machines.ts'
import type { Scenario } from '../../../schemas/scenario.ts'

const place = { file: 'a.yaml', line: 1, column: 1, length: 1 }
const scenario = { place } as Scenario
const quiet = new AbortController().signal
const short = { message: 'no m4.large', hint: 'another zone' }

t.test('a scenario that failed while there was no machine to have could not be tested', async (t) => {
  const since: number[] = []
  const shortage = async (at: Date) => (since.push(at.getTime()), short)
  t.same(await excuseShortage(scenario, { outcome: 'failed' }, 42, shortage, quiet), {
    outcome: 'errored',
    problem: { code: 'no-capacity', severity: 'error', place, ...short },
  })
  t.same(since, [42])
})

t.test('nobody is asked of one that did not fail, nor where there is nobody to ask, nor after an interruption', async (t) => {
  const shortage = async () => t.fail('asked') as never
  for (const outcome of ['passed', 'errored', 'skipped'] as const)
    t.same(await excuseShortage(scenario, { outcome }, 0, shortage, quiet), { outcome })
  t.same(await excuseShortage(scenario, { outcome: 'failed' }, 0, undefined, quiet), { outcome: 'failed' })
  t.same(await excuseShortage(scenario, { outcome: 'failed' }, 0, shortage, AbortSignal.abort()), { outcome: 'failed' })
  t.same(await excuseShortage(scenario, { outcome: 'failed' }, 0, async () => undefined, quiet), { outcome: 'failed' })
})
