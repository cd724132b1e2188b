import t from 'tap'
import { planScenario } from '../../../runner/plan/plan-scenario.ts'
import { renderPlan } from '../../../runner/plan/render-plan.ts'
import { buildScenario, buildStep, place, toValue } from '../build-scenario.ts'
import { expandRows } from '../../../schemas/language/compile-rows.ts'
import { scenarioOf } from '../../schemas/language/scenario-text.ts'
import { testbedOn } from '../../cli/fake-testbed.ts'

const polled = { withinMs: 60_000, everyMs: 500, retryOn: [], idempotent: false }
const file = {
  file: 'lib/look.yaml',
  place,
  inputs: [
    { name: 'url', type: 'string', required: true, place },
    { name: 'code', type: 'number', required: false, default: toValue(200), place },
  ],
  steps: [buildStep('http', { get: '${{ url }}' }, { host: 'gateway', expect: { status: '${{ code }}' }, until: polled })],
  outputs: [],
} as const

const scenario = buildScenario(
  'what it would do',
  [
    buildStep('run', ['echo', 'two words', '${{ image }}', '${{ id }}'], {
      name: 'say it',
      host: 'agents.all',
      capture: { answer: 'stdout' },
    }),
    buildStep(
      'use',
      { url: 'http://${{ testbed.outputs.bastion_ip }}/${{ answer }}' },
      { name: 'look', soft: true, if: 'answer', more: { use: file } },
    ),
    { ...buildStep('group', {}, { name: 'both' }), steps: [buildStep('run', ['true'], { host: 'gateway', in: '${{ id }}' })] },
  ],
  {
    tags: ['smoke'],
    vars: { name: 'nginx', image: '${{ name }}:stable' },
    secrets: [{ name: 'TOKEN', place }],
    setup: [buildStep('http', { get: 'http://x/', headers: { authorization: '${{ TOKEN }}' } }, { name: 'ask', host: 'agents.any' })],
    always: [buildStep('assert', { name: 'nginx' }, { name: 'it is named' })],
  },
)

t.test('every step in order, with the values that are known, and those that are not as they are written', async (t) => {
  const plan = await planScenario(scenario, testbedOn('lab'))
  t.equal(
    renderPlan(plan),
    `what it would do  (scenarios/test.yaml, smoke, at most 1m 0s)
setup:
  1. ask
      http on the first of agents[0], agents[1]: {"get":"http://x/","headers":{"authorization":"\${{ TOKEN }}"}}
      expects status: 2xx
steps:
  2. say it
      run on agents[0], agents[1]: echo 'two words' nginx:stable \${{ id }}
      expects exit: 0
      keeps answer
  3. look
      only if answer
      use: lib/look.yaml with {"url":"http://203.0.113.9/\${{ answer }}"}
      soft: it does not decide
      3.1. http
          http on gateway: {"get":"http://203.0.113.9/\${{ answer }}"}
          expects status: 200
          again every 500 ms, for at most 1m 0s
  4. both
      group, at the same time
      4.1. run
          run on gateway, in container \${{ id }}: true
          expects exit: 0
always:
  5. it is named
      assert: {"name":"nginx"}`,
  )
})

t.test('without a testbed hosts stand as they are written, and nothing of the testbed is known', async (t) => {
  const { steps, setup } = await planScenario(scenario, undefined)
  t.same(setup[0]?.hosts, ['agents.any'])
  t.match(steps[1]?.steps[0]?.does, { get: 'http://${{ testbed.outputs.bastion_ip }}/${{ answer }}' })
})

t.test('whole numbers keep their digits, also within a text and in a file of steps', async (t) => {
  const long = 2n ** 70n
  const run = buildStep('run', ['echo', 'id ${{ long }}', '${{ list }}'], { host: 'gateway' })
  const looking = { ...file, inputs: [{ name: 'url', type: 'string', required: true, place }] } as const
  const using = buildStep('use', { url: '${{ long }}' }, { name: 'look', more: { use: looking } })
  const planned = renderPlan(await planScenario(buildScenario('long', [run, using], { vars: { long, list: [long] } }), undefined))
  t.match(planned, /echo 'id 1180591620717411303424' /)
  t.notMatch(planned, /e\+21/)
})

