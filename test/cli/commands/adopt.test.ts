import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { typedHere } from '../../../cli/product/typed-as.ts'
import { startSshTestbed } from '../../runner/sshd.ts'
import { tempFolder } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

const bed = await startSshTestbed(['bastion', 'gateway', 'agents[0]'])
t.teardown(() => bed.stop())
const home = tempFolder(t)
const [bastion, gateway, agent] = bed.testbed.hosts.map(({ route }) => route.at(-1))
if (bastion === undefined || gateway === undefined || agent === undefined) throw new Error('three hosts')
mkdirSync(join(home, '.ssh'), { mode: 0o700 })
const known = join(home, 'known')
const keys = [bastion, gateway, agent].map(({ port, hostKeys: [key = ''] }) => `[127.0.0.1]:${port} ${key}\n`)
writeFileSync(known, keys.join(''))
const head = `  HostName 127.0.0.1\n  User ${bastion.user}\n  IdentityFile ${bastion.identityFile}\n  UserKnownHostsFile ${known}\n`
const config = join(home, 'config')
writeFileSync(
  config,
  `Host bastion\n  Port ${bastion.port}\nHost gateway\n  Port ${gateway.port}\nHost agents[0]\n  Port ${agent.port}\nHost !bastion *\n  ProxyJump bastion\nHost *\n${head}`,
)

/** A folder with the file of hosts that `adopt` writes, and scenarios. */
async function adopted(t: Parameters<typeof tempFolder>[0], ...more: readonly string[]) {
  const cwd = tempFolder(t)
  writeFileSync(
    join(cwd, 'a.yaml'),
    'scenario: they answer\nsteps:\n  - { host: gateway, run: "true" }\n  - { host: agents.all, run: "true" }\n  - assert: { testbed.name: hosts, "length(testbed.hosts)": 3 }\n',
  )
  return { cwd, told: await typeCommand(cwd, 'adopt', config, ...more) }
}

t.test('hosts of an OpenSSH configuration are run against, host keys and hops as OpenSSH has them', async (t) => {
  const { cwd, told } = await adopted(t)
  t.match(told, { code: 0, out: 'hosts.yaml: 3 hosts\n', err: `next: ${typedHere(cwd)} status --testbed-file hosts.yaml\n` })
  t.match(readFileSync(join(cwd, 'hosts.yaml'), 'utf8'), /name: gateway, .*hops: \[ bastion \]/)
  t.match(await typeCommand(cwd, 'validate', 'hosts.yaml'), { code: 0 })
  const on = ['--testbed-file', 'hosts.yaml']
  const ran = await typeCommand(cwd, 'run', 'a.yaml', ...on)
  t.match(ran, { code: 0, out: /1 scenario on testbed hosts \(hosts\)[^]*scenarios: 1 passed/ }, ran.out)
  t.match(await typeCommand(cwd, 'status', ...on), { code: 0, out: /testbed hosts: 3 hosts[^]*bastion .* up\n[^]*agents\[0\] .* up\n/ })
  const data = JSON.parse((await typeCommand(cwd, 'status', '--json', ...on)).out) as {
    readonly hosts: readonly { readonly state: string }[]
  }
  t.same(
    data.hosts.map(({ state }) => state),
    ['up', 'up', 'up'],
  )
  t.match(await typeCommand(cwd, 'exec', ...on, 'gateway', '--', 'echo', 'here'), { code: 0, out: 'here\n' })
  t.match(await typeCommand(cwd, 'ssh-config', ...on), { code: 0, out: /Host gateway 127\.0\.0\.1[^]*ProxyJump bastion/ })
  t.match(await typeCommand(cwd, 'ssh', ...on, 'gateway', 'exit', '7'), { code: 7 })
  t.same(readdirSync(join(cwd, '.titus-bed/hosts')).toSorted(), ['history.jsonl', 'known_hosts', 'not-raised', 'runs', 'ssh_config'])
  for (const command of [
    ['destroy', ...on],
    ['destroy', '--testbed', 'hosts'],
    ['apply', 'hosts.yaml'],
    ['plan', 'hosts.yaml'],
  ])
    t.match(await typeCommand(cwd, ...command), { code: 2, err: /\[not-owned\]/ }, command.join(' '))
  t.match(await typeCommand(cwd, 'destroy'), { code: 0, out: 'there is no testbed here; nothing to destroy\n' })
  t.match(await typeCommand(cwd, 'run', 'a.yaml', ...on, '--testbed', 'x'), { code: 2, err: /\[bad-option\]/ })
  writeFileSync(join(cwd, 'titus-bed.yaml'), 'testbed: blue\n')
  t.match(await typeCommand(cwd, 'ssh-config', ...on), { code: 0 }, 'the project names another, and what is typed is stronger')
  rmSync(join(cwd, 'titus-bed.yaml'))
  t.match(await typeCommand(cwd, 'run', 'a.yaml'), { code: 3, err: /there is no testbed here/ }, 'it has to be named')
  t.match(await typeCommand(cwd, 'adopt', config), { code: 2, err: /\[file-exists\]/ })
})

