import t from 'tap'
import { reporterKinds } from '../../../runner/reporters/index.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import { emptyReport, foldEvent } from '../../../runner/report.ts'
import type { KeptScenario } from '../../../runner/engine/kept-scope.ts'
import type { Event } from '../../../schemas/event.ts'
import type { Need, Scenario } from '../../../schemas/scenario.ts'
import { buildScenario, buildStep, place, toEntries } from '../build-scenario.ts'
import { failing, holding, local, run } from '../local-run.ts'

function need(name: string, file: string, hasRows = false): Need {
  return { name, file, hasRows, place }
}

/** A scenario that gives a word, whatever the others are. */
function giving(name: string, file: string, more: Partial<Omit<Scenario, 'vars'>> = {}): Scenario {
  const step = buildStep('run', ['echo', name], { ...local, capture: { word: 'stdout' } })
  return buildScenario(name, [step], { file, outputs: toEntries({ word: '${{ word }}' }), ...more })
}

function taking(name: string, expected: string, needs: readonly Need[], more: Partial<Omit<Scenario, 'vars'>> = {}): Scenario {
  return buildScenario(name, [buildStep('assert', { 'first.word': expected })], { file: `${name}.yaml`, needs, ...more })
}

t.test('what a scenario gives is known to those that need it, from one to the next, in every round', async (t) => {
  const round = [
    giving('a', 'a.yaml'),
    taking('b', 'a', [need('first', 'a.yaml')], { outputs: toEntries({ word: '${{ first.word }}' }) }),
    taking('c', 'a', [need('first', 'b.yaml')]),
  ]
  for (const parallel of [1, 4]) {
    const { report, events } = await run([...round, ...round], { options: { parallel } })
    t.match(report, { outcome: 'passed', counts: { passed: 6 } })
    const ended = events.flatMap((event) => (event.type === 'scenario-ended' ? [event.scenario] : []))
    for (const [before, after] of [
      ['a', 'b'],
      ['b', 'c'],
      ['a (2)', 'b (2)'],
    ] as const)
      t.ok(ended.indexOf(before) < ended.indexOf(after), `${before} before ${after}`)
    t.match(report.scenarios[0], { outputs: { word: 'a' } })
  }
})

t.test('of one with rows the outputs are a list, in the order of its rows', async (t) => {
  const rows = ['one', 'two'].map((name) => giving(name, 'rows.yaml'))
  const steps = [buildStep('assert', { 'length(all)': 2, 'all[1].word': 'two' })]
  const { report } = await run([...rows, buildScenario('x', steps, { needs: [need('all', 'rows.yaml', true)] })])
  t.match(report, { outcome: 'passed' })
})

t.test('one whose need did not pass is skipped with the reason, and so is who needs it', async (t) => {
  const chain = [taking('b', '', [need('first', 'a.yaml')]), taking('c', '', [need('first', 'b.yaml')])]
  const reasons = async (first: readonly Scenario[], options = {}) => {
    const { report } = await run([...first, ...chain], { options })
    return report.scenarios.slice(first.length).map(({ outcome, problem }) => `${outcome}: ${problem?.message}`)
  }
  const file = 'a.yaml'
  const ofC = (why: string) => `skipped: it needs "b" (b.yaml), which was skipped: it needs ${why}`
  const told = async (first: readonly Scenario[], why: string, options = {}) =>
    t.same(await reasons(first, options), [`skipped: it needs ${why}`, ofC(why)])
  await told([buildScenario('a', [failing('x')], { file })], '"a" (a.yaml), which failed')
  await told([buildScenario('a', [buildStep('run', 'true', { host: 'nowhere' })], { file })], '"a" (a.yaml), which errored')
  await told([buildScenario('a', [failing('x')], { file, knownFailure: 'ISSUE-7' })], '"a" (a.yaml), which is known to fail: ISSUE-7')
  await told([giving('a', file), buildScenario('a2', [failing('x')], { file })], '"a2" (a.yaml), which failed')
  const aws = { type: 'capability', name: 'aws', place } as const
  const why = '"a" (a.yaml), which was skipped: it requires aws, which testbed none (lab) lacks'
  await told([giving('a', file, { requires: [aws] })], why)
  await told([], 'a.yaml, which is not in this run')
  t.same(await reasons([buildScenario('a', [failing('x')], { file })], { bail: true }), [
    'skipped: a scenario before it did not pass',
    'skipped: a scenario before it did not pass',
  ])
  const { report } = await run([buildScenario('a', [failing('x')], { file }), ...chain])
  t.match(report, { outcome: 'failed', counts: { failed: 1, skipped: 2 }, assertions: 1, unasserted: 2 })
})

