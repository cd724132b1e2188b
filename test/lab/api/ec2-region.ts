import t from 'tap'
import * as scaling from '@aws-sdk/client-auto-scaling'
import * as ec2 from '@aws-sdk/client-ec2'

import type { Instance, NetworkInterface } from '../../../lab/region-state.ts'

import { admin, makeRoles, startLabApi } from './lab-api.ts'

/** What a refused call says: `Code: message`; `ok` when it was not refused. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ok',
    (error: Error) => `${error.name}: ${error.message}`,
  )
}

/** The value, which has to be there. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing there')
  return value
}

/* A region for a file of tests: the API with the three roles, a network with a subnet and two groups, and a key pair. */

// The emulator, and above all the aws command, take their time on a busy computer.
t.setTimeout(180_000)

export const lab = await startLabApi()
t.teardown(() => lab.stop())
await makeRoles(lab.endpoint)

const configuration = { endpoint: lab.endpoint, region: 'eu-west-1', credentials: admin, maxAttempts: 1 }
export const cloud = new ec2.EC2Client(configuration)
export const groups = new scaling.AutoScalingClient(configuration)

export const ImageId = must(
  (
    await cloud.send(
      new ec2.DescribeImagesCommand({
        Filters: [{ Name: 'name', Values: ['ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*'] }],
        Owners: ['099720109477'],
      }),
    )
  ).Images?.[0]?.ImageId,
)
export const VpcId = must((await cloud.send(new ec2.CreateVpcCommand({ CidrBlock: '30.0.0.0/16' }))).Vpc?.VpcId)
export async function subnet(CidrBlock: string, AvailabilityZone = 'eu-west-1a'): Promise<string> {
  return must((await cloud.send(new ec2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }))).Subnet?.SubnetId)
}
export const SubnetId = await subnet('30.0.100.0/24')
async function group(GroupName: string): Promise<string> {
  return must((await cloud.send(new ec2.CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }))).GroupId)
}
export const main = await group('main')
export const app = await group('app')
await cloud.send(
  new ec2.ImportKeyPairCommand({
    KeyName: 'deployer',
    PublicKeyMaterial: Buffer.from(`ssh-ed25519 ${'AAAAC3NzaC1lZDI1NTE5AAAAIO4ufuaX0Z08YLjJEew+gHgHIqHDvSr56eZTS0XGu4vZ'} me`),
  }),
)

export async function launch(more: Partial<ec2.RunInstancesCommandInput> = {}): Promise<string> {
  const input = { ImageId, InstanceType: 'm4.large' as const, MinCount: 1, MaxCount: 1, SubnetId, SecurityGroupIds: [main], ...more }
  return must((await cloud.send(new ec2.RunInstancesCommand(input))).Instances?.[0]?.InstanceId)
}
export function terminate(...InstanceIds: string[]) {
  return cloud.send(new ec2.TerminateInstancesCommand({ InstanceIds }))
}
export async function describe(id: string): Promise<ec2.Instance> {
  return must((await cloud.send(new ec2.DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]?.Instances?.[0])
}
export async function instance(id: string): Promise<Instance> {
  return must((await lab.api.readRegion()).instances.find((one) => one.id === id))
}
export async function networkInterface(id: string): Promise<NetworkInterface> {
  return must((await lab.api.readRegion()).networkInterfaces.find((one) => one.id === id))
}
export async function createInterface(more: Partial<ec2.CreateNetworkInterfaceCommandInput> = {}): Promise<string> {
  return must(
    (await cloud.send(new ec2.CreateNetworkInterfaceCommand({ SubnetId, Groups: [app], ...more }))).NetworkInterface?.NetworkInterfaceId,
  )
}
export async function attach(NetworkInterfaceId: string, InstanceId: string, DeviceIndex: number): Promise<string> {
  return must((await cloud.send(new ec2.AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId, DeviceIndex }))).AttachmentId)
}
export function assign(NetworkInterfaceId: string, more: Partial<ec2.AssignPrivateIpAddressesCommandInput>) {
  return cloud.send(new ec2.AssignPrivateIpAddressesCommand({ NetworkInterfaceId, ...more }))
}

/** Makes an auto scaling group of small instances. @returns its name */
export async function makeGroup(
  AutoScalingGroupName: string,
  more: Partial<scaling.CreateAutoScalingGroupCommandInput> = {},
): Promise<string> {
  const template = { ImageId, InstanceType: 't3.nano' as const }
  const LaunchTemplateName = `member of ${AutoScalingGroupName}`
  await cloud.send(new ec2.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: template }))
  const fixed = { MinSize: 0, MaxSize: 4, LaunchTemplate: { LaunchTemplateName, Version: '$Latest' }, VPCZoneIdentifier: SubnetId }
  await groups.send(new scaling.CreateAutoScalingGroupCommand({ AutoScalingGroupName, ...fixed, ...more }))
  return AutoScalingGroupName
}
