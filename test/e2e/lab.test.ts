import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeBed, succeeded } from './bed.ts'
import { harmlessScenarios, startTitusBed, tracesOnComputer } from './product.ts'

/** One testbed from its description to its end, as everybody uses it. What takes longer is in the other files of this folder. */
const { cwd, type, ssh, writeSshConfig, remove } = await makeBed()
t.teardown(remove)

t.test('a testbed in the lab', { timeout: 900_000 }, async (t) => {
  const before = await tracesOnComputer(cwd)

  await t.test('bad input creates nothing', async (t) => {
    writeFileSync(join(cwd, 'bad.yaml'), 'agents: { instanceType: t2.large }\n')
    const end = await type('apply', 'bad.yaml')
    t.equal(end.code, 2)
    t.match(end.stderr, /bad\.yaml:1:25: .*t2/)
    t.same(await tracesOnComputer(cwd), before)
  })

  await t.test('apply raises it', async (t) => {
    succeeded(t, await type('apply', 'cluster.yaml'), 'apply')
    const outputs = await type('outputs', '--json')
    const names = ['agent_asg_name', 'bastion_ip', 'default_role_arn', 'default_sg_id', 'gateway_ip', 'master_ip', 'prereqs_ip', 'vpc_id']
    t.same(Object.keys(JSON.parse(outputs.stdout) as object).toSorted(), names)
    t.match(await tracesOnComputer(cwd), { cgroups: /titus-bed/, processes: /titus-bed/ }, 'and it is seen on this computer')
  })

  await t.test('a second apply changes nothing', async (t) => {
    const end = await type('apply', 'cluster.yaml')
    succeeded(t, end, 'apply')
    t.match(end.stdout + end.stderr, /no changes/i)
  })

  await t.test('the shipped scenarios that break no machine pass', async (t) => {
    const reports = ['--reporter', 'spec', '--reporter', `junit=${join(cwd, 'junit.xml')}`]
    const end = await type('run', 'scenarios/*.yaml', '--skip-tag', 'faults', '--parallel', '2', ...reports)
    succeeded(t, end, 'run')
    t.match(end.stdout, new RegExp(`scenarios: ${harmlessScenarios} passed`))
    t.match(readFileSync(join(cwd, 'junit.xml'), 'utf8'), /<testsuites/)
  })

  await t.test('an interrupted run kills the job that it submitted', async (t) => {
    const running = startTitusBed(cwd, 'run', 'scenarios/nginx-service.yaml', '--reporter', 'spec')
    await running.says(/ok\s+submit the service \(/)
    process.kill(running.pid, 'SIGINT')
    const end = await running.ended
    t.equal(end.code, 130, 'interrupted', { stdout: end.stdout, stderr: end.stderr })
    t.match(end.stdout, /ok\s+kill the service/)
  })

  await t.test('plain OpenSSH reaches every machine, host keys known', async (t) => {
    await writeSshConfig()
    const units = { master: 'titus-server-master', gateway: 'titus-server-gateway', agent: 'mesos-agent' }
    for (const [host, unit] of Object.entries(units)) t.equal((await ssh(host, 'systemctl', 'is-active', unit)).stdout, 'active\n', host)
    const now = await tracesOnComputer(cwd)
    t.equal(now['addresses'], before['addresses'], 'no address was added to this computer')
    t.equal(now['routes'], before['routes'], 'no route was added to this computer')
  })

  await t.test('destroyed, it leaves nothing', async (t) => {
    succeeded(t, await type('destroy', '--yes'), 'destroy')
    t.same(await tracesOnComputer(cwd), before)
  })
})
