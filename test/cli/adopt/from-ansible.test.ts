import t from 'tap'
import { adoptAnsible } from '../../../cli/adopt/from-ansible.ts'
import { expandRange } from '../../../cli/adopt/ansible-groups.ts'

const machines = ['bastion', 'gateway']

const ini = `# made by hand
lonely ansible_host=10.0.0.1
[gateway]
gw1.example.org ansible_port="2200"
[agents]
web[01:02] ansible_user=ubuntu # both
[agents:vars]
ansible_ssh_common_args='-o ProxyCommand="ssh -W %h:%p -q -i key hop@jump.example.org"'
[everything:children]
agents
gateway
[everything:vars]
ansible_ssh_private_key_file = ~/.ssh/work
[all:vars]
ansible_user=admin
ansible_port=2222
`

const yaml = `all:
  vars: { ansible_user: admin, ansible_port: 2222 }
  hosts: { lonely: { ansible_host: 10.0.0.1 } }
  children:
    everything:
      vars: { ansible_ssh_private_key_file: ~/.ssh/work }
      children:
        agents:
          hosts:
            web[01:02]: { ansible_user: ubuntu }
          vars: { ansible_ssh_common_args: '-J hop@jump.example.org' }
        gateway:
          hosts: { gw1.example.org: { ansible_port: 2200 } }
`

t.test('an inventory means the same in both its forms', async (t) => {
  const expected = [
    { name: 'jump.example.org', address: 'jump.example.org', user: 'hop' },
    { name: 'lonely', address: '10.0.0.1', port: 2222, user: 'admin' },
    { name: 'gateway', alias: 'gw1.example.org', address: 'gw1.example.org', port: 2200, user: 'admin', identity: '~/.ssh/work' },
    ...[1, 2].map((index) => ({
      name: `agents[${index - 1}]`,
      alias: `web0${index}`,
      address: `web0${index}`,
      port: 2222,
      user: 'ubuntu',
      identity: '~/.ssh/work',
      hops: ['jump.example.org'],
    })),
  ]
  const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)
  for (const text of [ini, yaml]) {
    const { hosts, notes } = adoptAnsible(text, machines)
    t.strictSame([...hosts].toSorted(byName), expected.toSorted(byName))
    t.same(notes, [])
  }
})

t.test('what only Ansible can tell is left out, and told', async (t) => {
  const text = `all:
  hosts:
    here: { ansible_connection: local }
    secret: { ansible_user: '{{ vault_user }}' }
    odd: { ansible_ssh_common_args: '-o ProxyCommand="nc %h %p"' }
`
  const { hosts, notes } = adoptAnsible(text, machines)
  t.same(
    hosts.map(({ name, user, hops }) => [name, user, hops]),
    [
      ['secret', undefined, undefined],
      ['odd', undefined, undefined],
    ],
  )
  t.equal(notes.length, 3)
  t.match(notes.join('\n'), /here is this computer[^]*template[^]*ProxyCommand/)
})

t.test('a jump host that the inventory has is the one that is meant', async (t) => {
  const { hosts } = adoptAnsible('[bastion]\njump ansible_host=10.0.0.1\n[db]\nd1 ansible_ssh_common_args="-o ProxyJump=jump"\n', machines)
  t.strictSame(hosts, [
    { name: 'bastion', alias: 'jump', address: '10.0.0.1' },
    { name: 'db[0]', alias: 'd1', address: 'd1', hops: ['bastion'] },
  ])
})

t.test('ranges of hosts', async (t) => {
  t.same(expandRange('web'), ['web'])
  t.same(expandRange('web[08:10].example.org'), ['web08.example.org', 'web09.example.org', 'web10.example.org'])
  t.same(expandRange('db-[a:c]'), ['db-a', 'db-b', 'db-c'])
  t.same(expandRange('x[0:4:2]'), ['x0', 'x2', 'x4'])
  t.same(expandRange('r[1:2]-[a:b]'), ['r1-a', 'r1-b', 'r2-a', 'r2-b'])
  t.same(expandRange('x[3:1]'), [])
})
