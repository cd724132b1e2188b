import { randomUUID } from 'node:crypto'
import {
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  DescribeRouteTablesCommand,
  ImportKeyPairCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { EC2Client } from '@aws-sdk/client-ec2'
import { containerHostTag } from '../schemas/tags.ts'

/** What machines are launched with. Ids are EC2's. */
export interface Ground {
  readonly imageId: string
  readonly subnetId: string
  readonly groupId: string
  readonly keyName: string
}

/** A machine that was launched. */
export interface Launched {
  readonly instanceId: string
  readonly publicAddress: string
  readonly isContainerHost: boolean
}

/** Makes a VPC with one public subnet, a group that lets SSH in from `trusted` (a CIDR), and a key pair. */
export async function prepareGround(client: EC2Client, trusted: string, publicKey: string): Promise<Ground> {
  const vpcId = known((await client.send(new CreateVpcCommand({ CidrBlock: '30.0.0.0/16' }))).Vpc?.VpcId)
  const subnetId = known((await client.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '30.0.1.0/24' }))).Subnet?.SubnetId)
  const gatewayId = known((await client.send(new CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId)
  await client.send(new AttachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId }))
  const tables = await client.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }))
  const tableId = known(tables.RouteTables?.[0]?.RouteTableId)
  await client.send(new CreateRouteCommand({ RouteTableId: tableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId }))
  const group = await client.send(new CreateSecurityGroupCommand({ GroupName: 'bench', Description: 'SSH', VpcId: vpcId }))
  const groupId = known(group.GroupId)
  const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: trusted }] }
  await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [ssh] }))
  const keyName = 'bench'
  await client.send(new ImportKeyPairCommand({ KeyName: keyName, PublicKeyMaterial: Buffer.from(publicKey) }))
  const name = { Name: 'name', Values: ['ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*'] }
  const images = await client.send(new DescribeImagesCommand({ Owners: ['099720109477'], Filters: [name] }))
  return { imageId: known(images.Images?.[0]?.ImageId), subnetId, groupId, keyName }
}

/** Launches `count` machines with one call, each with a public address. */
export async function launch(
  client: EC2Client,
  { imageId, subnetId, groupId, keyName }: Ground,
  { count, isContainerHost, userData }: { readonly count: number; readonly isContainerHost: boolean; readonly userData: string },
): Promise<readonly Launched[]> {
  const tag = { Key: containerHostTag, Value: 'true' }
  const answer = await client.send(
    new RunInstancesCommand({
      ImageId: imageId,
      InstanceType: 'm5.large',
      MinCount: count,
      MaxCount: count,
      KeyName: keyName,
      ClientToken: randomUUID(),
      UserData: Buffer.from(userData).toString('base64'),
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnetId, Groups: [groupId], AssociatePublicIpAddress: true }],
      ...(isContainerHost ? { TagSpecifications: [{ ResourceType: 'instance', Tags: [tag] }] } : {}),
    }),
  )
  return (answer.Instances ?? []).map(({ InstanceId, PublicIpAddress }) => ({
    instanceId: known(InstanceId),
    publicAddress: known(PublicIpAddress),
    isContainerHost,
  }))
}

function known(id: string | undefined): string {
  if (id === undefined) throw new Error('EC2 answered without the id that was asked for')
  return id
}
