import type { Cluster } from '../schemas/cluster.ts'
import type { HostRole } from '../schemas/roles/host-role.ts'
import {
  Eip,
  InternetGateway,
  MainRouteTableAssociation,
  NatGateway,
  RouteTable,
  RouteTableAssociation,
  Subnet,
  Vpc,
} from './constructs.ts'
import type { TerraformStack } from './constructs.ts'
import { leaseTag } from '../schemas/tags.ts'

/** The network of a testbed: a public subnet behind an Internet gateway, a private one behind NAT, in one availability zone. */
export interface Network {
  readonly vpc: Vpc
  readonly subnets: Readonly<Record<HostRole['subnet'], Subnet>>
  readonly internetGateway: InternetGateway
}

const everywhere = '0.0.0.0/0'

/** Ten resources. As in the seed, the public route table is the main one of the VPC. */
export function addNetwork(stack: TerraformStack, network: Cluster['network'], zone: string, lease?: string): Network {
  const vpc = new Vpc(stack, 'titus', {
    cidrBlock: network.cidr,
    enableDnsSupport: true,
    enableDnsHostnames: true,
    ...(lease === undefined ? {} : { tags: { [leaseTag]: lease } }),
  })
  const privateSubnet = new Subnet(stack, 'private_subnet_1', { vpcId: vpc.id, cidrBlock: network.private, availabilityZone: zone })
  const publicSubnet = new Subnet(stack, 'public_subnet_1', { vpcId: vpc.id, cidrBlock: network.public, availabilityZone: zone })

  const internetGateway = new InternetGateway(stack, 'internet_gw', { vpcId: vpc.id })
  const publicRoutes = new RouteTable(stack, 'public_route_table', {
    vpcId: vpc.id,
    route: [{ cidrBlock: everywhere, gatewayId: internetGateway.id }],
  })
  new MainRouteTableAssociation(stack, 'vpc_route_table', { vpcId: vpc.id, routeTableId: publicRoutes.id })

  // An address or a NAT gateway made before the Internet gateway is attached has no way out, and AWS refuses the latter.
  const address = new Eip(stack, 'nat_eip', { domain: 'vpc', dependsOn: [internetGateway] })
  const nat = new NatGateway(stack, 'nat', { allocationId: address.id, subnetId: publicSubnet.id, dependsOn: [internetGateway] })
  const privateRoutes = new RouteTable(stack, 'private_route_table', {
    vpcId: vpc.id,
    route: [{ cidrBlock: everywhere, natGatewayId: nat.id }],
  })
  new RouteTableAssociation(stack, 'private_route_table_assoc', { subnetId: privateSubnet.id, routeTableId: privateRoutes.id })

  return { vpc, subnets: { public: publicSubnet, private: privateSubnet }, internetGateway }
}
