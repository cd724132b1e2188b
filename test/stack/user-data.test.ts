import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { bootReportFile, parseBootReport } from '../../schemas/boot-report.ts'
import { agentResources } from '../../stack/agent-resources.ts'
import { synthesize } from '../../stack/synth.ts'
import { resolvePackages } from '../../stack/packages.ts'
import { shownHostKeys } from '../../stack/shown-host-keys.ts'
import { buildUserData, userDataLimitBytes } from '../../stack/user-data.ts'
import { seedCluster, seedInputs } from './fixtures.ts'

const scripts = buildUserData(seedCluster, seedInputs)
const control = 'Package: titus-server-gateway\nVersion: 1.2\nArchitecture: all\nMaintainer: a <a@b>\nDescription: a\n'

t.test('every script is bash, small enough for EC2, and holds no key', async (t) => {
  for (const [role, script] of Object.entries(scripts)) {
    t.match(script, /^#!\/bin\/bash\n/, role)
    t.ok(Buffer.byteLength(script) < userDataLimitBytes, `${role}: ${Buffer.byteLength(script)} bytes`)
    t.equal(spawnSync('bash', ['-n'], { input: script }).status, 0, `${role} is parsed`)
    t.notMatch(script, /PRIVATE KEY|HOST_KEY=|ssh-ed25519 AAAA/, `${role} is for everyone to read`)
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
  const [master, gateway, agents, image] = seedInputs.packages
  t.match(scripts.prereqs, `PACKAGES='${image?.sha256} packages/zookeeper.tar.gz'`)
  t.match(scripts.master, `PACKAGES='${master?.sha256} packages/${master?.file}'`)
  t.match(scripts.gateway, `PACKAGES='${gateway?.sha256} packages/${gateway?.file}'`)
  t.match(scripts.agents, `PACKAGES='${agents?.sha256} packages/${agents?.file}'`)
  t.match(scripts.gateway, "MASTER_IP='30.0.100.11'")
  t.match(scripts.master, "PREREQS_IP='30.0.100.10'")
  t.match(scripts.agents, "RESOURCE_SET='ResourceSet-ENIs-1-10'")
  t.match(scripts.agents, "AGENT_GROUP='titusagent'")
  for (const script of Object.values(scripts)) t.match(script, "LOGIN_USER='admin'")
})

t.test("Netflix's own packages go to the machines that list them, and its agent finds what it needs", async (t) => {
  const titus = {
    ...seedCluster.titus,
    agent: 'netflix' as const,
    packages: {
      from: t.testdir(),
      sha256: {} as Record<string, string>,
      master: ['titus-server-master', 'mesos'],
      agents: ['mesos', 'titus-executor', 'titus-vpc-driver'],
    },
  }
  for (const name of [
    'titus-server-master_0.0.1-1',
    'titus-server-gateway_0.0.1-1',
    'mesos_1.1.3',
    'titus-executor_0.1',
    'titus-vpc-driver_0.1',
  ]) {
    writeFileSync(join(titus.packages.from, `${name}_all.deb`), name)
    titus.packages.sha256[`${name}_all.deb`] = createHash('sha256').update(name).digest('hex')
  }
  const packages = await resolvePackages({ ...seedCluster, titus }, { standIns: '/absent', cache: '/absent' })
  const own = buildUserData({ ...seedCluster, titus }, { ...seedInputs, packages })
  const fetched = (script: string) =>
    [...(/^PACKAGES='(.*?)'$/ms.exec(script)?.[1] ?? '').matchAll(/packages\/(.*?)_/g)].map((match) => match[1])
  t.strictSame(fetched(own.master), ['titus-server-master', 'mesos'])
  t.strictSame(fetched(own.gateway), ['titus-server-gateway'])
  t.strictSame(fetched(own.agents), ['mesos', 'titus-executor', 'titus-vpc-driver'])
  t.match(own.agents, "AGENT_KIND='netflix'")
  t.match(scripts.agents, "AGENT_KIND='stand-in'")
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
    mkdirSync(join(folder, 'instance'), { recursive: true })
    writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\necho "$*" >>${folder}/systemctl.log\n`)
    chmodSync(join(folder, 'systemctl'), 0o755)
    const [shared = ''] = scripts.bastion.split('# The bastion forwards')
    const script = `${shared}${body}`
      .replaceAll(dirname(bootReportFile), `${folder}/state`)
      .replaceAll('/etc/ssh', `${folder}/etc/ssh`)
      .replaceAll('/var/lib/cloud/instance/', `${folder}/instance/`)
      .replaceAll('>/dev/console', `>>${folder}/console`)
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

  t.test('that works says so, and shows the host key that it has made', async (t) => {
    const folder = t.testdir({ etc: { ssh: { ssh_host_rsa_key: 'old', ssh_host_ed25519_key: 'of the image', sshd_config: 'kept' } } })
    const { status, report } = boot(folder, 'begin\nready\n')
    t.equal(status, 0)
    t.match(report, { state: 'ready', at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ })
    const publicKey = () =>
      spawnSync('ssh-keygen', ['-y', '-f', join(folder, 'etc/ssh/ssh_host_ed25519_key')], { encoding: 'utf8' }).stdout.trim()
    const made = publicKey()
    const shown = () => shownHostKeys(readFileSync(join(folder, 'console'), 'utf8'))
    t.match(made, /^ssh-ed25519 /)
    t.same(shown(), [made])
    t.equal(readFileSync(join(folder, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8').trim(), made)
    t.equal(statSync(join(folder, 'etc/ssh/ssh_host_ed25519_key')).mode & 0o777, 0o600)
    t.notOk(existsSync(join(folder, 'etc/ssh/ssh_host_rsa_key')), 'no other key is offered')
    t.ok(existsSync(join(folder, 'etc/ssh/sshd_config')))
    t.equal(boot(folder, 'begin\nready\n').status, 0, 'and again')
    t.equal(readFileSync(join(folder, 'systemctl.log'), 'utf8'), '--no-block restart ssh\n', 'a key in place disturbs nobody')
    t.equal(publicKey(), made)
    t.same(shown(), [made], 'and is shown again')
    const { length } = readFileSync(join(folder, 'console'), 'utf8').split('BEGIN SSH HOST KEY KEYS')
    t.equal(length - 1, 4, 'at the beginning and at the end')
    rmSync(join(folder, 'instance'), { recursive: true })
    boot(folder, 'begin\nready\n')
    t.not(publicKey(), made, 'an instance that was made of the image of another has a key of its own')
  })

  t.test('that breaks says where', async (t) => {
    const { status, report } = boot(t.testdir(), 'begin\ncat "/no/such \\\\ file"\nready\n')
    t.equal(status, 1)
    t.match(report, { state: 'failed', line: Number, command: 'cat "/no/such \\\\ file"' })
  })

  /** Boots a machine that installs one package, with an apt-get that does what is told; `state` is what dpkg says of the package afterwards. */
  const install = (t: Test, aptGet: string, { state = 'ii 1.2', jar = false } = {}) => {
    const folder = t.testdir({ 'apt.log': '', deb: { DEBIAN: { control: control }, opt: { [jar ? 'a.jar' : 'a.mjs']: '' } } })
    const file = join(folder, 'titus-server-gateway.deb')
    spawnSync('dpkg-deb', ['--root-owner-group', '--build', join(folder, 'deb'), file])
    const program = (name: string, text: string) => writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 })
    program('apt-get', `echo "$*" >>${folder}/apt.log; case "$*" in *' update '*) exit ;; esac\n${aptGet}`)
    program('dpkg-query', `printf '%s' '${state}'`)
    program('apt-cache', 'echo "  Candidate: 8u402"')
    const body = `begin\ncommand() { [[ $* != '-v java' ]] && builtin command "$@"; }\nsleep() { :; }\nneed_runtime "${file}"\napt_install "${file}"\nare_installed "${file}"\nready\n`
    const { status, report } = boot(folder, body)
    const asked = readFileSync(join(folder, 'apt.log'), 'utf8')
    return { status, report, asked: asked.replaceAll(file, 'FILE').replaceAll(/(^| )-(o \S+|\S+)/gm, '') }
  }

  t.test('installs packages in one transaction, after asking for what there is', async (t) => {
    const { report, asked } = install(t, 'exit 0')
    t.match(report, { state: 'ready' })
    t.equal(asked, ' update\n install FILE\n')
  })

  t.test('installs Java first where a package has programs of Java', async (t) => {
    t.equal(install(t, 'exit 0', { jar: true }).asked, ' update\n install openjdk-8-jre-headless\n install FILE\n')
  })

  t.test("fails at once when a package cannot be installed, in apt's own words", async (t) => {
    const { status, report, asked } = install(
      t,
      `echo 'titus-server-gateway needs more'; echo 'E: Sub-process /usr/bin/dpkg returned an error code (1)'; exit 100`,
    )
    t.equal(status, 1)
    t.match(report, { state: 'failed', command: /apt-get cannot install .*: E: Sub-process \/usr\/bin\/dpkg returned an error code \(1\)/ })
    t.equal(asked, ' update\n install FILE\n', 'and is not tried again')
    const unmet = install(t, `echo ' titus-server-gateway : Depends: libssl1.0.0 but it is not installable'; exit 100`)
    t.match(unmet.report, { command: /Depends: libssl1\.0\.0 but it is not installable/ })
  })

  t.test('asks servers again that do not answer', async (t) => {
    const later = `[ "$(grep -c install ${'${0%/*}'}/apt.log)" = 3 ] || { echo 'E: Failed to fetch http://deb.debian.org/x'; exit 100; }`
    const { report, asked } = install(t, later)
    t.match(report, { state: 'ready' })
    t.equal(asked, ' update\n install FILE\n install FILE\n install FILE\n')
  })

  /** Loads what is fetched, twice, with a `docker` of these lines. */
  function loadTwice(t: Test, docker: string) {
    const folder = t.testdir({ 'a.tar.gz': 'one', 'b.tar.gz': 'two', 'docker.log': '' })
    writeFileSync(join(folder, 'docker'), `#!/bin/sh\necho "$*" >>${folder}/docker.log\n${docker}\n`, { mode: 0o755 })
    const functions = /^load_images\(\) \{.*?^\}$.*?^\}$/ms.exec(scripts.prereqs)?.[0] ?? ''
    const fetched = `fetched=(${folder}/a.tar.gz ${folder}/b.tar.gz) sums=(1 2)`
    const { report } = boot(
      folder,
      `begin\n${fetched}\n${functions.replace('/var/lib/titus-bed', folder)}\nload_images\nload_images\nready\n`,
    )
    const loads = readFileSync(join(folder, 'docker.log'), 'utf8').trim().split('\n')
    return { report, loads: loads.map((line) => line.replace(`${folder}/`, '')).toSorted((one, other) => one.localeCompare(other)) }
  }

  t.test('loads images at the same time, and each once', async (t) => {
    // Each ends only once the other has begun.
    const { report, loads } = loadTwice(t, `until [ "$(wc -l <"${'${0%/*}'}/docker.log")" = 2 ]; do sleep 0.05; done`)
    t.match(report, { state: 'ready' })
    t.same(loads, ['load --quiet --input a.tar.gz', 'load --quiet --input b.tar.gz'])
  })

  t.test('that cannot load an image says which command failed', async (t) => {
    const { report } = loadTwice(t, 'case "$*" in *a.tar.gz) exit 1 ;; esac')
    t.match(report, { state: 'failed', command: 'docker load --quiet --input "$2"' })
  })

  t.test('does not take the word of an installer for it', async (t) => {
    const { report } = install(t, 'exit 0', { state: 'rc 1.2' })
    t.match(report, { state: 'failed', command: 'titus-server-gateway is not installed: dpkg says rc 1.2' })
    t.match(install(t, 'exit 0', { state: 'ii 1.1' }).report, { state: 'failed' }, 'another version is another package')
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
