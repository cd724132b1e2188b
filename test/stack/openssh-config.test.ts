import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import t from 'tap'
import { TestbedError } from '../../schemas/failure.ts'
import { makeKeyPair, withoutComment } from '../../stack/keys.ts'
import { knownHosts, sshConfig } from '../../stack/openssh-config.ts'
import { assembleTestbed, testbedOf } from '../../stack/testbed.ts'
import type { AppliedTestbed } from '../../stack/testbed.ts'

const keyOf = Object.fromEntries(
  ['i-1', 'i-2', 'i-3', 'i-4', 'i-a1', 'i-a2'].map((id) => [id, withoutComment(makeKeyPair(id).publicKey)]),
) as Readonly<Record<string, string>>

const applied: AppliedTestbed = {
  name: 'titus',
  loginUser: 'admin',
  target: 'lab',
  region: 'eu-west-1',
  account: '123456789012',
  access: { endpoint: 'http://127.0.0.1:1' },
  outputs: { bastion_ip: '198.18.0.1', agent_asg_name: 'titusagent', vpc_id: 'vpc-1' },
  hostKeys: new Map(Object.entries(keyOf).map(([id, key]) => [id, [key]])),
  identityFile: '/keys/100% mine/login',
  bastionAt: { host: '127.0.0.1', port: 2222 },
}

function instance(id: string, address: string, tags: Record<string, string>, launched = '2026-01-01T00:00:00Z') {
  return {
    InstanceId: id,
    PrivateIpAddress: address,
    LaunchTime: new Date(launched),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  }
}
function agent(id: string, address: string, launched: string) {
  return instance(id, address, { Name: 'titus-agent', 'aws:autoscaling:groupName': 'titusagent' }, launched)
}

const named = [
  instance('i-4', '30.0.100.12', { Name: 'titus-gateway' }),
  instance('i-1', '30.0.1.10', { Name: 'titus-bastion' }),
  instance('i-2', '30.0.100.10', { Name: 'titus-prereqs' }),
  instance('i-3', '30.0.100.11', { Name: 'titus-master' }),
]
const agents = [agent('i-a2', '30.0.100.5', '2026-01-01T00:00:09Z'), agent('i-a1', '30.0.100.7', '2026-01-01T00:00:01Z')]

t.test('a testbed is the named machines, then the agents in the order of their launch', async (t) => {
  const testbed = assembleTestbed(applied, [...agents, ...named])
  t.strictSame(
    testbed.hosts.map(({ name, instanceId, group }) => [name, instanceId, group]),
    [
      ['bastion', 'i-1', undefined],
      ['prereqs', 'i-2', undefined],
      ['master', 'i-3', undefined],
      ['gateway', 'i-4', undefined],
      ['agents[0]', 'i-a1', 'agents'],
      ['agents[1]', 'i-a2', 'agents'],
    ],
  )
  t.strictSame(
    testbed.hosts.at(-1)?.route.map(({ name, address, port, hostKeys }) => [name, address, port, hostKeys]),
    [
      ['bastion', '127.0.0.1', 2222, [keyOf['i-1']]],
      ['agents[1]', '30.0.100.5', 22, [keyOf['i-a2']]],
    ],
  )
  const { bastionAt: _, ...direct } = applied
  t.strictSame(assembleTestbed(direct, named).hosts[0]?.route[0]?.address, '198.18.0.1', 'without a relay: the public address')
})

t.test('a machine whose key is not known boots since its launch, and OpenSSH knows no key of it', async (t) => {
  const hostKeys = new Map([...applied.hostKeys].filter(([id]) => id !== 'i-a2' && id !== 'i-3'))
  const testbed = assembleTestbed({ ...applied, hostKeys }, [...named, ...agents])
  t.strictSame(
    testbed.hosts
      .filter(({ bootingSince }) => bootingSince !== undefined)
      .map(({ name, bootingSince, route }) => [name, bootingSince, route.at(-1)?.hostKeys]),
    [
      ['master', '2026-01-01T00:00:00.000Z', []],
      ['agents[1]', '2026-01-01T00:00:09.000Z', []],
    ],
  )
  t.equal(knownHosts(testbed).trimEnd().split('\n').length, 4)
})