t.test('an output that has no value makes its scenario errored, and one that failed gives none', async (t) => {
  const outputs = toEntries({ word: '${{ testbed.outputs.nothing }}' })
  const { report } = await run([
    buildScenario('a', [holding('x')], { file: 'a.yaml', outputs }),
    taking('b', '', [need('first', 'a.yaml')]),
    buildScenario('c', [failing('x')], { outputs }),
  ])
  t.match(report.scenarios, [
    { outcome: 'errored', problem: { code: 'expression', message: /^the output word: .* has no value/ } },
    { outcome: 'skipped', problem: { code: 'need-not-passed' } },
    { outcome: 'failed' },
  ])
  t.equal(report.scenarios[0]?.outputs, undefined)
  t.equal(report.scenarios[2]?.problem, undefined)
})

t.test('a need that passes on a retry has passed; with --fail-on-flaky it has not', async (t) => {
  for (const [failOnFlaky, outcome] of [
    [false, 'passed'],
    [true, 'skipped'],
  ] as const) {
    const file = `/tmp/titus-bed-flaky-${process.pid}-${failOnFlaky}`
    const script = 'test -e "$FILE" && rm "$FILE" || { touch "$FILE"; exit 1; }'
    const flaky = buildScenario('a', [buildStep('script', script, { ...local, env: { FILE: file } })], {
      file: 'a.yaml',
      outputs: toEntries({ word: 'x' }),
    })
    const { report } = await run([flaky, taking('b', 'x', [need('first', 'a.yaml')])], { options: { retry: 1, failOnFlaky } })
    t.equal(report.scenarios[1]?.outcome, outcome)
  }
})

t.test('secrets in outputs stay masked, and what is made from them', async (t) => {
  const secret = 'sesame-open-it'
  const first = buildScenario('a', [holding('x')], {
    file: 'a.yaml',
    secrets: [{ name: 'TOKEN', place }],
    outputs: toEntries({ token: '${{ TOKEN }}', plain: 'in the clear', deep: ['${{ TOKEN }}'] }),
  })
  const echo = ['echo', '${{ first.token }}', '${{ reverse(first.token) }}', '${{ first.plain }}']
  const second = buildScenario('b', [buildStep('run', echo, local), failing('y')], { needs: [need('first', 'a.yaml')] })
  const kept: KeptScenario[] = []
  const options = { secrets: { TOKEN: secret }, keep: (scenario: KeptScenario) => void kept.push(scenario) }
  const { report, events } = await run([first, second], { options })
  const told = JSON.stringify(events)
  t.notMatch(told, secret)
  t.notMatch(told, 'ti-nepo-emases')
  t.match(report.scenarios[0], { outputs: { token: '***', plain: 'in the clear', deep: ['***'] } })
  t.match(report.scenarios[1]?.steps[0], { outcome: 'passed', result: { stdout: '*** *** in the clear' } })
  for (const name of Object.keys(reporterKinds)) t.notMatch(render(name, events), secret, name)
  t.match(kept, [{ name: 'b', captured: { first: { token: secret, plain: 'in the clear' } }, hidden: [secret] }])
  const [left] = kept
  if (left === undefined) return
  const { hidden, captured } = left
  const resumed = { b: { captured, secrets: [], hidden, from: 0 } }
  const again = await run([second], { options: { resumed } })
  t.match(again.report.scenarios[0]?.steps[0], { outcome: 'passed', result: { stdout: '*** *** in the clear' } })
  t.notMatch(JSON.stringify(again.events), secret)
})

t.test('every report tells the outputs', async (t) => {
  const { events } = await run([giving('a', 'a.yaml', { outputs: toEntries({ word: '${{ word }}', list: [1, 2] }) })])
  for (const [name, ...told] of [
    ['spec', /^ {4}output word: a *$/m, /^ {4}output list: \[1,2\]$/m],
    ['tap', /^# output word: a$/m, /^# output list: \[1,2\]$/m],
    ['tap13', /^# output word: a$/m],
    ['junit', /<property name="output list" value="\[1,2\]"/],
    ['html', /"outputs":\["word: a","list: \[1,2\]"\]/],
    ['json', /"outputs": \{\s*"word": "a"/],
  ] as const)
    for (const each of told) t.match(render(name, events), each, name)
})

function render(name: string, events: readonly Event[]): string {
  const reporter = reporterKinds[name]?.create({ source: () => undefined, again: () => 'again', palette: plainPalette })
  const report = events.reduce(foldEvent, emptyReport)
  return [...events.map((event) => reporter?.onEvent?.(event)), reporter?.finish?.(report)].join('')
}
