import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import t from 'tap'
import { bootReportFile, parseBootReport } from '../../schemas/boot-report.ts'
import { agentResources } from '../../stack/agent-resources.ts'
import { synthesize } from '../../stack/synth.ts'
import { buildUserData, userDataLimitBytes } from '../../stack/user-data.ts'
import { hostKeys, seedCluster, seedInputs } from './fixtures.ts'

const scripts = buildUserData(seedCluster, seedInputs)

t.test('every script is bash, small enough for EC2, and starts with its own host key', async (t) => {
  for (const [role, script] of Object.entries(scripts) as [keyof typeof scripts, string][]) {
    t.match(script, /^#!\/bin\/bash\n/, role)
    t.ok(Buffer.byteLength(script) < userDataLimitBytes, `${role}: ${Buffer.byteLength(script)} bytes`)
    t.equal(spawnSync('bash', ['-n'], { input: script }).status, 0, `${role} is parsed`)
    t.ok(script.includes(hostKeys[role].privateKey.trimEnd()), `${role} has its key`)
    t.notMatch(script, /curl[^\n]*\|\s*(ba)?sh\b|0\.0\.0\.0|-H tcp:|sleep 60/, `${role} has none of the seed's sins`)
  }
})

t.test('the stack carries the scripts in base64, out of reach of Terraform templates', async (t) => {
  const stack = JSON.parse(JSON.stringify(synthesize(seedCluster, seedInputs)))
  const decode = (text: string) => Buffer.from(text, 'base64').toString()
  t.equal(decode(stack.resource.aws_instance.gateway.user_data_base64), scripts.gateway)
  t.equal(decode(stack.resource.aws_launch_template.titusagent_template.user_data), scripts.agents)
  t.match(scripts.agents, '${MESOS_RESOURCES:?}')
})

t.test('each machine gets its own packages and its peers', async (t) => {
  const [master, gateway, agents] = seedInputs.packages
  t.match(scripts.master, `PACKAGES='${master?.sha256} packages/${master?.file}'`)
  t.match(scripts.gateway, `PACKAGES='${gateway?.sha256} packages/${gateway?.file}'`)
  t.match(scripts.agents, `PACKAGES='${agents?.sha256} packages/${agents?.file}'`)
  t.match(scripts.gateway, "MASTER_IP='30.0.100.11'")
  t.match(scripts.master, "PREREQS_IP='30.0.100.10'")
  t.match(scripts.agents, "RESOURCE_SET='ResourceSet-ENIs-1-10'")
  t.match(scripts.agents, "AGENT_GROUP='titusagent'")
  for (const script of Object.values(scripts)) t.match(script, "LOGIN_USER='admin'")
})

t.test('agents offer what their type has, less what the machine needs, and bandwidth for all their addresses', async (t) => {
  const offered = (instanceType: string) => agentResources({ ...seedCluster.agents, instanceType })
  t.equal(offered('m4.large'), 'ports:[7150-7200];cpus:2;mem:7168;disk:30000;network:1280')
  t.equal(offered('r4.8xlarge'), 'ports:[7150-7200];cpus:32;mem:248832;disk:30000;network:26880')
  t.throws(() => offered('t2.large'), RangeError)
})

t.test('a boot', async (t) => {
  /** Runs a script of ours on a machine made of one folder, with a systemctl that only takes notes. */
  const boot = (folder: string, body: string) => {
    mkdirSync(join(folder, 'etc/ssh'), { recursive: true })
    writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\necho "$*" >>${folder}/systemctl.log\n`)
    chmodSync(join(folder, 'systemctl'), 0o755)
    const [shared = ''] = scripts.bastion.split('# The bastion forwards')
    const script = `${shared}${body}`.replaceAll(dirname(bootReportFile), `${folder}/state`).replaceAll('/etc/ssh', `${folder}/etc/ssh`)
    const { status } = spawnSync('bash', [], { input: script, env: { PATH: `${folder}:${process.env['PATH']}` } })
    return { status, report: reportIn(folder) }
  }

  /** The report as those who wait read it. */
  const reportIn = (folder: string) => parseBootReport(readFileSync(join(folder, 'state', basename(bootReportFile)), 'utf8'))

  t.test('that has begun says so', async (t) => {
    const folder = t.testdir()
    boot(folder, `begin\ncp -r ${folder}/state ${folder}/early\nready\n`)
    t.match(parseBootReport(readFileSync(join(folder, 'early', basename(bootReportFile)), 'utf8')), { state: 'booting' })
  })

  t.test('that works says so, with the host key in place', async (t) => {
    const folder = t.testdir({ etc: { ssh: { ssh_host_rsa_key: 'old', sshd_config: 'kept' } } })
    const { status, report } = boot(folder, 'begin\nready\n')
    t.equal(status, 0)
    t.match(report, { state: 'ready', at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ })
    t.equal(readFileSync(join(folder, 'etc/ssh/ssh_host_ed25519_key'), 'utf8'), hostKeys.bastion.privateKey)
    t.equal(statSync(join(folder, 'etc/ssh/ssh_host_ed25519_key')).mode & 0o777, 0o600)
    t.notOk(existsSync(join(folder, 'etc/ssh/ssh_host_rsa_key')), 'no other key is offered')
    t.ok(existsSync(join(folder, 'etc/ssh/sshd_config')))
    t.equal(boot(folder, 'begin\nready\n').status, 0, 'and again')
    t.equal(readFileSync(join(folder, 'systemctl.log'), 'utf8'), '--no-block restart ssh\n', 'a key in place disturbs nobody')
  })

  t.test('that breaks says where', async (t) => {
    const { status, report } = boot(t.testdir(), 'begin\ncat "/no/such \\\\ file"\nready\n')
    t.equal(status, 1)
    t.match(report, { state: 'failed', line: Number, command: 'cat "/no/such \\\\ file"' })
  })

  t.test('asks for what the packages run on: Java for jars, Node.js for the stand-ins', async (t) => {
    const folder = t.testdir({ theirs: { lib: { 'a.jar': '' } }, ours: { lib: { 'a.mjs': '' } }, other: {} })
    const needed = (name: string) => {
      boot(folder, `begin\nneed() { echo "$*"; }\nneed_runtime ${folder}/${name} >${folder}/needed\nready\n`)
      return readFileSync(join(folder, 'needed'), 'utf8')
    }
    t.equal(needed('theirs'), 'java openjdk-8-jre-headless\n')
    t.equal(needed('ours'), 'node nodejs\n')
    t.equal(needed('other'), '')
  })

  t.test('that waits in vain says for what', async (t) => {
    const { report } = boot(t.testdir(), 'begin\nwait_for 0 "answer from the gateway" false\nready\n')
    t.match(report, { state: 'failed', command: 'no answer from the gateway within 0 seconds' })
  })

  t.test('that misses a value says which', async (t) => {
    const { status, report } = boot(t.testdir(), 'begin\n: "${PREREQS_IP:?}"\nready\n')
    t.not(status, 0)
    t.equal(report?.state, 'failed')
  })
})
