import t from 'tap'
import { countClaims } from '../../runner/count-claims.ts'
import { scenarioOf } from '../schemas/language/scenario-text.ts'
import { run } from './local-run.ts'
import { buildScenario, buildStep } from './build-scenario.ts'

const cells = `
  - reach:
      from: [bastion, gateway]
      to: { ssh: '30.0.0.1:22', api: '30.0.0.1:7001' }
      expect: { bastion: { ssh: open, api: closed }, gateway: { ssh: open, api: closed } }
  - access: { as: { a: bastion, b: gateway }, calls: { s3 ls: { a: allowed, b: denied }, sts get-caller-identity: { a: allowed, b: allowed } } }`

t.test('each expectation counts, those that kinds imply too, of a table each cell', async (t) => {
  const count = async (text: string, files = {}) => countClaims(await scenarioOf(`scenario: x\n${text}\n`, files))
  t.equal(await count("steps:\n  - { host: bastion, run: 'true' }"), 1, 'exit: 0')
  t.equal(await count(`steps:${cells}`), 8)
  t.equal(await count("steps:\n  - { host: bastion, run: 'true', forEach: { list: [a, b, c] } }"), 3)
  t.equal(await count("steps:\n  - { host: bastion, run: 'true', expect: { exit: 1, stdout: x } }"), 2)
  t.equal(await count('steps:\n  - assert: { testbed.name: x, testbed.region: y }\nalways:\n  - assert: { testbed.name: x }'), 3)
  t.equal(await count("steps:\n  - group:\n      - { host: bastion, run: 'true' }\n      - { host: gateway, run: 'true' }"), 2)
  t.equal(
    await count('setup:\n  - use: f.yaml\nsteps:\n  - { use: f.yaml, expect: { a: 1 } }', {
      'dir/f.yaml': 'steps:\n  - assert: { testbed.name: x }\noutputs: { a: 1 }\n',
    }),
    3,
  )
  t.equal(await count("invariants: { up: { host: bastion, run: 'true' } }\nsteps:\n  - { host: bastion, run: 'true', while: [up] }"), 2)
})

t.test('where each step acts on one machine, as many as a run counts', async (t) => {
  const step = (expect: Readonly<Record<string, string>>) => buildStep('assert', { 'testbed.region': 'eu-west-1', ...expect })
  const scenario = buildScenario('x', [step({}), step({ 'testbed.name': 'none' }), buildStep('run', ['true'], { host: 'local' })])
  const { report } = await run([scenario])
  t.equal(report.assertions, countClaims(scenario))
})
