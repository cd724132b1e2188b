import t from 'tap'
import { loadHostsFile } from '../../../schemas/hosts-file/load-hosts-file.ts'
import type { HostsFileWorld } from '../../../schemas/hosts-file/load-hosts-file.ts'

const files: Readonly<Record<string, string>> = {
  '/home/me/.ssh/id_rsa': 'a key',
  '/home/me/.ssh/known_hosts': '10.0.0.5,10.0.0.9 ssh-ed25519 AAAAknown\n[jump.example.org]:2222 ssh-ed25519 AAAAjump\n',
  '/work/keys/own': 'another',
  '/work/known': 'web ssh-ed25519 AAAAweb\n',
}
const world: HostsFileWorld = {
  name: 'staging',
  user: 'me',
  pathOf: (written) => (written.startsWith('~/') ? `/home/me/${written.slice(2)}` : written.startsWith('/') ? written : `/work/${written}`),
  readText: (path) => files[path],
}

function load(text: string) {
  return loadHostsFile(text, 'staging.yaml', world)
}

t.test('a host has a way there: what the file says for all, what it says itself, its hops in order', async (t) => {
  const { testbed, problems } = load(`
user: admin
outputs: { vpc: vpc-1 }
capabilities: [iam.real]
hosts:
  - { name: jump, address: jump.example.org, port: 2222, user: hopper }
  - { name: bastion, address: 10.0.0.5, hops: [jump] }
  - { name: 'agents[0]', alias: web1, address: 10.0.0.7, hops: [bastion], identity: keys/own, hostKeys: [ssh-ed25519 AAAAlisted] }
  - { name: 'agents[1]', address: 10.0.0.8, hops: [jump, bastion], knownHosts: known, knownAs: web }
`)
  t.same(problems, [])
  t.match(testbed, {
    name: 'staging',
    target: 'hosts',
    region: '',
    account: '',
    outputs: { vpc: 'vpc-1' },
    capabilities: ['iam.real'],
    api: {},
  })
  const jump = {
    name: 'jump',
    address: 'jump.example.org',
    port: 2222,
    user: 'hopper',
    identityFile: '/home/me/.ssh/id_rsa',
    hostKeys: ['ssh-ed25519 AAAAjump'],
  }
  const bastion = { ...jump, name: 'bastion', address: '10.0.0.5', port: 22, user: 'admin', hostKeys: ['ssh-ed25519 AAAAknown'] }
  const agent = { ...bastion, name: 'agents[0]', address: '10.0.0.7', identityFile: '/work/keys/own', hostKeys: ['ssh-ed25519 AAAAlisted'] }
  t.strictSame(testbed?.hosts[1], { name: 'bastion', instanceId: 'bastion', address: '10.0.0.5', user: 'admin', route: [jump, bastion] })
  t.strictSame(testbed?.hosts[2], {
    name: 'agents[0]',
    group: 'agents',
    instanceId: 'web1',
    address: '10.0.0.7',
    user: 'admin',
    route: [jump, bastion, agent],
  })
  t.strictSame(
    testbed?.hosts[3]?.route.map(({ name, hostKeys }) => [name, hostKeys[0]]),
    [
      ['jump', 'ssh-ed25519 AAAAjump'],
      ['bastion', 'ssh-ed25519 AAAAknown'],
      ['agents[1]', 'ssh-ed25519 AAAAweb'],
    ],
  )
})

t.test('an alias of a host key is looked up as OpenSSH does it, without the port', async (t) => {
  const { testbed, problems } = load('hosts: [{ name: a, address: 127.0.0.1, port: 2200, knownHosts: known, knownAs: web }]')
  t.same(problems, [])
  t.same(testbed?.hosts[0]?.route[0]?.hostKeys, ['ssh-ed25519 AAAAweb'])
})

t.test('without a word of it the user is who runs titus-bed', async (t) => {
  t.equal(load('hosts: [{ name: a, address: 10.0.0.5 }]').testbed?.hosts[0]?.user, 'me')
})

t.test('all that is wrong is told at once, each with its place', async (t) => {
  for (const [text, expected] of [
    ['hosts: [{ name: a, address: 10.0.0.1 }]', [['no-host-key', 1]]],
    ['hosts:\n  - { name: a, address: 10.0.0.5, identity: nothing }', [['no-such-key', 2]]],
    ['hosts:\n  - { name: a, address: 10.0.0.5 }\n  - { name: a, address: 10.0.0.9 }', [['name-taken', 3]]],
    ['hosts:\n  - { name: a, address: 10.0.0.5 }\n  - { name: b, address: 10.0.0.9, hops: [aa] }', [['unknown-host', 3]]],
    ['hosts:\n  - { name: a, address: 10.0.0.5, hops: [a] }', [['hop-cycle', 2]]],
    [
      'hosts:\n  - { name: a, address: 10.0.0.5, hops: [b] }\n  - { name: b, address: 10.0.0.9, hops: [a] }',
      [
        ['hop-cycle', 2],
        ['hop-cycle', 3],
      ],
    ],
    [
      'hosts:\n  - { name: a, address: 10.0.0.1, identity: x }\n  - { name: b, address: 10.0.0.2 }',
      [
        ['no-host-key', 2],
        ['no-such-key', 2],
        ['no-host-key', 3],
      ],
    ],
    ['capabilities: [moon]\nhosts: [{ name: a, address: 10.0.0.5 }]', [['unknown-value', 1]]],
    ['hosts: []', [['too-few', 1]]],
    ['', [['empty-file', 1]]],
    ['hosts: [{ name: local, address: 10.0.0.5 }]', [['wrong-form', 1]]],
    [
      'hosts: [{ name: "agents.all", adress: 10.0.0.5 }]',
      [
        ['wrong-form', 1],
        ['unknown-key', 1],
      ],
    ],
  ] as const) {
    const { testbed, problems } = load(text)
    t.equal(testbed, undefined, text)
    t.strictSame(
      problems.map(({ code, place }) => [code, place?.line]),
      expected,
      text,
    )
  }
})

t.test('what does not fit hides nothing else, and is no reason to find more', async (t) => {
  const { testbed, problems } = load(`
name: staging
name: other
portt: 22
hosts:
  - { name: a, address: 10.0.0.5, usr: me, hops: [nowhere, b, c], identity: gone }
  - { name: b, adress: 10.0.0.9 }
  - { name: c, address: 10.0.0.9, hops: a }
  - { name: a, address: 10.0.0.9 }
  - text
`)
  t.equal(testbed, undefined)
  t.same(
    problems.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`),
    [
      'duplicate-key 3:1',
      'unknown-key 4:1',
      'unknown-key 6:35',
      'unknown-host 6:51',
      'no-such-key 6:77',
      'unknown-key 7:16',
      'wrong-type 8:41',
      'name-taken 9:13',
      'wrong-type 10:5',
    ],
  )
})