t.test('consoles are looked at for what is not on record, and the way through the bastion follows', async (t) => {
  const hostKeys = new Map([['i-2', [keyOf['i-2'] ?? '']]])
  const shown = (id: string) => (id === 'i-a2' ? '' : `-----BEGIN SSH HOST KEY KEYS-----\n${keyOf[id]}\n-----END SSH HOST KEY KEYS-----\n`)
  const testbed = await testbedOf(
    { ...applied, hostKeys },
    [...named, ...agents],
    async () => undefined,
    async (id) => shown(id),
  )
  t.strictSame(
    testbed.hosts.map(({ route }) => route.flatMap(({ hostKeys: keys }) => keys)),
    [['i-1'], ['i-1', 'i-2'], ['i-1', 'i-3'], ['i-1', 'i-4'], ['i-1', 'i-a1'], ['i-1']].map((ids) => ids.map((id) => keyOf[id])),
  )
  t.strictSame(
    testbed.hosts.filter(({ bootingSince }) => bootingSince !== undefined).map(({ name }) => name),
    ['agents[1]'],
  )
})

t.test('a machine that does not run is an error that says how to get it back', async (t) => {
  t.throws(() => assembleTestbed(applied, named.slice(1)), TestbedError)
})

t.test('plain OpenSSH understands the configuration', async (t) => {
  const testbed = assembleTestbed(applied, [...named, ...agents])
  const folder = t.testdir()
  const [config, known] = [join(folder, 'ssh config'), join(folder, 'known hosts')]
  writeFileSync(config, sshConfig(testbed, known))
  writeFileSync(known, knownHosts(testbed))
  const settings = (host: string) => execFileSync('ssh', ['-G', '-F', config, host], { encoding: 'utf8' }).split('\n')

  t.ok(settings('bastion').includes('port 2222'))
  for (const name of ['gateway', '30.0.100.12']) {
    const lines = settings(name)
    for (const line of ['hostname 30.0.100.12', 'user admin', 'proxyjump bastion', 'stricthostkeychecking true', 'identitiesonly yes']) {
      t.ok(lines.includes(line), `${name}: ${line}`)
    }
    t.ok(lines.some((line) => line.startsWith('userknownhostsfile') && line.includes(known)))
    t.ok(lines.some((line) => line.startsWith('identityfile') && line.includes('100%') && line.includes('mine/login')))
  }
  for (const name of ['agents[0]', 'agent0', 'agent', '30.0.100.7']) t.ok(settings(name).includes('hostname 30.0.100.7'), name)
  for (const name of ['agents[1]', 'agent1', '30.0.100.5']) t.ok(settings(name).includes('hostname 30.0.100.5'), name)

  const alias =
    settings('agent1')
      .find((line) => line.startsWith('hostkeyalias'))
      ?.split(' ')[1] ?? ''
  const found = spawnSync('ssh-keygen', ['-F', alias, '-f', known], { encoding: 'utf8' })
  t.match(found.stdout, keyOf['i-a2'])
})

t.test('key pairs are ones that OpenSSH and ssh2 take', async (t) => {
  // A key with a leading zero byte comes once in 256: enough of them to meet one.
  for (let round = 0; round < 600; round += 1) {
    const pair = makeKeyPair('a comment')
    const parsed = ssh2.utils.parseKey(pair.privateKey)
    if (parsed instanceof Error || parsed.getPublicSSH().toString('base64') !== pair.publicKey.split(' ')[1]) t.fail(pair.privateKey)
    else if (parsed.verify('text', parsed.sign('text')) !== true) t.fail('a signature does not verify')
  }
  const folder = t.testdir()
  const pair = makeKeyPair('a comment')
  writeFileSync(join(folder, 'key'), pair.privateKey, { mode: 0o600 })
  t.equal(execFileSync('ssh-keygen', ['-y', '-f', join(folder, 'key')], { encoding: 'utf8' }).trim(), pair.publicKey)
})
