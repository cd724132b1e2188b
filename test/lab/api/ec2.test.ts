import t from 'tap'
import * as scaling from '@aws-sdk/client-auto-scaling'
import * as ec2 from '@aws-sdk/client-ec2'

import type { Instance, NetworkInterface } from '../../../lab/region/model.ts'

import { admin, makeRoles, startLabApi } from './lab-api.ts'
import { query } from './signed-query.ts'

// The emulator, and above all the aws command, take their time on a busy computer.
t.setTimeout(180_000)

const lab = await startLabApi()
t.teardown(() => lab.stop())
await makeRoles(lab.endpoint)

const configuration = { endpoint: lab.endpoint, region: 'eu-west-1', credentials: admin, maxAttempts: 1 }
const cloud = new ec2.EC2Client(configuration)
const groups = new scaling.AutoScalingClient(configuration)

/** What a refused call says: `Code: message`; `ok` when it was not refused. */
const outcome = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: Error) => `${error.name}: ${error.message}`,
  )

const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('nothing there')
  return value
}

const ImageId = must(
  (
    await cloud.send(
      new ec2.DescribeImagesCommand({
        Filters: [{ Name: 'name', Values: ['ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*'] }],
        Owners: ['099720109477'],
      }),
    )
  ).Images?.[0]?.ImageId,
)
const VpcId = must((await cloud.send(new ec2.CreateVpcCommand({ CidrBlock: '30.0.0.0/16' }))).Vpc?.VpcId)
const subnet = async (CidrBlock: string, AvailabilityZone = 'eu-west-1a'): Promise<string> =>
  must((await cloud.send(new ec2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }))).Subnet?.SubnetId)
const SubnetId = await subnet('30.0.100.0/24')
const group = async (GroupName: string): Promise<string> =>
  must((await cloud.send(new ec2.CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }))).GroupId)
const main = await group('main')
const app = await group('app')
await cloud.send(
  new ec2.ImportKeyPairCommand({
    KeyName: 'deployer',
    PublicKeyMaterial: Buffer.from(`ssh-ed25519 ${'AAAAC3NzaC1lZDI1NTE5AAAAIO4ufuaX0Z08YLjJEew+gHgHIqHDvSr56eZTS0XGu4vZ'} me`),
  }),
)

const launch = async (more: Partial<ec2.RunInstancesCommandInput> = {}): Promise<string> => {
  const input = { ImageId, InstanceType: 'm4.large' as const, MinCount: 1, MaxCount: 1, SubnetId, SecurityGroupIds: [main], ...more }
  return must((await cloud.send(new ec2.RunInstancesCommand(input))).Instances?.[0]?.InstanceId)
}
const terminate = (...InstanceIds: string[]) => cloud.send(new ec2.TerminateInstancesCommand({ InstanceIds }))
const describe = async (id: string): Promise<ec2.Instance> =>
  must((await cloud.send(new ec2.DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]?.Instances?.[0])
const instance = async (id: string): Promise<Instance> => must((await lab.api.readRegion()).instances.find((one) => one.id === id))
const networkInterface = async (id: string): Promise<NetworkInterface> =>
  must((await lab.api.readRegion()).networkInterfaces.find((one) => one.id === id))
const createInterface = async (more: Partial<ec2.CreateNetworkInterfaceCommandInput> = {}): Promise<string> =>
  must((await cloud.send(new ec2.CreateNetworkInterfaceCommand({ SubnetId, Groups: [app], ...more }))).NetworkInterface?.NetworkInterfaceId)
const attach = async (NetworkInterfaceId: string, InstanceId: string, DeviceIndex: number): Promise<string> =>
  must((await cloud.send(new ec2.AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId, DeviceIndex }))).AttachmentId)
const assign = (NetworkInterfaceId: string, more: Partial<ec2.AssignPrivateIpAddressesCommandInput>) =>
  cloud.send(new ec2.AssignPrivateIpAddressesCommand({ NetworkInterfaceId, ...more }))

