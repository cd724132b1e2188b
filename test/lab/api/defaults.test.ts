import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import * as ec2 from '@aws-sdk/client-ec2'
import * as s3 from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

import { callersOf, outcome } from './callers.ts'
import {
  createInterface,
  cloud,
  describe,
  ImageId,
  instance,
  lab,
  launch,
  must,
  networkInterface,
  SubnetId,
  terminate,
} from './ec2-region.ts'
import { account, admin } from './lab-api.ts'
import { query } from './signed-query.ts'

/* What AWS does without being asked: of buckets, volumes, interfaces, ids, zones, consoles. */

const store = callersOf(lab.endpoint).s3(admin)

t.test('a bucket is private, encrypted and without lists, until it is told otherwise', async (t) => {
  const Bucket = 'mine'
  await store.send(new s3.CreateBucketCommand({ Bucket }))
  const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }
  t.match(await store.send(new s3.GetPublicAccessBlockCommand({ Bucket })), { PublicAccessBlockConfiguration: all })
  const encrypted = { ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] } }
  t.match(await store.send(new s3.GetBucketEncryptionCommand({ Bucket })), encrypted)
  const owned = { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } }
  t.match(await store.send(new s3.GetBucketOwnershipControlsCommand({ Bucket })), owned)
  const put = await store.send(new s3.PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }))
  t.equal(put.ServerSideEncryption, 'AES256')

  const list = (ACL: s3.BucketCannedACL) => outcome(store.send(new s3.PutBucketAclCommand({ Bucket, ACL })))
  const Policy = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
  })
  const policy = () => outcome(store.send(new s3.PutBucketPolicyCommand({ Bucket, Policy })))
  t.match(await list('public-read'), 'AccessControlListNotSupported')
  t.match(await list('private'), 'ok')
  await store.send(
    new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } }),
  )
  t.match(await list('public-read'), 'AccessDenied')
  t.match(await policy(), 'AccessDenied')
  await store.send(new s3.DeletePublicAccessBlockCommand({ Bucket }))
  t.match([await list('public-read'), await policy()], ['ok', 'ok'])
  await store.send(new s3.DeleteBucketEncryptionCommand({ Bucket }))
  t.match(await store.send(new s3.GetBucketEncryptionCommand({ Bucket })), encrypted, 'there is no bucket without')
})

async function volumes(): Promise<readonly ec2.Volume[]> {
  return (await cloud.send(new ec2.DescribeVolumesCommand({}))).Volumes ?? []
}

t.test('volumes go with their instance, unless they are told to stay', async (t) => {
  const id = await launch({
    BlockDeviceMappings: [
      { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 5 } },
      { DeviceName: '/dev/sdc', Ebs: { VolumeSize: 6, DeleteOnTermination: true } },
    ],
    TagSpecifications: [
      { ResourceType: 'volume', Tags: [{ Key: 'of', Value: 'it' }] },
      { ResourceType: 'network-interface', Tags: [{ Key: 'of', Value: 'it' }] },
    ],
  })
  const [primary] = (await lab.api.readRegion()).networkInterfaces.filter(({ attachment }) => attachment?.instanceId === id)
  t.match(primary?.tags, { of: 'it' })
  const own = (await volumes()).filter(({ Attachments }) => Attachments?.[0]?.InstanceId === id)
  t.match(
    own.map(({ Size, VolumeType, Tags, Attachments }) => [Attachments?.[0]?.Device, Size, VolumeType, Tags?.[0]?.Value]),
    [
      ['/dev/sda1', 8, 'gp3', 'it'],
      ['/dev/sdb', 5, 'gp2', 'it'],
      ['/dev/sdc', 6, 'gp2', 'it'],
    ],
  )
  await terminate(id)
  const left = (await volumes()).filter(({ VolumeId }) => own.some((each) => each.VolumeId === VolumeId))
  t.match(
    left.map(({ Size, State }) => [Size, State]),
    [[5, 'available']],
  )
})

