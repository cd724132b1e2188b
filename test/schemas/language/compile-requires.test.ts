import t from 'tap'
import { matchers } from '../../../runner/matchers/index.ts'
import { stepKinds as kinds } from '../../../runner/steps/index.ts'
import { loadScenario } from '../../../schemas/language/load-scenario.ts'
import type { ScenarioSource } from '../../../schemas/language/load-scenario.ts'
import { codesOf, load, scenarioOf } from './scenario-text.ts'

const steps = 'steps:\n  - assert: { testbed.name: x }\n'

t.test('a name is a capability, anything else a condition over the testbed', async (t) => {
  const { requires } = await scenarioOf(
    `scenario: x\nrequires: [lab, machine.stop, hosts, "length(hosts[?group=='agents']) >= \`2\`", outputs.bucket]\n${steps}`,
  )
  const written = requires.map((each) => (each.type === 'capability' ? each.name : { over: each.condition.source }))
  t.same(written, ['lab', 'machine.stop', 'hosts', { over: "length(hosts[?group=='agents']) >= `2`" }, { over: 'outputs.bucket' }])
  t.same((await scenarioOf(`scenario: x\n${steps}`)).requires, [])
})

t.test('what is wrong with a requirement is told at its place', async (t) => {
  t.same(await codesOf(`requires: [lba, machine.stpo, machine-stop]\n${steps}`), [
    'unknown-capability 2:12',
    'unknown-capability 2:17',
    'unknown-capability 2:31',
  ])
  t.same(await codesOf(`requires:\n  - length(hosts >= 2\n  - lenght(hosts) > \`1\`\n  - length(hots) > \`1\`\n${steps}`), [
    'expression-syntax 3:21',
    'unknown-function 4:5',
    'undefined-variable 5:12',
  ])
  t.same(await codesOf(`requires: ['\${{ testbed.name }}', testbed.nam]\n${steps}`), [
    'expression-not-here 2:13',
    'undefined-variable 2:35',
  ])
  t.same(await codesOf(`requires: lab\n${steps}`), ['wrong-type 2:11'])
  t.same(await codesOf(`requires: []\n${steps}`), ['too-few 2:11'])
  t.same(await codesOf(`requires: [lab, lab, '']\n${steps}`), ['duplicate-item 2:11', 'too-few 2:22'])
  const { problems } = await load(`scenario: x\nrequires: [machine.stpo, '!lab', '!machine.stop']\n${steps}`)
  t.same(
    problems.map(({ hint }) => hint),
    ['did you mean "machine.stop"?', "in a condition a capability is a text: contains(capabilities, 'lab')"].concat(
      "in a condition a capability is a text: contains(capabilities, 'machine.stop')",
    ),
  )
})

t.test('of a scenario that will be skipped the hosts are not looked for, and all else is', async (t) => {
  const text = `scenario: x\nrequires: [aws]\nsteps:\n  - { host: 'agents[7]', run: 'true', expct: {} }\n`
  const hosts = { machines: ['bastion'], groups: [], raised: [] }
  const codes = async (more: Partial<ScenarioSource>) =>
    (await loadScenario({ file: 's.yaml', text, kinds, matchers, readFile: async () => '', hosts, ...more })).problems.map(
      ({ code }) => code,
    )
  t.same(await codes({ meets: async () => true }), ['unknown-host', 'unknown-key'])
  t.same(await codes({ meets: async () => false }), ['unknown-key'])
})
