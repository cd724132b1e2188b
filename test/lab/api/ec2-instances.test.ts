import t from 'tap'
import * as scaling from '@aws-sdk/client-auto-scaling'
import * as ec2 from '@aws-sdk/client-ec2'

import type { Instance } from '../../../lab/region-state.ts'

import { admin } from './lab-api.ts'
import {
  app,
  attach,
  cloud,
  createInterface,
  describe,
  groups,
  ImageId,
  instance,
  lab,
  launch,
  main,
  must,
  networkInterface,
  outcome,
  SubnetId,
  terminate,
  VpcId,
} from './ec2-region.ts'
import { query } from './signed-query.ts'

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

t.test('an instance has a root volume of the size that was asked for, else of its image', async (t) => {
  const mappings: readonly (readonly [ec2.BlockDeviceMapping[] | undefined, number])[] = [
    [undefined, 8],
    [[{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 16 } }], 16],
    [[{ DeviceName: '/dev/sdb', Ebs: { VolumeSize: 100 } }], 8],
  ]
  for (const [BlockDeviceMappings, gib] of mappings) {
    const id = await launch(BlockDeviceMappings === undefined ? {} : { BlockDeviceMappings })
    t.equal((await instance(id)).volumeGiB, gib, JSON.stringify(BlockDeviceMappings))
    await terminate(id)
    t.equal((await instance(id)).volumeGiB, 8, 'the volume has gone')
  }
})

t.test('an Auto Scaling group launches what its template says', async (t) => {
  const LaunchTemplateData: ec2.RequestLaunchTemplateData = {
    ImageId,
    InstanceType: 'm4.large',
    KeyName: 'deployer',
    SecurityGroupIds: [main],
    IamInstanceProfile: { Name: 'master' },
    UserData: Buffer.from('#!/bin/sh\n').toString('base64'),
    BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 30, VolumeType: 'gp3' } }],
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
      volumeGiB: 30,
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