t.test('a step for each item tells of the list, and leaves the item as it is written', async (t) => {
  const each = { forEach: { list: '${{ names }}', parallel: 2 }, name: 'say it', host: 'local' }
  const said = buildScenario('x', [buildStep('run', ['echo', '${{ item }}'], each)], { vars: { names: ['a', 'b'] } })
  const plan = await planScenario(said, undefined)
  t.match(renderPlan(plan), '  1. say it\n      for each item of ["a","b"], 2 items, 2 at a time\n      run on local: echo ${{ item }}\n')
  t.match(plan.steps[0]?.forEach, { list: ['a', 'b'], name: 'item', parallel: 2 })
})

const living = `scenario: it lives
needs: { base: base.yaml, shapes: shapes.yaml }
requires: [lab, "length(hosts) >= \`9\`"]
exclusive: true
knownFailure: ISSUE-7
matrix: [{ size: 1, kind: m4.large }, { size: 2, kind: t3 }]
invariants:
  answers: { host: gateway, run: 'true', every: 200ms }
  lasts: { host: bastion, run: 'echo \${{ size }}', every: 2s, tolerate: 5s }
steps:
  - { name: it is used, host: gateway, run: 'echo \${{ base.word }} \${{ size }}', while: [lasts] }
outputs: { word: x }
`
const steps = "steps:\n  - { host: gateway, run: 'true', capture: { a: stdout } }\noutputs: { word: '${{ a }}' }\n"

t.test('on which terms it runs: its row, what it needs and requires, what is polled beside which step', async (t) => {
  const scenario = await scenarioOf(living, {
    'dir/base.yaml': `scenario: base\n${steps}`,
    'dir/shapes.yaml': `scenario: shapes\ncross: { a1: [1] }\n${steps}`,
  })
  const [first, second] = expandRows(scenario)
  if (first === undefined || second === undefined) return
  const plan = await planScenario(second, testbedOn('lab'))
  t.equal(
    renderPlan(plan),
    `it lives (size: 2, kind: t3)  (dir/s.yaml, at most 10m 0s)
the row: size = 2, kind = t3
needs dir/base.yaml to pass, and reads what it gives as base
needs dir/shapes.yaml to pass, and reads what each of its rows gives as shapes
requires lab
requires length(hosts) >= \`9\`
would be skipped here: it requires length(hosts) >= \`9\`, which is not so on testbed blue (lab)
runs alone
is known to fail: ISSUE-7
gives word
while the steps run:
  every 200 ms, and each time it has to hold:
  answers
      run on gateway: true
      expects exit: 0
steps:
  1. it is used
      run on gateway: echo \${{ base.word }} 2
      expects exit: 0
      beside it, every 2.0 s, and it may not hold for 5.0 s at most:
      lasts
          run on bastion: echo 2
          expects exit: 0`,
  )
  t.match(await planScenario(first, undefined), { row: { size: 1, kind: 'm4.large' }, requires: ['lab', 'length(hosts) >= `9`'] })
  t.equal((await planScenario(first, undefined)).skipped, undefined, 'without a testbed nobody knows')
})

t.test('what is done to a machine is told with its values, and what the testbed cannot do to one', async (t) => {
  const steps = [
    buildStep('machine', { slow: { delay: '100ms', loss: '5%' } }, { name: 'slow', host: 'gateway' }),
    buildStep('machine', { isolate: { from: ['master', 'agents.all'] } }, { name: 'apart', host: 'gateway' }),
    buildStep('machine', 'freeze', { name: 'cold', host: 'gateway' }),
  ]
  const plan = renderPlan(await planScenario(buildScenario('faults', steps), testbedOn('aws')))
  t.match(plan, /machine on gateway: slow, delay 100ms, loss 5%\n(?! +cannot)/)
  t.match(plan, /machine on gateway: isolate, from master, agents\.all\n +cannot be done: the testbed lacks machine\.partition/)
  t.match(plan, /machine on gateway: freeze\n +cannot be done: the testbed lacks machine\.freeze/)
  t.notMatch(renderPlan(await planScenario(buildScenario('faults', steps), testbedOn('lab'))), /cannot be done/)
})