t.test('an instance of a launch template has one root volume, where its image has it, and the tags of the template', async (t) => {
  const { Images = [] } = await cloud.send(new ec2.DescribeImagesCommand({ Owners: ['136693071363'] }))
  const debian = must(Images.find(({ Architecture }) => Architecture === 'x86_64'))
  const device = must(debian.RootDeviceName)
  await cloud.send(
    new ec2.CreateLaunchTemplateCommand({
      LaunchTemplateName: 'sized',
      LaunchTemplateData: {
        ImageId: must(debian.ImageId),
        InstanceType: 't3.nano',
        BlockDeviceMappings: [{ DeviceName: device, Ebs: { VolumeSize: 30, VolumeType: 'gp3', Encrypted: true } }],
        TagSpecifications: [
          { ResourceType: 'volume', Tags: [{ Key: 'testbed', Value: 'titus' }] },
          { ResourceType: 'network-interface', Tags: [{ Key: 'of', Value: 'the template' }] },
        ],
      },
    }),
  )
  const { Instances = [] } = await cloud.send(
    new ec2.RunInstancesCommand({ LaunchTemplate: { LaunchTemplateName: 'sized' }, MinCount: 1, MaxCount: 1, SubnetId }),
  )
  const id = must(Instances[0]?.InstanceId)
  const own = (await volumes()).filter(({ Attachments }) => Attachments?.[0]?.InstanceId === id)
  t.match(own, [
    { Size: 30, VolumeType: 'gp3', Encrypted: true, Tags: [{ Key: 'testbed', Value: 'titus' }], Attachments: [{ Device: device }] },
  ])
  t.equal(own.length, 1)
  t.equal((await describe(id)).RootDeviceName, device)
  t.equal((await instance(id)).volumeGiB, 30)
  const interfaces = (await lab.api.readRegion()).networkInterfaces.filter(({ attachment }) => attachment?.instanceId === id)
  t.match(interfaces, [{ tags: { of: 'the template' } }])
  await terminate(id)
  t.notOk(
    (await volumes()).some(({ VolumeId }) => VolumeId === own[0]?.VolumeId),
    'a root volume goes',
  )
})

t.test("a NAT gateway's interface is in use, and nobody's to delete", async (t) => {
  const { AllocationId } = await cloud.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))
  const made = await cloud.send(new ec2.CreateNatGatewayCommand({ SubnetId, ...(AllocationId && { AllocationId }) }))
  const NatGatewayId = must(made.NatGateway?.NatGatewayId)
  const found = await cloud.send(
    new ec2.DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'description', Values: [`Interface for NAT Gateway ${NatGatewayId}`] }] }),
  )
  const eni = must(found.NetworkInterfaces?.[0])
  t.match(eni, {
    Status: 'in-use',
    InterfaceType: 'nat_gateway',
    RequesterManaged: true,
    SourceDestCheck: false,
    Attachment: { InstanceOwnerId: 'amazon-aws', Status: 'attached', DeviceIndex: 1 },
  })
  const NetworkInterfaceId = must(eni.NetworkInterfaceId)
  t.match(await networkInterface(NetworkInterfaceId), { status: 'in-use' })
  t.match(await outcome(cloud.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }))), 'InvalidParameterValue')
  await cloud.send(new ec2.DeleteNatGatewayCommand({ NatGatewayId }))
  const { networkInterfaces } = await lab.api.readRegion()
  t.notOk(networkInterfaces.some(({ id }) => id === NetworkInterfaceId))
  t.match(await networkInterface(await createInterface()), { status: 'available' }, 'others are as they were')
})

t.test('ids begin with what they are', async (t) => {
  const iam = async (parameters: Readonly<Record<string, string>>) =>
    (await query(lab.endpoint, 'iam', admin, { Version: '2010-05-08', ...parameters })).text
  t.match(await iam({ Action: 'GetInstanceProfile', InstanceProfileName: 'nos3' }), /<InstanceProfileId>AIPA[A-Z2-7]{17}</)
  t.match(await iam({ Action: 'GetRole', RoleName: 'nos3' }), /<RoleId>AROA[A-Z2-7]{17}</)
  t.match(await iam({ Action: 'CreateUser', UserName: 'u' }), /<UserId>AIDA[A-Z2-7]{17}</)
  t.match(await iam({ Action: 'CreateGroup', GroupName: 'g' }), /<GroupId>AGPA[A-Z2-7]{17}</)
  const PolicyDocument = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
  t.match(await iam({ Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument }), /<PolicyId>ANPA[A-Z2-7]{17}</)
  const id = await launch({ IamInstanceProfile: { Name: 'nos3' } })
  t.match((await describe(id)).IamInstanceProfile?.Id, /^AIPA/)
  const { accessKeyId, secretAccessKey, token } = await lab.api.instanceCredentials(id)
  t.match(accessKeyId, /^ASIA/)
  const credentials = { accessKeyId, secretAccessKey, sessionToken: token }
  const sts = new STSClient({ endpoint: lab.endpoint, region: 'eu-west-1', credentials })
  t.match((await sts.send(new GetCallerIdentityCommand({}))).UserId, new RegExp(`^AROA[A-Z2-7]{17}:${id}$`))
  await terminate(id)
})