t.test('a launch is checked before anything is made', async (t) => {
  const before = (await lab.api.readRegion()).networkInterfaces.length
  t.match(await outcome(launch({ InstanceType: 'm4.tiny' as 'm4.large' })), /^InvalidInstanceType/)
  t.match(await outcome(launch({ ImageId: 'ami-0123456789abcdef0' })), /^InvalidAMIID\.NotFound/)
  t.match(await outcome(launch({ KeyName: 'nobody' })), /^InvalidKeyPair\.NotFound: The key pair 'nobody' does not exist/)
  t.match(
    await outcome(launch({ UserData: Buffer.alloc(16_385, 'x').toString('base64') })),
    /^InvalidParameterValue: User data is limited to 16384 bytes/,
  )
  t.match(await outcome(launch({ PrivateIpAddress: '30.0.101.1' })), /^InvalidParameterValue: Address 30\.0\.101\.1 does not fall within/)
  for (const reserved of ['30.0.100.0', '30.0.100.3', '30.0.100.255'])
    t.match(
      await outcome(launch({ PrivateIpAddress: reserved })),
      /^InvalidParameterValue: Address .* is in subnet's reserved address range/,
    )
  const first = await launch({ PrivateIpAddress: '30.0.100.11' })
  t.match(await outcome(launch({ PrivateIpAddress: '30.0.100.11' })), /^InvalidIPAddress\.InUse: Address 30\.0\.100\.11 is in use/)
  await terminate(first)
  t.equal((await lab.api.readRegion()).networkInterfaces.length, before)
  const { Reservations = [] } = await cloud.send(new ec2.DescribeInstancesCommand({}))
  t.notOk(
    Reservations.some(({ Instances = [] }) => Instances.length === 0),
    'no empty reservation',
  )
})

t.test('a launch without a subnet goes to the default one, with an address of it', async (t) => {
  const { SubnetId: _, ...input } = { ImageId, InstanceType: 't3.nano' as const, MinCount: 1, MaxCount: 1, SubnetId }
  const id = must((await cloud.send(new ec2.RunInstancesCommand(input))).Instances?.[0]?.InstanceId)
  const { privateAddress, subnetId } = await instance(id)
  t.match(privateAddress, /^172\.31\./)
  t.match((await lab.api.readRegion()).subnets.find((one) => one.id === subnetId)?.cidr, /^172\.31\./)
  await terminate(id)
})

t.test('an instance has the groups of its primary interface, a second interface its own', async (t) => {
  const NetworkInterfaces = [{ DeviceIndex: 0, SubnetId, Groups: [main], PrivateIpAddress: '30.0.100.12' }]
  const input = { ImageId, InstanceType: 'm4.large' as const, MinCount: 1, MaxCount: 1, NetworkInterfaces }
  const id = must((await cloud.send(new ec2.RunInstancesCommand(input))).Instances?.[0]?.InstanceId)
  t.same(
    (await describe(id)).SecurityGroups?.map(({ GroupId }) => GroupId),
    [main],
  )
  const second = await createInterface()
  await attach(second, id, 1)
  const shown = (await describe(id)).NetworkInterfaces ?? []
  t.same(
    shown.map(({ Attachment, Groups = [] }) => [Attachment?.DeviceIndex, Groups.map(({ GroupId }) => GroupId)]),
    [
      [0, [main]],
      [1, [app]],
    ],
  )
  await cloud.send(new ec2.ModifyInstanceAttributeCommand({ InstanceId: id, Groups: [app, main] }))
  t.same((await instance(id)).groupIds, [app, main])
  await cloud.send(new ec2.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: second, Groups: [main] }))
  t.same((await networkInterface(second)).groupIds, [main])
  t.match(
    await outcome(cloud.send(new ec2.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: second, Groups: ['sg-0'] }))),
    /^InvalidGroup\.NotFound/,
  )
  await terminate(id)
})

t.test('termination gives back addresses and interfaces', async (t) => {
  const id = await launch({ PrivateIpAddress: '30.0.100.20' })
  const kept = await createInterface()
  const gone = await createInterface()
  await attach(kept, id, 1)
  await cloud.send(new ec2.ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: false } }))
  const other = await launch()
  const AttachmentId = await attach(gone, other, 1)
  await cloud.send(
    new ec2.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: gone, Attachment: { AttachmentId, DeleteOnTermination: true } }),
  )
  const { AllocationId } = await cloud.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))
  await cloud.send(new ec2.AssociateAddressCommand({ InstanceId: id, ...(AllocationId && { AllocationId }) }))
  t.match((await instance(id)).publicAddress, /^192\.0\.2\./)
  await terminate(id, other)
  const state = await lab.api.readRegion()
  t.match(await instance(id), { state: 'terminated', privateAddress: '', subnetId: '', groupIds: [] })
  t.notOk((await describe(id)).PrivateIpAddress)
  t.match(await networkInterface(kept), { status: 'available' })
  t.notOk(
    state.networkInterfaces.some(({ id }) => id === gone),
    'DeleteOnTermination',
  )
  t.notOk(state.networkInterfaces.some(({ attachment }) => attachment?.instanceId === id))
  t.notOk(state.elasticAddresses.find(({ allocationId }) => allocationId === AllocationId)?.networkInterfaceId)
  const again = await launch({ PrivateIpAddress: '30.0.100.20' })
  t.equal((await instance(again)).privateAddress, '30.0.100.20', 'a replacement has the same address')
  await terminate(again)
})

