import { testbedTag } from '../../../schemas/tags.ts'
import type { Answers } from '../loopback-aws.ts'

const who =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'
/** An account on AWS in which all is well. */
export const answers: Answers = {
  GetCallerIdentity: who,
  GetConsoleOutput: `<GetConsoleOutputResponse><output>${Buffer.from('login:\n').toString('base64')}</output></GetConsoleOutputResponse>`,
  DescribeAvailabilityZones: zonesOf(zone('eu-west-1c', 'available'), zone('eu-west-1a', 'impaired'), zone('eu-west-1b', 'available')),
  DescribeInstanceTypeOfferings: offeringsOf({
    'eu-west-1a': ['t3.nano', 't3.medium', 't3.large', 'm4.large'],
    'eu-west-1b': ['t3.nano', 't3.medium', 't3.large', 'm4.large'],
    'eu-west-1c': ['t3.nano', 't3.medium', 't3.large'],
  }),
  DescribeInstanceTypes: typesOf({ 't3.nano': 2, 't3.medium': 2, 't3.large': 2, 'm4.large': 2 }),
  DescribeInstances: runningOf({}),
  DescribeImages: imagesOf('x86_64'),
  GetServiceQuota: { json: { Quota: { Value: 64 } } },
}

/** A zone, and the state that it is in. */
export function zone(name: string, state: string): string {
  return `<item><zoneName>${name}</zoneName><zoneState>${state}</zoneState></item>`
}

/** What EC2 says of the zones of a region. */
export function zonesOf(...items: readonly string[]): string {
  return `<DescribeAvailabilityZonesResponse><availabilityZoneInfo>${items.join('')}</availabilityZoneInfo></DescribeAvailabilityZonesResponse>`
}

/** What EC2 says of where types can be had: the types of each zone. */
export function offeringsOf(zones: Readonly<Record<string, readonly string[]>>): string {
  const items = Object.entries(zones).flatMap(([name, types]) =>
    types.map(
      (type) =>
        `<item><instanceType>${type}</instanceType><locationType>availability-zone</locationType><location>${name}</location></item>`,
    ),
  )
  return `<DescribeInstanceTypeOfferingsResponse><instanceTypeOfferingSet>${items.join('')}</instanceTypeOfferingSet></DescribeInstanceTypeOfferingsResponse>`
}

/** Types by their processors, of one architecture, with the interfaces and addresses of each. */
export function typesOf(vCpus: Readonly<Record<string, number>>, { architecture = 'x86_64', interfaces = 2, addresses = 10 } = {}): string {
  const items = Object.entries(vCpus).map(
    ([type, count]) =>
      `<item><instanceType>${type}</instanceType><vCpuInfo><defaultVCpus>${count}</defaultVCpus></vCpuInfo>` +
      `<processorInfo><supportedArchitectures><item>${architecture}</item></supportedArchitectures></processorInfo>` +
      `<networkInfo><maximumNetworkInterfaces>${interfaces}</maximumNetworkInterfaces><ipv4AddressesPerInterface>${addresses}</ipv4AddressesPerInterface></networkInfo></item>`,
  )
  return `<DescribeInstanceTypesResponse><instanceTypeSet>${items.join('')}</instanceTypeSet></DescribeInstanceTypesResponse>`
}

/** Instances that run already, by the testbed that they belong to, with the cores of each. */
export function runningOf(cores: Readonly<Record<string, number>>): string {
  const items = Object.entries(cores).map(
    ([testbed, count]) =>
      `<item><instanceType>m5.xlarge</instanceType><cpuOptions><coreCount>${count}</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>` +
      `<tagSet><item><key>${testbedTag}</key><value>${testbed}</value></item></tagSet></item>`,
  )
  return `<DescribeInstancesResponse><reservationSet><item><instancesSet>${items.join('')}</instancesSet></item></reservationSet></DescribeInstancesResponse>`
}

/** The images that EC2 finds, by their architectures. */
export function imagesOf(...architectures: readonly string[]): string {
  const items = architectures.map((architecture) => `<item><imageId>ami-1</imageId><architecture>${architecture}</architecture></item>`)
  return `<DescribeImagesResponse><imagesSet>${items.join('')}</imagesSet></DescribeImagesResponse>`
}
