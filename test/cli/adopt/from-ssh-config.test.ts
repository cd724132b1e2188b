import t from 'tap'
import { adoptSshConfig, hostsNamed } from '../../../cli/adopt/from-ssh-config.ts'

async function nothing(): Promise<readonly string[]> {
  return []
}

t.test('the names that a configuration gives hosts, also in files that it includes', async (t) => {
  const text = 'Include conf.d/*.conf\nHOST a "b c" d*\n\tHost=e !f\nMatch host g\n  HostName h\nhost a\n'
  const included = async (pattern: string) => (pattern === 'conf.d/*.conf' ? ['Host first\nInclude again\n'] : ['Host second'])
  t.same(await hostsNamed(text, included), ['first', 'second', 'a', 'b c', 'e'])
  t.same(await hostsNamed('Include me', async () => ['Host x\nInclude me']), ['x'], 'files that include each other end')
})

t.test('each host is what OpenSSH says, and the hosts that are jumped over come along', async (t) => {
  const said: Readonly<Record<string, string>> = {
    web: 'hostname 10.0.0.7\nuser me\nport 22\nproxyjump hop@jump:2200,ssh://bastion\nidentityfile ~/.ssh/work\nuserknownhostsfile /home/me/.ssh/known_hosts /home/me/.ssh/known_hosts2\n',
    jump: 'hostname jump\nuser me\nport 22\nidentityfile ~/.ssh/id_rsa\nidentityfile ~/.ssh/id_ed25519\n',
    bastion: 'hostname 10.0.0.1\nuser me\nport 2222\nuserknownhostsfile /work/known\nhostkeyalias the-bastion\nproxyjump none\n',
    odd: 'hostname odd\nproxycommand nc %h %p\n',
  }
  const resolve = async (name: string) => said[name] ?? ''
  const { hosts, notes } = await adoptSshConfig('Host web odd other\n', { resolve, included: nothing }, ['w*', 'odd'])
  t.strictSame(hosts, [
    { name: 'web', address: '10.0.0.7', user: 'me', identity: '~/.ssh/work', hops: ['jump', 'bastion'] },
    { name: 'jump', address: 'jump', user: 'hop', port: 2200 },
    { name: 'bastion', address: '10.0.0.1', user: 'me', port: 2222, knownHosts: '/work/known', knownAs: 'the-bastion' },
  ])
  t.match(notes, [/^odd: .*ProxyCommand/])
})

t.test('names that resolve to the same are one machine, under the first of them, also where it is jumped over', async (t) => {
  const said: Readonly<Record<string, string>> = {
    bastion: 'host bastion\nhostname 127.0.0.1\nport 2222\n',
    b: 'host b\nhostname 127.0.0.1\nport 2222\n',
    other: 'host other\nhostname 127.0.0.1\nport 2223\n',
    web: 'host web\nhostname 10.0.0.7\nproxyjump b\n',
    '10.0.0.7': 'host 10.0.0.7\nhostname 10.0.0.7\nproxyjump b\n',
  }
  const world = { resolve: async (name: string) => said[name] ?? '', included: nothing }
  const config = 'Host bastion b\nHost other\nHost web 10.0.0.7\n'
  const { hosts, notes } = await adoptSshConfig(config, world, [])
  t.strictSame(hosts, [
    { name: 'bastion', address: '127.0.0.1', port: 2222 },
    { name: 'other', address: '127.0.0.1', port: 2223 },
    { name: 'web', address: '10.0.0.7', hops: ['bastion'] },
  ])
  t.strictSame(notes, ['bastion: is also called b: it is taken once', 'web: is also called 10.0.0.7: it is taken once'])
  const asked = await adoptSshConfig(config, world, ['10.0.0.7'])
  t.strictSame(
    asked.hosts.map(({ name, hops }) => [name, hops]),
    [
      ['10.0.0.7', ['b']],
      ['b', undefined],
    ],
    'the names that are asked for',
  )
})