t.test('interfaces and addresses stop at the limits of the instance type', async (t) => {
  const id = await launch()
  const [one, two] = [await createInterface(), await createInterface()]
  const AttachmentId = await attach(one, id, 1)
  t.match(await outcome(attach(two, id, 2)), /^AttachmentLimitExceeded: Interface count 3 exceeds the limit for m4\.large/)
  t.match(await outcome(attach(two, id, 1)), /^InvalidParameterValue: Instance '.*' already has an interface attached at device index '1'/)
  t.match(await outcome(attach(one, id, 3)), /^InvalidNetworkInterface\.InUse/)
  t.match(
    await outcome(cloud.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: one }))),
    /^InvalidParameterValue: Network interface '.*' is currently in use/,
  )
  const { AssignedPrivateIpAddresses } = await assign(one, { SecondaryPrivateIpAddressCount: 9 })
  t.equal(AssignedPrivateIpAddresses?.length, 9, 'the new ones only')
  t.match(await outcome(assign(one, { SecondaryPrivateIpAddressCount: 1 })), /^PrivateIpAddressLimitExceeded/)
  const addresses = (await networkInterface(one)).privateAddresses
  t.equal(new Set(addresses).size, 10)
  const PrivateIpAddresses = addresses.slice(1, 3)
  await cloud.send(new ec2.UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: one, PrivateIpAddresses }))
  t.same((await networkInterface(one)).privateAddresses, [addresses[0], ...addresses.slice(3)])
  t.match(
    await outcome(cloud.send(new ec2.UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: one, PrivateIpAddresses }))),
    /^InvalidParameterValue/,
  )
  t.match(await outcome(assign(two, { PrivateIpAddresses: addresses.slice(3, 4) })), /^InvalidIPAddress\.InUse/)
  await assign(two, { PrivateIpAddresses: addresses.slice(3, 4), AllowReassignment: true })
  t.notOk((await networkInterface(one)).privateAddresses.includes(must(addresses[3])))
  const primary = must((await describe(id)).NetworkInterfaces?.[0]?.Attachment?.AttachmentId)
  t.match(await outcome(cloud.send(new ec2.DetachNetworkInterfaceCommand({ AttachmentId: primary }))), /^OperationNotPermitted/)
  await cloud.send(new ec2.DetachNetworkInterfaceCommand({ AttachmentId }))
  t.match(await networkInterface(one), { status: 'available' })
  const elsewhere = await createInterface({ SubnetId: await subnet('30.0.101.0/24', 'eu-west-1b') })
  t.match(await outcome(attach(elsewhere, id, 1)), /^InvalidParameterCombination/)
  await terminate(id)
})

t.test('addresses of interfaces are checked and found', async (t) => {
  const fixed = await createInterface({ PrivateIpAddress: '30.0.100.77', SecondaryPrivateIpAddressCount: 2 })
  const all = (await networkInterface(fixed)).privateAddresses
  t.equal(all[0], '30.0.100.77')
  t.equal(new Set(all).size, 3)
  t.match(await outcome(createInterface({ PrivateIpAddress: '30.0.100.77' })), /^InvalidIPAddress\.InUse/)
  t.match(await outcome(createInterface({ PrivateIpAddress: '30.0.100.1' })), /^InvalidParameterValue/)
  const Filters = [
    { Name: 'addresses.private-ip-address', Values: [must(all[2])] },
    { Name: 'status', Values: ['available'] },
  ]
  const { NetworkInterfaces = [] } = await cloud.send(new ec2.DescribeNetworkInterfacesCommand({ Filters }))
  t.same(
    NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId),
    [fixed],
  )
  const small = await subnet('30.0.102.0/28')
  for (let count = 0; count < 11; count += 1) await createInterface({ SubnetId: small })
  t.match(await outcome(createInterface({ SubnetId: small })), /^InsufficientFreeAddressesInSubnet/)
})

