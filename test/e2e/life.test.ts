import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { labEnvironment, raiseAsOnAws } from './as-on-aws.ts'
import { makeBed, succeeded } from './bed.ts'
import { breakTheGateway, loseAnAgent } from './break-machines.ts'
import { escapeScript, wayCount } from './escapes.ts'
import { lookAtHostKeys } from './host-keys.ts'
import { killOnceItSays, root, run, tracesOnComputer } from './product.ts'
import { stopOvernight } from './stopped-overnight.ts'

/** One testbed, raised once, goes through its whole life: each subtest leaves it as the next one needs it. */
const { cwd, type, ssh, writeSshConfig, remove } = await makeBed()
t.teardown(remove)

/** Runs a scenario that must go red, and gives the names of the steps that did not pass. */
async function redSteps(t: Test, scenario: string, code: number): Promise<string> {
  const end = await type('run', `scenarios/${scenario}.yaml`, '--reporter', 'tap')
  t.equal(end.code, code, `${scenario} ends with ${code}`, { stdout: end.stdout.slice(-2000), stderr: end.stderr.slice(-1000) })
  return end.stdout
    .split('\n')
    .filter((line) => /^\s*not ok/.test(line))
    .join('\n')
}

t.test('the life of a testbed in the lab', { timeout: 1_200_000 }, async (t) => {
  const before = await tracesOnComputer(cwd)

  await t.test('it is raised, and its agents take work', async (t) => {
    succeeded(t, await type('apply', 'cluster.yaml'), 'apply')
    succeeded(t, await type('run', 'scenarios/activate-instance-group.yaml'), 'activate')
    await writeSshConfig()
  })

  await t.test('spoken to as AWS, its lab raises another testbed the whole way', (t) => raiseAsOnAws(t, cwd))

  await t.test('root in a machine or in a container is nobody on this computer', async (t) => {
    const script = Buffer.from(escapeScript()).toString('base64')
    const inContainer = 'docker run --rm --interactive --network none'
    const places = [
      ['bastion', 'sudo sh'],
      ['agent', 'sudo sh'],
      ['agent', `${inContainer} nginx:stable sh`],
      [
        'agent',
        `${inContainer} --cap-add MKNOD --cap-add SYS_PTRACE --pid host --security-opt seccomp=unconfined --volume /:/host nginx:stable sh`,
      ],
    ] as const
    for (const [host, shell] of places) {
      const end = await ssh(host, `echo ${script} | base64 --decode | ${shell}`)
      const tried = end.stdout.split('\n').filter((line) => /^(open|refused) /.test(line))
      t.equal(tried.length, wayCount + 1, `${host}, ${shell}: all was tried`, { end })
      const open = tried.filter((line) => line.startsWith('open '))
      t.same(open, ['open control'], `${host}, ${shell}: every way is closed`)
    }
  })

  await t.test('each machine has a disk of the size that EC2 says', async (t) => {
    for (const [host, path, gib] of [
      ['bastion', '/', 16],
      ['agent', '/', 30],
      ['agent', '/var/lib/docker', 30],
    ] as const) {
      const [, size] = (await ssh(host, 'df', '--output=size', '--block-size=1G', path)).stdout.trim().split(/\s+/)
      t.equal(Number(size), gib, `${path} of ${host}`)
    }
  })

  await t.test('a fork bomb and a dd are felt by their own tasks alone', async (t) => {
    await cp(join(root, 'test/e2e/greedy-tasks.yaml'), join(cwd, 'greedy-tasks.yaml'))
    succeeded(t, await type('run', 'greedy-tasks.yaml', '--reporter', 'spec'), 'run')
  })

  await t.test('the Titus API answers on the gateway as it always did', async (t) => {
    const outputs = JSON.parse((await type('outputs', '--json')).stdout) as Record<string, string>
    const group = await ssh('gateway', 'curl', '-s', 'localhost:7001/api/v3/agent/instanceGroups/titusagent')
    t.match(JSON.parse(group.stdout), {
      id: 'titusagent',
      instanceType: 'm4.large',
      instanceResources: { cpu: 0, gpu: 0, memoryMB: 0, diskMB: 0, networkMbps: 0 },
      tier: 'Flex',
      min: 0,
      desired: 1,
      current: 1,
      max: 1,
      isLaunchEnabled: false,
      isTerminateEnabled: false,
      autoScaleRule: {
        min: 0,
        max: 1000,
        minIdleToKeep: 2,
        maxIdleToKeep: 5,
        coolDownSec: '600',
        priority: 100,
        shortfallAdjustingFactor: 8,
      },
      lifecycleStatus: { state: 'Active', detail: '', timestamp: /^\d{13}$/ },
      launchTimestamp: /^\d{13}$/,
      attributes: {},
    })
    const post = async (job: unknown) => {
      const sent = await ssh(
        'gateway',
        'curl',
        '-s',
        '-w',
        "'\\n%{http_code}'",
        '-X',
        'POST',
        '-H',
        "'Content-type: application/json'",
        '-d',
        `'${JSON.stringify(job)}'`,
        'localhost:7001/api/v3/jobs',
      )
      const [status = '', ...body] = sent.stdout.trimEnd().split('\n').toReversed()
      return { status, body: body.toReversed().join('\n') }
    }
    const service = (securityGroup: string) => ({
      owner: { teamEmail: 'me@example.com' },
      applicationName: 'myServiceApp',
      capacityGroup: 'myServiceApp',
      jobGroupInfo: { stack: 'myStack', detail: 'detail', sequence: '002' },
      attributes: { key1: 'value1' },
      container: {
        resources: { cpu: 1, memoryMB: 128, diskMB: 100, networkMbps: 128, allocateIP: true },
        securityProfile: { securityGroups: [securityGroup], iamRole: outputs['default_role_arn'] },
        image: { name: 'tutum/nginx', tag: 'latest' },
        env: { MY_ENV: 'myEnv' },
        softConstraints: { constraints: { UniqueHost: 'true', ZoneBalance: 'true' } },
        hardConstraints: {},
      },
      service: {
        capacity: { min: 1, max: 1, desired: 1 },
        enabled: true,
        retryPolicy: { delayed: { delayMs: '1000' } },
        migrationPolicy: { selfManaged: {} },
      },
    })
    const first = await post(service(outputs['default_sg_id'] ?? ''))
    t.equal(first.status, '202', first.body)
    const second = await post(service(outputs['default_sg_id'] ?? ''))
    t.equal(second.status, '429')
    t.match(second.body, /job with group sequence myServiceApp-myStack-detail-002 exists/)
    const wrong = await post({ ...service('sg'), jobGroupInfo: {} })
    t.equal(wrong.status, '400')
    t.match(wrong.body, /Syntactically invalid security group ids/)
    const { id } = JSON.parse(first.body) as { id: string }
    t.equal(
      (await ssh('gateway', 'curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '-X', 'DELETE', `localhost:7001/api/v3/jobs/${id}`))
        .stdout,
      '200',
    )
  })

  await t.test('what a person changes by hand is seen', async (t) => {
    const env = await labEnvironment(cwd)
    const aws = (...args: readonly string[]) =>
      run(cwd, 'env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), 'aws', ...args)

    await ssh('master', 'sudo', 'systemctl', 'restart', 'titus-server-master')
    await ssh(
      'gateway',
      'timeout',
      '60',
      'sh',
      '-c',
      "'until curl -sf localhost:7001/api/v3/agent/instanceGroups/titusagent; do sleep 0.2; done'",
    )
    t.match(await redSteps(t, 'batch-job', 1), /the instance group is active/)
    succeeded(t, await type('run', 'scenarios/activate-instance-group.yaml', 'scenarios/batch-job.yaml'), 'activated again, it passes')

    await t.test('the autoscaling group scales, and the new agent registers', async (t) => {
      const sizes = ['--max-size', '2', '--desired-capacity', '2']
      const scaled = await aws('autoscaling', 'update-auto-scaling-group', '--auto-scaling-group-name', 'titusagent', ...sizes)
      succeeded(t, scaled, 'scale to 2')
      const counted = await ssh(
        'gateway',
        'timeout',
        '90',
        'sh',
        '-c',
        `'until curl -s localhost:7001/api/v3/agent/instanceGroups/titusagent | grep "\\"current\\": 2"; do sleep 0.5; done'`,
      )
      succeeded(t, counted, 'the instance group counts two agents')
      t.match((await type('status')).stdout, /agents\[1\]/)
    })

    await t.test('each machine has a host key of its own, known by its console', (t) => lookAtHostKeys(t, cwd, aws))
    await t.test('a service moves when its agent is lost, and where it cannot move that is seen', (t) => loseAnAgent(t, cwd))
    await t.test('every fault of a machine is there when it is said, and healed at the end by the run', (t) => breakTheGateway(t, cwd))
    await t.test('stopped overnight, it comes back as it was, behind a new public address', (t) => stopOvernight(t, cwd))
    await t.test('a terminated master comes back by apply', async (t) => {
      const id = await aws(
        'ec2',
        'describe-instances',
        '--filters',
        'Name=tag:Name,Values=titus-master',
        'Name=instance-state-name,Values=running',
        '--query',
        'Reservations[0].Instances[0].InstanceId',
        '--output',
        'text',
      )
      succeeded(t, await aws('ec2', 'terminate-instances', '--instance-ids', id.stdout.trim()), 'terminate the master')
      succeeded(t, await type('apply', 'cluster.yaml'), 'apply')
      succeeded(t, await type('run', 'scenarios/activate-instance-group.yaml', 'scenarios/batch-job.yaml'), 'it works again')
    })
  })

  await t.test('killed in a run, and killed again while Terraform destroys, it is destroyed, and nothing is left', async (t) => {
    const run = await killOnceItSays(cwd, /batch job/, 'run', 'scenarios/batch-job.yaml', '--reporter', 'spec')
    t.equal(run.signal, 'SIGKILL', 'run was killed')
    const destroy = await killOnceItSays(cwd, /destroy/i, 'destroy', '--yes')
    t.equal(destroy.signal, 'SIGKILL', 'destroy was killed')
    succeeded(t, await type('destroy', '--yes'), 'destroy')
    t.same(await tracesOnComputer(cwd), before)
  })
})
