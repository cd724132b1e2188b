import type { Cluster } from '../../schemas/cluster.ts'
import { hostRoles, machineNames } from '../../schemas/roles/index.ts'
import type { MachineName } from '../../schemas/roles/index.ts'
import { rootGib } from '../root-volume.ts'
import { addressPrice, instancePrice, natPrice, pricesAsOf, volumePrice } from './table.ts'

/** What a testbed costs on AWS in an hour, on demand, in US dollars; without traffic, objects in S3 and taxes. */
export interface TestbedPrice {
  /** The sum of what is known. */
  readonly total: number
  readonly parts: readonly { readonly name: string; readonly price: number }[]
  /** What the table has no price for. */
  readonly unknown: readonly string[]
}

/** The price of all that the stack of a cluster makes: machines, agents as many as are desired, their volumes, the NAT gateway, and the public
 *  addresses of the NAT gateway and of the machines in the public subnet. */
export function priceOf(cluster: Pick<Cluster, 'region' | 'machines' | 'agents'>): TestbedPrice {
  return priceNow(cluster.region, cluster, { machines: machineNames, agents: cluster.agents.capacity.desired })
}

/** What of a cluster the price of its machines follows from. */
export interface Sizes {
  readonly machines: Cluster['machines']
  readonly agents: Pick<Cluster['agents'], 'instanceType' | 'volumeGiB'>
}

/** The price of what runs: a machine that is stopped costs its disk, and has no public address; an agent that was ended costs nothing. */
export function priceNow(
  region: string,
  { machines, agents }: Sizes,
  runs: { readonly machines: readonly MachineName[]; readonly agents: number },
): TestbedPrice {
  const types = [...runs.machines.map((name) => [machines[name].instanceType, 1] as const), [agents.instanceType, runs.agents] as const]
  const gib = machineNames.length * rootGib + runs.agents * agents.volumeGiB
  const publicMachines = runs.machines.filter((name) => hostRoles[name].subnet === 'public').length
  const instances = types.map(([type, count]) => ({ name: type, price: times(instancePrice(type, region), count) }))
  const rest = [
    { name: 'NAT gateway', price: natPrice(region) },
    { name: 'public IPv4 addresses', price: addressPrice * (1 + publicMachines) },
    { name: 'volumes', price: times(volumePrice(region), gib) },
  ]
  const machinesPrice = { name: 'machines', price: instances.reduce((sum, { price = 0 }) => sum + price, 0) }
  const parts = [machinesPrice, ...rest].flatMap(({ name, price }) => (price === undefined ? [] : [{ name, price }]))
  const unknown = [...instances, ...rest].filter(({ price }) => price === undefined).map(({ name }) => name)
  return { total: parts.reduce((sum, { price }) => sum + price, 0), parts, unknown: [...new Set(unknown)] }
}

/** The price in a few words: `about USD 0.37 an hour`. */
export function priceInWords({ total, unknown }: TestbedPrice): string {
  return `${unknown.length === 0 ? 'about' : 'more than'} USD ${total.toFixed(2)} an hour`
}

/** The price in one line for a person, with what it is made of. */
export function priceLine(region: string, price: TestbedPrice): string {
  const { parts, unknown } = price
  const listed = parts.map((part) => `${part.name} ${part.price.toFixed(2)}`).join(', ')
  const known = `${priceInWords(price)} in ${region}, on demand, without traffic`
  const missing = unknown.length === 0 ? '' : `; no price is known of ${unknown.join(', ')}`
  return `${known} (${listed}; prices of ${pricesAsOf}${missing})`
}

function times(price: number | undefined, count: number): number | undefined {
  return price === undefined ? undefined : price * count
}
