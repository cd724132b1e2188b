import type { Cluster } from '../schemas/cluster.ts'
import { machineNames, machineRoles } from '../schemas/roles/index.ts'
import type { MachineName } from '../schemas/roles/index.ts'
import { networkOf, renderAddress } from '../system/ipv4.ts'

/** The private address of each machine that exists once, known before anything exists, so that all machines can start at once. */
export function machineAddresses(network: Cluster['network']): Readonly<Record<MachineName, string>> {
  const addressOf = (name: MachineName) =>
    renderAddress(networkOf(network[machineRoles[name].subnet]).first + machineRoles[name].hostNumber)
  return Object.fromEntries(machineNames.map((name) => [name, addressOf(name)])) as Record<MachineName, string>
}