t.test('a NAT gateway has an address of its subnet while it is there', async (t) => {
  const { AllocationId, PublicIp } = await cloud.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))
  const { NatGateway } = await cloud.send(new ec2.CreateNatGatewayCommand({ SubnetId, ...(AllocationId && { AllocationId }) }))
  const found = (await lab.api.readRegion()).networkInterfaces.find(({ publicAddress }) => publicAddress === PublicIp)
  t.match(found?.privateAddress, /^30\.0\.100\./)
  t.match(PublicIp, /^192\.0\.2\./)
  await cloud.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId: NatGateway?.NatGatewayId }))
  t.notOk((await lab.api.readRegion()).networkInterfaces.some(({ id }) => id === found?.id))
})

t.test('every instance of a launch gets the profile, and filters find instances by their interfaces', async (t) => {
  const input = {
    ImageId,
    InstanceType: 'm4.large' as const,
    MinCount: 2,
    MaxCount: 2,
    SubnetId,
    SecurityGroupIds: [app],
    IamInstanceProfile: { Name: 'nos3' },
  }
  const { Instances = [] } = await cloud.send(new ec2.RunInstancesCommand(input))
  const ids = Instances.map(({ InstanceId }) => must(InstanceId))
  for (const id of ids)
    t.match(await instance(id), { roleName: 'nos3', instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/nos3' })
  const found = async (Name: string, value: string): Promise<readonly string[]> => {
    const { Reservations = [] } = await cloud.send(
      new ec2.DescribeInstancesCommand({
        Filters: [
          { Name, Values: [value] },
          { Name: 'instance-state-name', Values: ['running'] },
        ],
      }),
    )
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => must(InstanceId))).sort()
  }
  t.same(await found('network-interface.vpc-id', VpcId), [...ids].sort())
  t.same(await found('network-interface.group-id', app), [...ids].sort())
  t.same(await found('network-interface.subnet-id', 'subnet-0'), [])
  const address = (await instance(must(ids[1]))).privateAddress
  t.same(await found('network-interface.addresses.private-ip-address', address), [ids[1]])
  await terminate(...ids)
})

t.test('an Auto Scaling group launches what its template says', async (t) => {
  const LaunchTemplateData: ec2.RequestLaunchTemplateData = {
    ImageId,
    InstanceType: 'm4.large',
    KeyName: 'deployer',
    SecurityGroupIds: [main],
    IamInstanceProfile: { Name: 'master' },
    UserData: Buffer.from('#!/bin/sh\n').toString('base64'),
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2, HttpEndpoint: 'enabled', InstanceMetadataTags: 'enabled' },
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [
          { Key: 'Name', Value: 'template' },
          { Key: 'own', Value: 'yes' },
        ],
      },
    ],
  }
  const TagSpecifications = [{ ResourceType: 'launch-template' as const, Tags: [{ Key: 'of', Value: 'the template' }] }]
  await cloud.send(new ec2.CreateLaunchTemplateCommand({ LaunchTemplateName: 'agents', LaunchTemplateData, TagSpecifications }))
  const { LaunchTemplateVersions } = await cloud.send(new ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: 'agents' }))
  t.same(
    LaunchTemplateVersions?.[0]?.LaunchTemplateData?.TagSpecifications?.map(({ ResourceType }) => ResourceType),
    ['instance'],
  )
  const UserData = Buffer.from('#!/bin/sh\necho 2\n').toString('base64')
  await cloud.send(
    new ec2.CreateLaunchTemplateVersionCommand({ LaunchTemplateName: 'agents', LaunchTemplateData: { ...LaunchTemplateData, UserData } }),
  )
  const AutoScalingGroupName = 'titusagent'
  const create = {
    AutoScalingGroupName,
    MinSize: 1,
    MaxSize: 3,
    VPCZoneIdentifier: SubnetId,
    Tags: [{ Key: 'Name', Value: 'group', PropagateAtLaunch: true }],
  }
  await groups.send(
    new scaling.CreateAutoScalingGroupCommand({
      ...create,
      DesiredCapacity: 2,
      LaunchTemplate: { LaunchTemplateName: 'agents', Version: '2' },
    }),
  )
  const running = async (): Promise<readonly Instance[]> =>
    (await lab.api.readRegion()).instances.filter(
      ({ state, tags }) => state === 'running' && tags['aws:autoscaling:groupName'] === AutoScalingGroupName,
    )
  const members = await running()
  t.equal(members.length, 2)
  for (const member of members)
    t.match(member, {
      tags: { Name: 'group', own: 'yes', 'aws:ec2launchtemplate:version': '2' },
      userData: UserData,
      keyName: 'deployer',
      publicKey: /^ssh-ed25519 /,
      roleName: 'master',
      groupIds: [main],
      metadata: { httpTokens: 'required', hopLimit: 2, instanceTags: true },
      subnetId: SubnetId,
    })
  const desire = (DesiredCapacity: number) =>
    outcome(groups.send(new scaling.SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity })))
  t.equal(await desire(4), 'ValidationError: New SetDesiredCapacity value 4 is above max value 3 for the AutoScalingGroup.')
  t.equal(await desire(0), 'ValidationError: New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.')
  t.match(
    await outcome(groups.send(new scaling.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, DesiredCapacity: 9 }))),
    /^ValidationError: Desired capacity:9 must be between/,
  )
  t.match(
    await outcome(groups.send(new scaling.SetDesiredCapacityCommand({ AutoScalingGroupName: 'none', DesiredCapacity: 1 }))),
    /^ValidationError/,
  )
  t.equal(await desire(3), 'ok')
  t.equal((await running()).length, 3)
  await terminate(must(members[0]).id)
  t.equal((await running()).length, 3, 'replaced at once')
  const decrement = { InstanceId: must(members[1]).id, ShouldDecrementDesiredCapacity: true }
  await groups.send(new scaling.TerminateInstanceInAutoScalingGroupCommand(decrement))
  t.equal((await running()).length, 2)
  t.equal(await desire(1), 'ok')
  const last = { InstanceId: must((await running())[0]).id, ShouldDecrementDesiredCapacity: true }
  t.match(
    await outcome(groups.send(new scaling.TerminateInstanceInAutoScalingGroupCommand(last))),
    /^ValidationError: Currently, desiredSize equals minSize/,
  )
  await groups.send(new scaling.DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }))
  t.equal((await running()).length, 0)
})

