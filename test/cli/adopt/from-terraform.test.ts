import t from 'tap'
import { adoptTerraform } from '../../../cli/adopt/from-terraform.ts'

t.test('outputs with the name of an address are machines, all texts are outputs', async (t) => {
  const { hosts, outputs, notes } = adoptTerraform(
    {
      bastion_private_ip: { value: '10.0.0.9' },
      bastion_public_ip: { value: '203.0.113.4' },
      'gateway-address': { value: 'gateway.example.org' },
      agent_ips: { value: ['10.0.0.1', '10.0.0.2'] },
      db_ips: { value: ['10.0.0.5'] },
      addresses: { value: { cache: '10.0.0.3', odd: 7 } },
      vpc_id: { value: 'vpc-1' },
      zip: { value: 'a.zip' },
      count_ip: { value: 3 },
      password: { value: 'hidden', sensitive: true },
    },
    ['agents'],
  )
  t.strictSame(hosts, [
    { name: 'bastion', address: '203.0.113.4' },
    { name: 'gateway', address: 'gateway.example.org' },
    { name: 'agents[0]', address: '10.0.0.1' },
    { name: 'agents[1]', address: '10.0.0.2' },
    { name: 'db[0]', address: '10.0.0.5' },
    { name: 'cache', address: '10.0.0.3' },
  ])
  t.same(Object.keys(outputs ?? {}), ['bastion_private_ip', 'bastion_public_ip', 'gateway-address', 'vpc_id', 'zip'])
  t.notMatch(JSON.stringify({ hosts, outputs, notes }), 'hidden')
  t.match(notes, [/bastion has two addresses/, /password is sensitive/])
  t.same(adoptTerraform([], []).hosts, [])
})
