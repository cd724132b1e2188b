import t from 'tap'
import type { Test } from 'tap'
import { reporterKinds } from '../../../runner/reporters/index.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import { stepKinds } from '../../../runner/steps/index.ts'
import type { Event } from '../../../schemas/event.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Step } from '../../../schemas/scenario.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { holding, local, run } from '../local-run.ts'

function perl(text: string, expect: JsonObject, more: object = {}): Step {
  return buildStep('run', ['perl', '-e', text], { ...local, expect, ...more })
}

/** Runs steps with a step in `always` and a scenario after them, and lets every reporter tell it. */
async function survive(t: Test, steps: readonly Step[], more: object = {}) {
  const { report, events } = await run([
    buildScenario('hostile', steps, { always: [holding('clean up')], ...more }),
    buildScenario('later', [holding('b')]),
  ])
  t.equal(report.scenarios[0]?.steps.at(-1)?.outcome, 'passed', 'always ran')
  t.equal(report.scenarios[1]?.outcome, 'passed', 'the scenario after it ran')
  for (const [name, kind] of Object.entries(reporterKinds)) {
    const reporter = kind.create({ source: () => undefined, again: () => 'again', palette: plainPalette })
    const told = events.map((event: Event) => reporter.onEvent?.(event) ?? '').join('')
    const text = told + (reporter.finish?.(report) ?? '')
    t.match(text, /later/, `${name} is whole`)
  }
  return report.scenarios[0]?.steps ?? []
}

t.test('JSON that is nested too deep belongs to its step, and only what reads it is not judged', async (t) => {
  for (const levels of [6000, 100_000]) {
    const text = `print "[" x ${levels}, "]" x ${levels}`
    const [reading, other] = await survive(t, [
      perl(text, { json: { length: 1 } }, { more: { soft: true } }),
      perl(text, { stdout: { contains: '[[' } }),
    ])
    t.match(reading, { outcome: 'errored', problem: { code: 'incomplete', message: /nested more than 500 levels deep/ } })
    t.match(other, { outcome: 'passed' })
  }
})

t.test('a pattern without an end keeps neither the step from its deadline nor the scenario from always', async (t) => {
  const [step] = await survive(t, [perl('print "a" x 36, "!"', { stdout: { matches: '^(a+)+$' } }, { timeoutMs: 1500 })])
  t.match(step, { outcome: 'errored', problem: { code: 'timeout', message: /matches.*had not come to an end/ } })
  const within = { timeoutMs: 30_000 }
  const [cut] = await survive(t, [perl('print "a" x 36, "!"', { stdout: { matches: '^(a+)+$' } }, within)], { timeoutMs: 1500 })
  t.match(cut, { outcome: 'errored', problem: { code: 'scenario-timeout' } })
})

t.test('an output of one character a million times takes no longer than another', async (t) => {
  const print = (text: string) => perl(`print ${text}`, { stdout: { contains: 'nothing' } }, { timeoutMs: 20_000 })
  const texts = ['"\\n" x 1e6, "x"', '"\\r" x 1e6, "x"', '" " x 1e6, "x\\n" x 3', '"\\t\\r" x 5e5, "x"', '"argument " x 1e5', '"{" x 1e6']
  const before = process.cpuUsage()
  for (const text of texts) t.match(await survive(t, [print(text)]), [{ outcome: 'failed' }], text)
  const { user } = process.cpuUsage(before)
  t.ok(user < 2e6 * texts.length, `${(user / 1e6).toFixed(1)} s of processor`)
  const number = perl('print "[", "1" x 1e6, ".5]"', { 'length(json)': 2 }, { timeoutMs: 20_000 })
  t.match(await survive(t, [number]), [{ outcome: 'failed' }], 'a number with a million digits')
})

t.test('whole numbers keep their digits from the answer to the expectation, the capture and the next command', async (t) => {
  const printing = perl(
    'print q({"id":9007199254740993,"ns":1700000000123456789})',
    { 'json.id': 9007199254740993n, 'json.ns': { gt: 1, lt: 2n ** 63n } },
    {
      capture: { id: 'json.id' },
    },
  )
  const asText = buildStep('run', ['echo', '${{ id }}'], { ...local, expect: { stdout: '9007199254740993' } })
  const wrong = perl('print q({"id":9007199254740993})', { 'json.id': 9007199254740992n })
  const [first, second, third] = await survive(t, [printing, asText, wrong])
  t.match([first, second], [{ outcome: 'passed' }, { outcome: 'passed' }])
  t.match(third, { outcome: 'failed', checks: [{ explanation: 'expected 9007199254740992, got 9007199254740993' }, {}] })
})

t.test('huge texts that differ, halves of characters and strange keys are judged and told', async (t) => {
  const [differing, halves, keys] = await survive(t, [
    perl(
      'print "$_ a\\n" for 1..60000',
      { stdout: Array.from({ length: 60_000 }, (_, line) => `${line + 1} b`).join('\n') },
      { more: { soft: true } },
    ),
    perl(String.raw`print q(["\ud800","\udfff\u0000"])`, { json: ['x'] }, { more: { soft: true } }),
    perl('print q({"__proto__":{"a":1},"constructor":1})', { 'json.constructor': 1, 'json.toString': { not: 1 } }),
  ])
  t.match(differing, { outcome: 'failed', checks: [{ explanation: /-1 b/ }, {}] })
  t.match(halves, { outcome: 'failed' })
  t.match(keys, { outcome: 'passed' })
})

t.test('a kind that gives what is no data is errored, and one that comes back after its limit too', async (t) => {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const assert = stepKinds['assert']
  if (assert === undefined) throw new Error('no kind assert')
  const answers: readonly (() => unknown)[] = [
    () => cyclic,
    () => ({
      get now(): never {
        throw new Error('getter')
      },
    }),
    () => ({ f: () => 1 }),
    () => {
      throw new RangeError('Maximum call stack size exceeded')
    },
  ]
  for (const answer of answers) {
    const strange = { ...assert, run: async () => answer() as never }
    Object.assign(stepKinds, { strange })
    const [step] = await survive(t, [buildStep('strange', { a: 1 })])
    t.match(step, { outcome: 'errored', problem: { code: /bad-result|defect/ } })
  }
  delete (stepKinds as Record<string, unknown>)['strange']
})