t.test('zones need no opting in', async (t) => {
  const { AvailabilityZones = [] } = await cloud.send(new ec2.DescribeAvailabilityZonesCommand({}))
  for (const zone of AvailabilityZones)
    t.match(zone, { OptInStatus: 'opt-in-not-required', GroupName: 'eu-west-1-zg-1', NetworkBorderGroup: 'eu-west-1', State: 'available' })
  t.ok(AvailabilityZones.length > 0)
  const { Images = [] } = await cloud.send(new ec2.DescribeImagesCommand({ ImageIds: [ImageId] }))
  t.match(Images, [{ BootMode: 'uefi-preferred' }])
})

t.test("an instance's console says what its machine does", async (t) => {
  const id = await launch()
  const console = async () => (await cloud.send(new ec2.GetConsoleOutputCommand({ InstanceId: id }))).Output
  t.equal(await console(), undefined, 'nobody to ask')
  const region = createServer((request, response) => {
    const text = request.url === `/logs/${id}` ? `${'x'.repeat(70_000)}\nlogin: é` : undefined
    response.writeHead(text === undefined ? 404 : 200).end(JSON.stringify(text ?? 'no such path'))
  })
  region.listen(join(lab.stateDir, 'region.sock'))
  await once(region, 'listening')
  t.teardown(() => region.close())
  const said = Buffer.from((await console()) ?? '', 'base64')
  t.match([said.length, said.toString()], [65_536, /x\nlogin: é$/])
  const other = await launch()
  t.equal((await cloud.send(new ec2.GetConsoleOutputCommand({ InstanceId: other }))).Output, undefined, 'it has said nothing')
  t.match(await outcome(cloud.send(new ec2.GetConsoleOutputCommand({ InstanceId: 'i-0123456789abcdef0' }))), 'InvalidInstanceID.NotFound')
  const latest = (InstanceId: string) => outcome(cloud.send(new ec2.GetConsoleOutputCommand({ InstanceId, Latest: true })))
  const [old, nitro] = [await launch(), await launch({ InstanceType: 'm5.large' })]
  t.match([await latest(nitro), await latest(old)], ['ok', 'UnsupportedOperation'], 'only the Nitro system has it as it is now')
  await terminate(id, other, old, nitro)
})

t.test('the policy simulator decides as IAM does', async (t) => {
  const simulate = async (parameters: Readonly<Record<string, string>>) => {
    const { text, status } = await query(lab.endpoint, 'iam', admin, { Version: '2010-05-08', ...parameters })
    return status === 200 ? [...text.matchAll(/<EvalDecision>(\w+)/g)].map(([, word]) => word) : text
  }
  const principal = (role: string, ...actions: string[]) =>
    simulate({
      Action: 'SimulatePrincipalPolicy',
      PolicySourceArn: `arn:aws:iam::${account}:role/${role}`,
      ...Object.fromEntries(actions.map((action, index) => [`ActionNames.member.${index + 1}`, action])),
    })
  t.same(await principal('nos3', 'ec2:DescribeInstances', 's3:GetObject'), ['allowed', 'implicitDeny'])
  t.same(await principal('withs3', 's3:GetObject', 'ec2:DescribeInstances'), ['allowed', 'implicitDeny'])
  t.match(await principal('nobody', 's3:GetObject'), /NoSuchEntity/)
  t.match(await principal('nos3', 'get'), /InvalidInput/)
  const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
  const custom = {
    Action: 'SimulateCustomPolicy',
    'ActionNames.member.1': 's3:GetObject',
    'ResourceArns.member.1': 'arn:aws:s3:::b/public/a',
    'ResourceArns.member.2': 'arn:aws:s3:::b/secret/a',
    'PolicyInputList.member.1': document(
      { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } },
      { Effect: 'Deny', Action: '*', Resource: '*/secret/*' },
    ),
  }
  t.same(await simulate(custom), ['implicitDeny', 'explicitDeny'])
  const { text } = await query(lab.endpoint, 'iam', admin, { Version: '2010-05-08', ...custom })
  t.match(text, /<MissingContextValues>\s*<member>aws:sourceip<[^]*<SourcePolicyId>PolicyInputList\.1</)
  const entry = { ContextKeyName: 'aws:SourceIp', 'ContextKeyValues.member.1': '192.0.2.7', ContextKeyType: 'ip' }
  const context = Object.fromEntries(Object.entries(entry).map(([key, value]) => [`ContextEntries.member.1.${key}`, value]))
  t.same(await simulate({ ...custom, ...context }), ['allowed', 'explicitDeny'])
  const limit = { 'PermissionsBoundaryPolicyInputList.member.1': document({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }) }
  t.same(await simulate({ ...custom, ...context, ...limit }), ['implicitDeny', 'explicitDeny'])
})
