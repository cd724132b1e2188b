import { existsSync } from 'node:fs'
import t from 'tap'
import { groupNames, hostRoles, installerOf, machineNames, machineRoles, roleNames, wayIn } from '../../../schemas/roles/index.ts'

t.test('no two machines have one address, and each fits the smallest subnet', async (t) => {
  const addresses = machineNames.map((name) => `${machineRoles[name].subnet} ${machineRoles[name].hostNumber}`)
  t.equal(new Set(addresses).size, machineNames.length)
  for (const name of machineNames) {
    const { subnet, hostNumber } = machineRoles[name]
    t.ok(hostNumber > 3 && hostNumber < (subnet === 'public' ? 15 : 63), name)
  }
})

t.test('every role has a first boot of its own, in one place', async (t) => {
  for (const name of roleNames) {
    const isFile = existsSync(new URL(`../../../stack/user-data/${name}.sh`, import.meta.url))
    t.not(hostRoles[name].firstBoot !== undefined, isFile, name)
  }
})

t.test('every package has one installer', async (t) => {
  const neededPackages = roleNames.flatMap((name) => hostRoles[name].packages)
  t.same(neededPackages, ['titus-server-master', 'titus-server-gateway', 'titus-agent'])
  t.equal(new Set(neededPackages).size, neededPackages.length)
  t.same([...neededPackages, 'titus-executor'].map(installerOf), ['master', 'gateway', 'agents', 'agents'])
})

t.test('connections go in by a machine that the internet can reach', async (t) => {
  t.equal(machineRoles[wayIn].subnet, 'public')
  t.same(groupNames, ['agents'])
})
