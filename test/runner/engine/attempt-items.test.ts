import t from 'tap'
import type { Step } from '../../../schemas/scenario.ts'
import { buildScenario, buildStep, place, toValue } from '../build-scenario.ts'
import { holding, local, outcomes, run } from '../local-run.ts'
import { recordFrame } from './frame.ts'
import { runStep } from '../../../runner/engine/run-step.ts'

/** Says the item, and holds when it is not `bad`. */
function saying(list: Parameters<typeof toValue>[0], more = {}): Step {
  return buildStep('run', ['echo', '${{ item }}'], {
    ...local,
    name: 'say',
    forEach: { list },
    expect: { stdout: { not: { in: ['bad', 'worse'] } } },
    capture: { said: 'stdout' },
    ...more,
  })
}

function asking(name: string, expected: object, more = {}): Step {
  return buildStep('assert', expected as never, { name, ...more })
}

t.test('each item is told as a step inside; result and captures are lists in their order', async (t) => {
  const scenario = buildScenario(
    'x',
    [saying(['a', 'b', 'c'], { forEach: { list: '${{ names }}', parallel: 3 } }), asking('all', { said: ['a', 'b', 'c'] })],
    { vars: { names: ['a', 'b', 'c'] } },
  )
  const { report, events } = await run([scenario])
  t.same(outcomes(report), ['say passed', 'item: a passed', 'item: b passed', 'item: c passed', 'all passed'])
  const steps = report.scenarios[0]?.steps ?? []
  t.same(
    steps.map(({ path }) => path),
    [[0], [0, 0], [0, 1], [0, 2], [1]],
  )
  t.same(steps[2]?.within, ['say'])
  t.match(steps[0]?.result, [{ stdout: 'a' }, { stdout: 'b' }, { stdout: 'c' }])
  t.equal(events.filter(({ type }) => type === 'step-started').length, 5)
})

t.test('every item is done; the step comes to the worst of them, and points at it', async (t) => {
  const { report } = await run([buildScenario('x', [saying(['a', 'bad', 'c', 'worse']), holding('next')])])
  t.same(outcomes(report), ['say failed', 'item: a passed', 'item: bad failed', 'item: c passed', 'item: worse failed', 'next skipped'])
  t.match(report.scenarios[0]?.steps[0], { cause: { path: [0, 1], name: 'item: bad' }, checks: [] })
  const errored = await run([buildScenario('x', [saying(['bad', 'b'], { host: "${{ item == 'b' && 'nowhere' || 'local' }}" })])])
  t.same(outcomes(errored.report), ['say errored', 'item: bad failed', 'item: b errored'])
  t.match(errored.report.scenarios[0]?.steps[0], { cause: { name: 'item: b' }, problem: { code: 'unknown-host' } })
})

t.test('when not all hold, always sees what those captured that do', async (t) => {
  const always = [asking('clear away', { said: ['a', 'c'] })]
  const { report } = await run([buildScenario('x', [saying(['a', 'bad', 'c'])], { always })])
  t.same(outcomes(report).at(-1), 'clear away passed')
  const soft = await run([buildScenario('x', [saying(['a', 'bad'], { soft: true }), asking('a list with gaps', { said: ['a'] })])])
  t.same(outcomes(soft.report), ['say failed', 'item: a passed', 'item: bad failed', 'a list with gaps failed'])
  t.match(soft.report.scenarios[0]?.steps.slice(0, 3), [{ soft: true }, { soft: true }, { soft: true }])
})

t.test('a list that is none, empty or too long is an error, and nothing is done', async (t) => {
  for (const [list, message] of [
    [[], /empty/],
    ['text', /no list/],
    [Array.from({ length: 1001 }, () => 1), /1001 items/],
  ] as const) {
    const { report } = await run([buildScenario('x', [saying('${{ names }}')], { vars: { names: list as never } })])
    t.same(outcomes(report), ['say errored'])
    t.match(report.scenarios[0]?.steps[0]?.problem, { code: 'no-items', message })
  }
})

t.test('a condition is asked for each item when it reads it, and otherwise before the list', async (t) => {
  const vars = { none: [] }
  const { report } = await run([
    buildScenario(
      'x',
      [
        saying(['a', 'b'], { if: "item != 'a'" }),
        asking('with a gap', { said: [null, 'b'] }),
        saying('${{ none }}', { name: 'nothing', if: 'none', capture: {} }),
        saying(['a', 'b'], { name: 'none of them', if: "item == 'z'", capture: {} }),
      ],
      { vars },
    ),
  ])
  t.same(outcomes(report), [
    'say passed',
    'item: a skipped',
    'item: b passed',
    'with a gap passed',
    'nothing skipped',
    'none of them skipped',
    'item: a skipped',
    'item: b skipped',
  ])
})

