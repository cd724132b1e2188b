import t from 'tap'
import { addressOfName, withMemberAddress } from '../../../runner/steps/target-address.ts'
import { runScenarios } from '../../../runner/index.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { startStepTestbed } from '../step-testbed.ts'

const bed = await startStepTestbed()
t.teardown(() => bed.stop())

t.test('a machine of the testbed is reached by its name', async (t) => {
  const { testbed, port } = bed
  t.equal(addressOfName('gateway', testbed), testbed.hosts.find(({ name }) => name === 'gateway')?.address)
  t.equal(addressOfName('elsewhere', testbed), undefined)
  const one = { hosts: testbed.hosts.map((host) => ({ ...host, address: '10.0.0.9' })) }
  t.equal(withMemberAddress('http://agents[0]:80/x', one), 'http://10.0.0.9:80/x')
  t.equal(withMemberAddress('http://agents[7]/', one), 'http://agents[7]/')
  t.equal(withMemberAddress('http://x/?y=http://agents[0]', one), 'http://x/?y=http://agents[0]')
  const onLoopback = { ...testbed, hosts: testbed.hosts.map((host) => ({ ...host, address: '127.0.0.1' })) }
  const scenario = buildScenario('names', [
    buildStep('http', { get: `http://gateway:${port}/` }, { host: 'bastion', expect: { 'json.up': true } }),
    buildStep('http', { get: `http://agents[1]:${port}/` }, { host: 'bastion', expect: { 'json.up': true } }),
    buildStep('reach', {
      from: ['bastion'],
      to: { api: `http://gateway:${port}/`, port: `gateway:${port}`, member: `agents[0]:${port}` },
      expect: { bastion: { api: 200, port: 'open', member: 'open' } },
    }),
  ])
  const report = await runScenarios({ testbed: onLoopback, scenarios: [scenario], onEvent: () => undefined })
  t.same(
    report.scenarios[0]?.steps.map(({ outcome, problem }) => problem?.message ?? outcome),
    ['passed', 'passed', 'passed'],
  )
})

t.test('a step acts on all machines, or on a list of them', async (t) => {
  const whole = await bed.runOne('run', ['true'], { host: 'all' })
  t.equal(whole.outcome, 'passed')
  t.equal(whole.host, bed.testbed.hosts.map(({ name }) => name).join(', '))
  const list = await bed.runOne('run', ['true'], {
    more: { host: { type: 'literal', value: ['agents.all', 'bastion', 'agents[0]'], place: whole.place } },
  })
  t.equal(list.host, 'agents[0], agents[1], bastion', 'each once')
  const any = await bed.runOne('run', ['true'], { more: { host: { type: 'literal', value: ['agents.any'], place: whole.place } } })
  t.match(any, { outcome: 'errored', problem: { code: 'bad-host' } })
})
