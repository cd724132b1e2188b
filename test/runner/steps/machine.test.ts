import t from 'tap'
import * as scaling from '@aws-sdk/client-auto-scaling'
import * as ec2 from '@aws-sdk/client-ec2'
import { runScenarios } from '../../../runner/index.ts'
import type { StepContext } from '../../../runner/steps/kind.ts'
import { machine } from '../../../runner/steps/machine.ts'
import { systemClock } from '../../../runner/time/clock.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { admin } from '../../lab/api/lab-api.ts'
import { cloud, describe, groups, lab, launch, makeGroup, must } from '../../lab/api/ec2-region.ts'
import { codesOf } from '../../schemas/language/scenario-text.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { holding, never } from '../local-run.ts'
import { startSshTestbed } from '../sshd.ts'

const bed = await startSshTestbed(['bastion', 'gateway'])
t.teardown(() => bed.stop())

/** The machines on loopback as instances of an EC2, in which their power is switched. */
async function raise(folder: string): Promise<{ readonly testbed: Testbed; readonly instanceId: string }> {
  const instanceId = await launch()
  const hosts = bed.testbed.hosts.map((host) => (host.name === 'gateway' ? { ...host, instanceId } : host))
  return { instanceId, testbed: { ...bed.testbed, hosts, api: { endpoint: lab.endpoint, credentialsFile: `${folder}/credentials` } } }
}

const credentials = `[default]\naws_access_key_id = ${admin.accessKeyId}\naws_secret_access_key = ${admin.secretAccessKey}\n`
const gateway = { host: 'gateway', timeoutMs: 60_000 }

t.test('a machine is stopped and started by EC2; what stays down is started after always, and told', async (t) => {
  const { testbed, instanceId } = await raise(t.testdir({ credentials }))
  const run = async (...steps: Parameters<typeof buildStep>[]) => {
    const scenario = buildScenario('power', [holding('before'), ...steps.map((step) => buildStep(...step))], {
      always: [holding('always')],
    })
    const report = await runScenarios({ testbed, scenarios: [scenario], onEvent: () => undefined })
    return report.scenarios[0]?.steps.slice(1) ?? []
  }
  const stopped = await run(['machine', 'stop', gateway], ['run', 'false', gateway])
  t.match(stopped, [
    { kind: 'machine', outcome: 'passed', result: { downMs: null, host: 'gateway' }, checks: [{ subject: 'stop', actual: 'down' }] },
    { kind: 'run', outcome: 'failed' },
    { name: 'always', outcome: 'passed' },
    { name: 'heal: start gateway', path: [4], outcome: 'passed' },
  ])
  t.equal((await describe(instanceId)).State?.Name, 'running')
  const healed = await run(['machine', 'stop', gateway], ['machine', 'start', gateway])
  t.same(
    healed.map(({ name }) => name),
    ['machine', 'machine', 'always'],
    'what the scenario started itself needs no cure',
  )
  const broken = { ...testbed, api: { ...testbed.api, credentialsFile: '/nowhere' } }
  const report = await runScenarios({
    testbed: broken,
    scenarios: [buildScenario('refused', [buildStep('machine', 'stop', gateway)])],
    onEvent: () => undefined,
  })
  t.match(report.scenarios[0]?.steps, [
    { outcome: 'errored', problem: { code: 'connection' } },
    { name: 'heal: start gateway', outcome: 'errored', problem: { message: /^it is still broken: / } },
  ])
})

t.test('a member of an auto scaling group that is stopped is replaced, which is as good as healed', async (t) => {
  const { testbed } = await raise(t.testdir({ credentials }))
  const AutoScalingGroupName = 'titusagent'
  await makeGroup(AutoScalingGroupName, { MinSize: 1, MaxSize: 1 })
  const agent = async () => {
    const found = await groups.send(new scaling.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }))
    return found.AutoScalingGroups?.[0]?.Instances?.[0]?.InstanceId ?? ''
  }
  const instanceId = await agent()
  const hosts = testbed.hosts.map((host) => (host.name === 'gateway' ? { ...host, instanceId } : host))
  const steps = [buildStep('machine', 'stop', gateway), buildStep('machine', 'start', gateway), buildStep('machine', 'heal', gateway)]
  const run = (...some: typeof steps) =>
    runScenarios({ testbed: { ...testbed, hosts }, scenarios: [buildScenario('member', some)], onEvent: () => undefined })
  const report = await run(...steps.slice(0, 2))
  t.match(report.scenarios[0]?.steps, [
    { outcome: 'passed', checks: [{ actual: 'down' }] },
    {
      outcome: 'errored',
      problem: { code: 'machine', message: 'gateway has been terminated: its auto scaling group titusagent replaces who does not run' },
    },
    { name: 'heal: start gateway', outcome: 'passed' },
  ])
  t.not(await agent(), instanceId)
  t.match((await run(...steps.slice(2))).scenarios[0]?.steps, [{ outcome: 'passed' }])
  await cloud.send(
    new ec2.TerminateInstancesCommand({ InstanceIds: [must(testbed.hosts.find(({ name }) => name === 'gateway')).instanceId] }),
  )
  const alone = await runScenarios({ testbed, scenarios: [buildScenario('alone', steps.slice(2))], onEvent: () => undefined })
  t.match(alone.scenarios[0]?.steps, [{ outcome: 'errored', problem: { code: 'machine', message: 'gateway has been terminated' } }])
  await groups.send(new scaling.DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }))
})

t.test('after Ctrl-C, too, what was stopped is started', async (t) => {
  const { testbed, instanceId } = await raise(t.testdir({ credentials }))
  const controller = new AbortController()
  const steps = [buildStep('machine', 'stop', gateway), buildStep('run', 'sleep 60', { host: 'bastion', timeoutMs: 90_000 })]
  const report = await runScenarios({
    testbed,
    scenarios: [buildScenario('cut', steps)],
    signal: controller.signal,
    onEvent: (event) => void (event.type === 'step-started' && event.path[0] === 1 && controller.abort()),
  })
  t.match(report.scenarios[0]?.steps, [{ outcome: 'passed' }, { outcome: 'errored' }, { name: 'heal: start gateway', outcome: 'passed' }])
  t.equal((await describe(instanceId)).State?.Name, 'running')
})

t.test('a reboot has ended when the machine has booted anew, and tells for how long nobody answered', async (t) => {
  const { testbed, instanceId } = await raise(t.testdir({ credentials }))
  const boots = ['one', 'one', undefined, undefined, 'two']
  const exec = async () => {
    const boot = boots.shift()
    if (boot === undefined) return { exitCode: 255, stdout: '' }
    return { exitCode: 0, stdout: `${boot}\n` }
  }
  const context = {
    testbed,
    machine: { name: 'gateway', exec },
    clock: systemClock,
    signal: never,
    check: () => undefined,
    progress: () => undefined,
  } as unknown as StepContext
  const result = (await machine.run(context, 'reboot')) as { readonly downMs: number }
  t.ok(result.downMs >= 500, String(result.downMs))
  t.same(boots, [])
  t.equal((await lab.api.readRegion()).instances.find(({ id }) => id === instanceId)?.reboots, 1, 'EC2 was asked for it once')
})

t.test('what is no operation, repeats itself or has no machine is an error at load', async (t) => {
  t.same(await codesOf('steps:\n  - { host: gateway, machine: explode }\n'), ['wrong-type 3:31'])
  t.same(await codesOf('steps:\n  - { machine: stop }\n'), ['missing-host 3:7'])
  t.same(await codesOf('steps:\n  - { host: gateway, machine: reboot, until: { within: 1m } }\n'), ['not-idempotent 3:39'])
})