t.test('each item is polled by itself, and what is polled beside stands for all of them', async (t) => {
  const polled = buildStep('assert', { 'testbed.region': 'eu-west-1' }, { name: 'region' })
  const watching = { while: [{ step: polled, everyMs: 5, tolerateMs: 0, isNamed: false }] }
  const until = { withinMs: 5000, everyMs: 1 }
  const script = 'test -e "$MARK" && rm "$MARK" || { touch "$MARK"; exit 1; }'
  const each = buildStep('script', script, {
    ...local,
    name: 'appears',
    until,
    env: { MARK: '/tmp/titus-bed-items-${{ item }}' },
    forEach: { list: [`${process.pid}a`, `${process.pid}b`] },
    more: watching,
  })
  const { report } = await run([buildScenario('x', [each])])
  const steps = report.scenarios[0]?.steps ?? []
  t.match(steps, [
    { outcome: 'passed', attempts: 1 },
    { attempts: 2 },
    { attempts: 2 },
    { name: 'region', path: [0, 1000], outcome: 'passed' },
  ])
  t.equal(steps.length, 4)
})

t.test('a group, or a file, for each item: what its steps capture are lists too', async (t) => {
  const file = {
    file: 'lib/say.yaml',
    place,
    inputs: [{ name: 'who', type: 'string', required: true, place }],
    outputs: [{ key: 'text', keyPlace: place, value: toValue('hello ${{ who }}') }],
    steps: [asking('sound', { who: { matches: '.' } })],
  } as const
  const inner = [
    buildStep('run', ['echo', '${{ name }}'], { ...local, name: 'echo', capture: { echoed: 'stdout' } }),
    buildStep('use', { who: '${{ name }}' }, { name: 'greet', capture: { greeting: 'text' }, more: { use: file } }),
  ]
  const group = buildStep('group', [], {
    name: 'both',
    forEach: { list: ['a', 'b'], name: 'name' },
    capture: { exits: 'steps[0].exit' },
    more: { steps: inner },
  })
  const { report } = await run([
    buildScenario('x', [group, asking('lists', { echoed: ['a', 'b'], greeting: ['hello a', 'hello b'], exits: [0, 0] })]),
  ])
  t.equal(report.outcome, 'passed')
  t.same(outcomes(report).slice(0, 5), ['both passed', 'name: a passed', 'echo passed', 'greet passed', 'sound passed'])
  t.same(report.scenarios[0]?.steps[4]?.within, ['both', 'name: a', 'greet'])
  t.match(report.scenarios[0]?.steps[0]?.result, [{ steps: [{ stdout: 'a' }, { text: 'hello a' }] }, {}])
})

t.test('items are named apart, in one line, and a secret is masked in a name before it is cut', async (t) => {
  const { frame } = recordFrame({}, { rows: [{ size: 1, name: 'a' }, 'a\nb', 'a\nb', { id: 1 }, `${'x'.repeat(55)}tell-nobody`] })
  frame.run.mask.add('tell-nobody')
  const names: string[] = []
  const record: typeof runStep = (step, path, inner) => (path.length > 1 ? names.push(step.name) : 0, runStep(step, path, inner))
  await runStep(asking('each', { item: { length: { gte: 0 } } }, { forEach: { list: '${{ rows }}' } }), [0], { ...frame, runStep: record })
  t.same(names, ['item: a', 'item: a\\nb', 'item: a\\nb (2)', 'item: {"id":1}', `item: ${'x'.repeat(55)}***`])
})

t.test('what is captured of items as a secret is one', async (t) => {
  const capture = { said: { from: 'stdout', secret: true } }
  const { events } = await run([
    buildScenario('x', [saying(['tell-nobody', 'or-somebody'], { capture }), buildStep('run', ['echo', '${{ said[1] }}!'], local)]),
  ])
  const ends = events.filter(({ type }) => type === 'step-ended')
  t.notMatch(JSON.stringify(ends.at(-1)), 'or-somebody')
  t.match(JSON.stringify(ends.at(-1)), '***!')
})

t.test('after an interruption no further item is begun, and the step is not tested', async (t) => {
  const controller = new AbortController()
  const running = run(
    [buildScenario('x', [buildStep('run', ['sleep', '${{ item }}'], { ...local, name: 'wait', forEach: { list: [60, 61] } })])],
    {
      signal: controller.signal,
    },
  )
  setTimeout(() => controller.abort(), 300)
  const { report } = await running
  t.same(outcomes(report), ['wait errored', 'item: 60 errored', 'item: 61 skipped'])
  t.match(report.scenarios[0]?.steps[0]?.problem, { code: 'interrupted' })
})