t.test('the region as the data plane reads it', async (t) => {
  await cloud.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId: app,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: main }] },
        { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      ],
    }),
  )
  const InternetGatewayId = must((await cloud.send(new ec2.CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId)
  await cloud.send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId, VpcId }))
  const RouteTableId = must((await cloud.send(new ec2.CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId)
  await cloud.send(new ec2.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: InternetGatewayId }))
  await cloud.send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId }))
  const state = await lab.api.readRegion()
  t.match(state, { region: 'eu-west-1', account: '123456789012' })
  t.match(
    state.vpcs.find(({ id }) => id === VpcId),
    { cidr: '30.0.0.0/16', cidrs: ['30.0.0.0/16'], isDefault: false },
  )
  t.match(
    ['30.0.100.0/24', '30.0.101.0/24', '30.0.102.0/28'].map((block) => [block, state.subnets.find(({ cidr }) => cidr === block)?.isPublic]),
    [
      ['30.0.100.0/24', true],
      ['30.0.101.0/24', false],
      ['30.0.102.0/28', false],
    ],
  )
  const standard = state.securityGroups.find(({ vpcId, name }) => vpcId === VpcId && name === 'default')
  t.same(standard?.ingress, [{ protocol: '-1', peer: { groupId: standard?.id } }], 'members of the default group reach each other')
  t.same(
    state.securityGroups.find(({ id }) => id === app),
    {
      id: app,
      name: 'app',
      vpcId: VpcId,
      ingress: [
        { protocol: 'tcp', fromPort: 80, toPort: 80, peer: { groupId: main } },
        { protocol: 'icmp', fromPort: -1, toPort: -1, peer: { cidr: '0.0.0.0/0' } },
      ],
      egress: [{ protocol: '-1', peer: { cidr: '0.0.0.0/0' } }],
    },
  )
})

t.test('changes are told after the answer, reads and refusals are not', async (t) => {
  lab.changes.length = 0
  const id = await launch()
  await describe(id)
  await outcome(launch({ InstanceType: 'm4.tiny' as 'm4.large' }))
  await query(lab.endpoint, 'iam', admin, { Action: 'ListRoles', Version: '2010-05-08' })
  await terminate(id)
  await describe(id)
  t.same(lab.changes, ['ec2:RunInstances', 'ec2:TerminateInstances'])
})
