import type { EC2Client } from '@aws-sdk/client-ec2'
import type { AwsAccess } from '../../schemas/testbed.ts'
import { askEc2 } from '../aws-clients.ts'

/** What EC2 has in a region. */
export interface Offers {
  /** The availability zones that are open to the account, by name: their letters differ from account to account. */
  readonly zones: readonly string[]
  /** The zones in which each instance type can be had; a type that the region does not have is missing. */
  readonly zonesOf: ReadonlyMap<string, readonly string[]>
  readonly types: ReadonlyMap<string, TypeFacts>
}

/** What EC2 says of an instance type. */
export interface TypeFacts {
  readonly vCpus: number
  /** As EC2 calls them: `x86_64`, `arm64`, `i386`. */
  readonly architectures: readonly string[]
  readonly interfaces: number
  readonly addressesPerInterface: number
}

/** Asks EC2 for the open zones of a region, and what it says of some instance types. Costs nothing.
 *  @throws TestbedError when EC2 does not answer, or refuses */
export async function askOffers(access: AwsAccess, region: string, types: readonly string[], signal?: AbortSignal): Promise<Offers> {
  const { DescribeAvailabilityZonesCommand, DescribeInstanceTypeOfferingsCommand, DescribeInstanceTypesCommand } =
    await import('@aws-sdk/client-ec2')
  // A name that EC2 does not know is an error as an argument, and finds nothing as a filter.
  const ofTypes = [{ Name: 'instance-type', Values: [...new Set(types)] }]
  const openZones = new DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'opt-in-status', Values: ['opt-in-not-required'] }] })
  const offerings = new DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone', Filters: ofTypes })
  const facts = new DescribeInstanceTypesCommand({ Filters: ofTypes })
  const all = async (ec2: EC2Client, options: object) =>
    Promise.all([ec2.send(openZones, options), ec2.send(offerings, options), ec2.send(facts, options)])
  const [{ AvailabilityZones = [] }, { InstanceTypeOfferings = [] }, { InstanceTypes = [] }] = await askEc2(access, region, all, signal)
  const zonesOf = new Map<string, readonly string[]>()
  for (const { InstanceType: type = '', Location: zone = '' } of InstanceTypeOfferings)
    zonesOf.set(type, [...(zonesOf.get(type) ?? []), zone].toSorted())
  return {
    zones: AvailabilityZones.flatMap(({ State, ZoneName }) =>
      State === 'available' && ZoneName !== undefined ? [ZoneName] : [],
    ).toSorted(),
    zonesOf,
    types: new Map(
      InstanceTypes.map(({ InstanceType: type = '', VCpuInfo, ProcessorInfo, NetworkInfo }) => [
        type,
        {
          vCpus: VCpuInfo?.DefaultVCpus ?? 0,
          architectures: ProcessorInfo?.SupportedArchitectures ?? [],
          interfaces: NetworkInfo?.MaximumNetworkInterfaces ?? 0,
          addressesPerInterface: NetworkInfo?.Ipv4AddressesPerInterface ?? 0,
        },
      ]),
    ),
  }
}
