import t from 'tap'
import * as ec2 from '@aws-sdk/client-ec2'

import {
  app,
  assign,
  attach,
  cloud,
  createInterface,
  describe,
  ImageId,
  instance,
  lab,
  launch,
  main,
  must,
  networkInterface,
  outcome,
  subnet,
  SubnetId,
  terminate,
  VpcId,
} from './ec2-region.ts'

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
  t.match(
    await outcome(cloud.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: ['sg-0', 'sg-1'] }))),
    /^InvalidGroup\.NotFound.*'sg-0'/,
  )
  await terminate(id)
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

t.test('an elastic address that moves leaves the interface that had it', async (t) => {
  const [one, other] = [await createInterface(), await createInterface()]
  const { AllocationId, PublicIp } = await cloud.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))
  const associate = (NetworkInterfaceId: string) =>
    cloud.send(new ec2.AssociateAddressCommand({ AllocationId, NetworkInterfaceId, AllowReassociation: true }))
  await associate(one)
  t.equal((await networkInterface(one)).publicAddress, PublicIp)
  const { AssociationId } = await associate(other)
  t.equal((await networkInterface(one)).publicAddress, undefined)
  t.equal((await networkInterface(other)).publicAddress, PublicIp)
  await cloud.send(new ec2.DisassociateAddressCommand({ AssociationId }))
  t.equal((await networkInterface(other)).publicAddress, undefined)
})
