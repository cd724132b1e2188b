import t from 'tap'
import { runInOrder } from '../../../runner/engine/run-in-order.ts'
import { buildStep } from '../build-scenario.ts'
import { recordFrame, scriptedSteps } from './frame.ts'

/** Runs steps that come to what their names say. */
async function runNamed(names: readonly string[], options = {}, soft: readonly string[] = []) {
  const ran: string[] = []
  const { frame, events } = recordFrame({ runStep: scriptedSteps(ran) })
  const steps = names.map((name) => buildStep('assert', {}, { name, soft: soft.includes(name) }))
  const results = await runInOrder(steps, [4], frame, options)
  return { ran, events, told: results.map(({ path, outcome, problem }) => `${path.join('.')} ${outcome} ${problem?.message ?? ''}`.trim()) }
}

t.test('after a step that failed or errored the rest is skipped, and each says why', async (t) => {
  const { ran, told, events } = await runNamed(['passed', 'failed', 'passed', 'errored'])
  t.same(ran, ['passed at 4.0', 'failed at 4.1'])
  t.same(told, ['4.0 passed', '4.1 failed', '4.2 skipped "failed" failed', '4.3 skipped "failed" failed'])
  t.same(
    events.map(({ type }) => type),
    ['step-ended', 'step-ended'],
    'the skipped ones are told',
  )
})

t.test('a soft step breaks nothing, unless it was cut short', async (t) => {
  t.same((await runNamed(['failed', 'passed'], {}, ['failed'])).told, ['4.0 failed', '4.1 passed'])
  const cut = await runNamed(['errored interrupted', 'passed'], {}, ['errored interrupted'])
  t.same(cut.ran, ['errored interrupted at 4.0'])
  t.match(cut.told[1], /^4\.1 skipped "errored interrupted" errored/)
})

t.test('a step that was skipped for its condition breaks nothing', async (t) => {
  t.same((await runNamed(['skipped', 'passed'])).told, ['4.0 skipped', '4.1 passed'])
})

t.test('cleaning up goes on after a failure', async (t) => {
  t.same((await runNamed(['failed', 'errored', 'passed'], { goOn: true, first: 7 })).told, ['4.7 failed', '4.8 errored', '4.9 passed'])
})

t.test('nothing runs when it is known before that nothing may', async (t) => {
  const { ran, told } = await runNamed(['passed', 'passed'], { after: 'the variables are wrong' })
  t.same(ran, [])
  t.same(told, ['4.0 skipped the variables are wrong', '4.1 skipped the variables are wrong'])
})