t.test('a host with another key than is known is not talked to, and one without a known key is told before', async (t) => {
  const { cwd } = await adopted(t)
  const text = readFileSync(join(cwd, 'hosts.yaml'), 'utf8')
  writeFileSync(join(cwd, 'other'), keys.map((line) => line.replace(/ssh-ed25519 .*/, gateway.hostKeys[0] ?? '')).join(''))
  writeFileSync(join(cwd, 'others.yaml'), text.replaceAll(known, 'other'))
  const { code, out } = await typeCommand(cwd, 'status', '--testbed-file', 'others.yaml')
  t.equal(code, 0)
  t.match(out, /bastion .* down: .*key/)
  writeFileSync(join(cwd, 'none.yaml'), text.replaceAll(known, 'nothing'))
  t.match(await typeCommand(cwd, 'run', 'a.yaml', '--testbed-file', 'none.yaml'), {
    code: 2,
    err: /no host key of bastion is known[^]*\[no-host-key\]/,
  })
  writeFileSync(known, keys.slice(0, 2).join(''))
  t.teardown(() => writeFileSync(known, keys.join('')))
  const again = await typeCommand(cwd, 'adopt', config, '--output', 'again.yaml')
  t.match(again, { code: 0, err: /no host key of agents\[0\] is known[^]*see to what is told above/ })
})

t.test('a description that cannot be taken is told', async (t) => {
  const { cwd } = await adopted(t, '--output', '-')
  writeFileSync(join(cwd, 'words'), 'just words\n')
  writeFileSync(join(cwd, 'tf.json'), '{"gateway_ip": {"value": "10.0.0.1"}}')
  t.match(await typeCommand(cwd, 'adopt', 'words'), { code: 2, err: /looks like nothing[^]*\[unknown-source\]/ })
  t.match(await typeCommand(cwd, 'adopt', 'words', '--from', 'anible'), { code: 2, err: /did you mean "ansible"/ })
  t.match(await typeCommand(cwd, 'adopt', 'words', '--from', 'terraform'), { code: 2, err: /\[bad-json\]/ })
  t.match(await typeCommand(cwd, 'adopt', 'nowhere'), { code: 2, err: /\[no-such-file\]/ })
  t.match(await typeCommand(cwd, 'adopt', config, 'nobody'), { code: 2, err: /\[nothing-adopted\]/ })
  t.match(
    await typeCommand(
      cwd,
      'adopt',
      'tf.json',
      '--output',
      '-',
      '--name',
      'blue',
      '--user',
      'u',
      '--identity',
      'k',
      '--known-hosts',
      'h',
      '--hop',
      'b',
    ),
    {
      code: 0,
      out: /name: blue\nuser: u\nidentity: k\nknownHosts: h\noutputs:\n {2}gateway_ip: 10\.0\.0\.1\nhosts:\n {2}- \{ name: gateway, address: 10\.0\.0\.1, hops: \[ b \] \}\n/,
    },
  )
  writeFileSync(config.concat('-bad'), 'Host a\n  Nonsense yes\n')
  t.match(await typeCommand(cwd, 'adopt', config.concat('-bad'), '--output', '-'), { code: 3, err: /OpenSSH does not take/ })
})

t.test('scenarios of this computer alone need no testbed', async (t) => {
  const cwd = tempFolder(t)
  const local = 'scenario: it is here\nsteps:\n  - { host: local, run: [echo, here], expect: { stdout: { contains: here } } }\n'
  writeFileSync(join(cwd, 'local.yaml'), local)
  writeFileSync(join(cwd, 'named.yaml'), `${local}  - { host: gateway, run: "true" }\n`)
  writeFileSync(join(cwd, 'read.yaml'), `${local}  - { host: local, run: [echo, "\${{ testbed.region }}"] }\n`)
  writeFileSync(join(cwd, 'judged.yaml'), `${local}  - { assert: { testbed.name: local } }\n`)
  t.match(await typeCommand(cwd, 'run', 'local.yaml', '--allow-local'), { code: 0, out: /on testbed local \(hosts\)[^]*1 passed/ })
  for (const file of ['named.yaml', 'read.yaml', 'judged.yaml'])
    t.match(await typeCommand(cwd, 'run', file, '--allow-local'), { code: 3, err: /there is no testbed here/ }, file)
  t.match(await typeCommand(cwd, 'run', 'local.yaml', '--allow-local', '--testbed', 'blue'), { code: 3, err: /there is no testbed "blue"/ })
})
