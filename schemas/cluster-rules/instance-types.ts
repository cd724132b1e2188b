/** What one EC2 instance type offers to containers. */
export interface InstanceType {
  /** Network interfaces, the host's own (eth0) included. */
  readonly interfaces: number
  /** IPv4 addresses of one interface. */
  readonly addressesPerInterface: number
  readonly networkMbps: number
  readonly vCpus: number
  readonly memoryMiB: number
}

/** Columns: interfaces, IPv4 per interface, Mbps (Titus VPC driver, `vpc/limits.go` of 2018), vCPUs, memory in MiB (AWS). */
const rows: Readonly<Record<string, readonly [number, number, number, number, number]>> = {
  'm4.large': [2, 10, 100, 2, 8192],
  'm4.xlarge': [4, 15, 1000, 4, 16384],
  'm4.2xlarge': [4, 15, 1000, 8, 32768],
  'm4.4xlarge': [8, 30, 2000, 16, 65536],
  'm4.10xlarge': [8, 30, 10000, 40, 163840],
  'm4.16xlarge': [8, 30, 23000, 64, 262144],
  'm5.large': [3, 10, 100, 2, 8192],
  'm5.xlarge': [4, 15, 1000, 4, 16384],
  'm5.2xlarge': [4, 15, 1000, 8, 32768],
  'm5.4xlarge': [8, 30, 2000, 16, 65536],
  'm5.12xlarge': [8, 30, 10000, 48, 196608],
  'm5.24xlarge': [15, 30, 23000, 96, 393216],
  'r4.large': [3, 10, 1000, 2, 15616],
  'r4.xlarge': [4, 15, 1000, 4, 31232],
  'r4.2xlarge': [4, 15, 2000, 8, 62464],
  'r4.4xlarge': [8, 30, 4000, 16, 124928],
  'r4.8xlarge': [8, 30, 9000, 32, 249856],
  'r4.16xlarge': [15, 50, 23000, 64, 499712],
  'c5.large': [3, 10, 1000, 2, 4096],
  'c5.xlarge': [4, 15, 2000, 4, 8192],
  'c5.2xlarge': [4, 15, 2000, 8, 16384],
  'c5.4xlarge': [4, 30, 4000, 16, 32768],
  'c5.9xlarge': [4, 30, 10000, 36, 73728],
  'c5.18xlarge': [4, 50, 23000, 72, 147456],
  'p2.xlarge': [4, 15, 2000, 4, 62464],
  'p2.8xlarge': [8, 30, 6000, 32, 499712],
  'p2.16xlarge': [8, 30, 20000, 64, 749568],
}

/** Every instance type that the Titus VPC driver knows, by name, family by family. Any other makes the driver panic on the agent. */
export const instanceTypes: Readonly<Record<string, InstanceType>> = Object.freeze(
  Object.fromEntries(
    Object.entries(rows).map(([name, [interfaces, addressesPerInterface, networkMbps, vCpus, memoryMiB]]) => [
      name,
      Object.freeze({ interfaces, addressesPerInterface, networkMbps, vCpus, memoryMiB }),
    ]),
  ),
)

/**
 * The limits of an instance type, as the Titus VPC driver has them.
 *
 * @param type  an EC2 instance type, such as `m4.large`
 * @returns     undefined for a type that the driver does not know (all of t2, for one)
 */
export function vpcLimits(type: string): InstanceType | undefined {
  return Object.hasOwn(instanceTypes, type) ? instanceTypes[type] : undefined
}

/**
 * The Mesos attribute `res` of an agent: what the driver's `genconf` prints. One interface fewer than the type has, because eth0
 * stays with the host.
 *
 * @returns  `ResourceSet-ENIs-<interfaces - 1>-<IPv4 per interface>`
 * @throws   RangeError for a type that the driver does not know; a validated cluster never has one
 */
export function resourceSet(type: string): string {
  const limits = vpcLimits(type)
  if (limits === undefined) throw new RangeError(`the VPC driver does not know ${type}`)
  return `ResourceSet-ENIs-${limits.interfaces - 1}-${limits.addressesPerInterface}`
}
