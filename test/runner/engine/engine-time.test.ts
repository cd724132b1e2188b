import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startDeadline } from '../../../runner/time/deadline.ts'
import { renderDuration } from '../../../runner/time/render-duration.ts'
import { pollUntil } from '../../../runner/time/poll-until.ts'
import type { Step, StepFile } from '../../../schemas/scenario.ts'
import { buildScenario, buildStep, place } from '../build-scenario.ts'
import { waitFor } from '../wait-for.ts'
import { createFakeClock, failing, holding, local, never, run } from '../local-run.ts'

t.test('until: the clock decides, the last state is kept', async (t) => {
  const clock = createFakeClock()
  const polls: unknown[] = []
  const attempt =
    (answers: readonly ('held' | 'again' | 'stop')[], costMs = 0) =>
    async (number: number) => {
      await clock.sleep(costMs, never)
      return { verdict: answers[number - 1] ?? 'again', last: `state ${number}`, value: number }
    }
  const onPoll = (...args: unknown[]) => polls.push(args)
  t.same(await pollUntil({ withinMs: 100, everyMs: 10 }, clock, never, attempt(['again', 'again', 'held']), onPoll), {
    value: 3,
    attempts: 3,
    elapsedMs: 20,
    expired: false,
  })
  t.same(polls, [
    [1, 0, 'state 1'],
    [2, 10, 'state 2'],
  ])
  t.match(await pollUntil({ withinMs: 100, everyMs: 10 }, clock, never, attempt(['stop']), onPoll), {
    value: 1,
    attempts: 1,
    expired: false,
  })
  t.match(
    await pollUntil({ withinMs: 100, everyMs: 10 }, clock, never, attempt([], 40), onPoll),
    { attempts: 3, elapsedMs: 140, expired: true },
    'it is a deadline, not a count',
  )
  t.match(await pollUntil({ withinMs: 0, everyMs: 10 }, clock, never, attempt([]), onPoll), { attempts: 1, expired: true }, 'always once')
  t.match(await pollUntil({ withinMs: 100, everyMs: 10 }, clock, AbortSignal.abort(), attempt([]), onPoll), { attempts: 1, expired: true })
})

t.test('deadlines nest: the nearest counts, and each knows whether it was the one', async (t) => {
  const outer = startDeadline(30)
  const inner = startDeadline(10_000, outer.signal)
  await new Promise((resolve) => inner.signal.addEventListener('abort', resolve))
  t.same([outer.passed, inner.passed], [true, false])
  t.ok(startDeadline(10, AbortSignal.abort()).signal.aborted)
  inner.dispose()
})

t.test('durations for a person', async (t) => {
  t.same([5, 2500, 59_970, 61_000].map(renderDuration), ['5 ms', '2.5 s', '1m 0s', '1m 1s'])
})

t.test('until: a mismatch is tried again, and the last one told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-engine-'))
  const file = join(folder, 'count')
  const script = `echo x >>${file}; wc -l <${file}`
  const good = buildStep('script', script, {
    ...local,
    until: { withinMs: 30_000, everyMs: 20 },
    expect: { json: { gte: 3 } },
    capture: { n: 'json' },
  })
  const bad = failing('bad', { until: { withinMs: 2000, everyMs: 700 } })
  const { report, events } = await run([buildScenario('until', [good, buildStep('assert', { n: 3 }), bad])])
  const steps = report.scenarios[0]?.steps
  t.match(steps?.[0], { outcome: 'passed', attempts: 3 })
  t.match(steps?.[2], { outcome: 'failed', checks: [{ passed: false, actual: 'eu-west-1' }] })
  t.match(
    events.find(({ type }) => type === 'poll'),
    { path: [0], attempt: 1, last: /json: 1 is not at least 3/ },
  )
  rmSync(folder, { recursive: true })
})

