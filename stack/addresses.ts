import ipaddr from 'ipaddr.js'
import type { Cluster, MachineRole } from '../schemas/cluster.ts'

/** Host numbers inside the machine's subnet. AWS keeps the first four addresses of a subnet and the last one for itself. */
const hostNumbers: Readonly<Record<MachineRole, number>> = { bastion: 10, prereqs: 10, master: 11, gateway: 12 }

/** The private address of each named machine, known before anything exists, so that all machines can start at once.
 *  The bastion stands in the public subnet, the others in the private one. */
export function machineAddresses(network: Cluster['network']): Readonly<Record<MachineRole, string>> {
  const at = (cidr: string, role: MachineRole) => addressInside(cidr, hostNumbers[role])
  return {
    bastion: at(network.public, 'bastion'),
    prereqs: at(network.private, 'prereqs'),
    master: at(network.private, 'master'),
    gateway: at(network.private, 'gateway'),
  }
}

/** The address with the given number in an IPv4 network: `addressInside('30.0.100.0/24', 10)` is `30.0.100.10`. */
export function addressInside(cidr: string, hostNumber: number): string {
  const bytes = ipaddr.IPv4.networkAddressFromCIDR(cidr).toByteArray()
  const base = Buffer.from(bytes).readUInt32BE()
  const address = Buffer.alloc(4)
  address.writeUInt32BE(base + hostNumber)
  return address.join('.')
}