t.test('time limits: of a step, of a scenario', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-engine-'))
  const mark = join(folder, 'once')
  const { report } = await run([
    buildScenario('step', [buildStep('run', 'sleep 20', { ...local, timeoutMs: 200 })]),
    buildScenario('scenario', [buildStep('run', 'sleep 20', local), holding('b')], { timeoutMs: 200, always: [holding('c')] }),
    buildScenario('cut off', [
      buildStep('script', `! test -e ${mark} || sleep 20; touch ${mark}; exit 1`, { ...local, until: { withinMs: 2000, everyMs: 10 } }),
    ]),
  ])
  rmSync(folder, { recursive: true })
  t.match(report.scenarios[0]?.steps[0], { outcome: 'errored', problem: { code: 'timeout' } })
  t.match(report.scenarios[1]?.steps, [
    { outcome: 'errored', problem: { code: 'scenario-timeout' } },
    { outcome: 'skipped' },
    { outcome: 'passed' },
  ])
  t.match(report.scenarios[2]?.steps[0], { outcome: 'failed' }, 'an attempt that the deadline cut off does not hide the mismatch before it')
})

t.test('an interruption ends the step, runs always, and gives a partial report', async (t) => {
  const controller = new AbortController()
  const begun = join(t.testdir(), 'begun')
  const running = run(
    [
      buildScenario('a', [buildStep('script', `echo >${begun}; exec sleep 20`, local), holding('b')], { always: [holding('c')] }),
      buildScenario('later', [holding('d')]),
    ],
    { signal: controller.signal },
  )
  await waitFor('the step began', () => existsSync(begun))
  controller.abort()
  const { report } = await running
  t.match(report, { interrupted: true, outcome: 'errored', counts: { errored: 1, skipped: 1 } })
  t.match(report.scenarios[0]?.steps, [
    { outcome: 'errored', problem: { code: 'interrupted' } },
    { outcome: 'skipped' },
    { outcome: 'passed' },
  ])
  const both = await run([buildScenario('a', [holding('b')], { always: [holding('c')] })], {
    signal: AbortSignal.abort(),
    abandon: AbortSignal.abort(),
  })
  t.equal(both.report.scenarios[0]?.outcome, 'skipped')
})

t.test('what was cut short was not tested: it is never passed or failed', async (t) => {
  const slow = buildStep('run', 'sleep 20', { ...local, name: 'slow', soft: true })
  const polling = failing('polling', { until: { withinMs: 60_000, everyMs: 10 } })
  const within = (steps: readonly Step[]) => buildStep('group', [], { name: 'group', timeoutMs: 100, more: { steps } })
  const file = (steps: readonly Step[]): StepFile => ({ file: 'lib.yaml', place, inputs: [], steps, outputs: [] })
  const use = (steps: readonly Step[]) => buildStep('use', {}, { name: 'use', timeoutMs: 100, more: { use: file(steps) } })
  const short = { timeoutMs: 100 }
  const { report } = await run([
    buildScenario('soft', [slow, holding('b')], short),
    buildScenario('until', [polling], short),
    buildScenario('group', [within([slow, holding('b')])]),
    buildScenario('use', [use([slow, holding('b')])]),
  ])
  const [soft, until, group, used] = report.scenarios
  t.match(soft, { outcome: 'errored', problem: { code: 'scenario-timeout' }, steps: [{ soft: true }, { outcome: 'skipped' }] })
  t.match(until, {
    outcome: 'errored',
    steps: [{ outcome: 'errored', problem: { code: 'scenario-timeout' }, checks: [{ passed: false, actual: 'eu-west-1' }] }],
  })
  t.match(group?.steps[0], { outcome: 'errored', problem: { code: 'timeout' } })
  t.match(used?.steps[0], { outcome: 'errored', problem: { code: 'timeout', message: /did not end within 100 ms: "slow"/ } })
})

t.test('a time limit names what gives more', async (t) => {
  const sleeping = buildStep('run', 'sleep 20', { ...local, until: { withinMs: 100, everyMs: 10 } })
  const { report } = await run([buildScenario('until', [sleeping])])
  t.match(report.scenarios[0]?.steps[0]?.problem, { code: 'timeout', message: /within 100 ms/, hint: /`within:`/ })
})
