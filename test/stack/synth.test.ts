import t from 'tap'
import type { Cluster } from '../../schemas/cluster.ts'
import { InputError } from '../../schemas/failure.ts'
import { machineAddresses } from '../../stack/addresses.ts'
import { resourceNames } from '../../stack/names.ts'
import { synthesize } from '../../stack/synth.ts'
import { seedCluster, seedInputs } from './fixtures.ts'

// The JSON is data without a type of its own; a test names the paths that it means.
// eslint-disable-next-line typescript/no-explicit-any
type Loose = any

function synth(changes: Partial<Cluster> = {}) {
  return synthesize({ ...seedCluster, ...changes }, seedInputs) as Loose
}
function policyOf(stack: Loose, role: string) {
  return JSON.parse(stack.resource.aws_iam_role_policy[`${role}InstanceProfile_policy`].policy).Statement
}
function trustOf(stack: Loose, role: string) {
  return JSON.parse(stack.resource.aws_iam_role[`${role}InstanceProfile`].assume_role_policy).Statement
}

t.test("the stack is the seed's 38 resources, four that close what AWS leaves open, and an object for each package", async (t) => {
  const { resource, output, data } = synth()
  const counts = Object.fromEntries(Object.entries(resource).map(([type, all]) => [type, Object.keys(all as object).length]))
  t.strictSame(counts, {
    aws_autoscaling_group: 1,
    aws_default_security_group: 1,
    aws_eip: 1,
    aws_iam_instance_profile: 1,
    aws_iam_role: 3,
    aws_iam_role_policy: 3,
    aws_instance: 4,
    aws_internet_gateway: 1,
    aws_key_pair: 1,
    aws_launch_template: 1,
    aws_main_route_table_association: 1,
    aws_nat_gateway: 1,
    aws_route_table: 2,
    aws_route_table_association: 1,
    aws_s3_bucket: 1,
    aws_s3_bucket_ownership_controls: 1,
    aws_s3_bucket_public_access_block: 1,
    aws_s3_bucket_server_side_encryption_configuration: 1,
    aws_s3_object: 4,
    aws_security_group: 3,
    aws_security_group_rule: 10,
    aws_subnet: 2,
    aws_vpc: 1,
  })
  t.equal(
    Object.values(counts).reduce((sum, count) => sum + count, 0),
    38 + 4 + seedInputs.packages.length,
  )
  t.strictSame(Object.keys(output).toSorted(), [
    'agent_asg_name',
    'bastion_ip',
    'default_role_arn',
    'default_sg_id',
    'gateway_ip',
    'master_ip',
    'prereqs_ip',
    'vpc_id',
  ])
  t.strictSame(Object.keys(data), ['aws_ami'])
})

t.test('the JSON is plain, repeatable and free of this computer', async (t) => {
  const stack = synth()
  t.strictSame(stack, synth())
  t.strictSame(stack.terraform.backend, { local: { path: 'terraform.tfstate' } })
  t.strictSame(stack.terraform.required_providers.aws, { source: 'registry.terraform.io/hashicorp/aws', version: '5.100.0' })
  t.notMatch(JSON.stringify(stack), /"\/\/"|TfToken|cdktf|cdktn/)
  t.notMatch(JSON.stringify(stack), process.cwd())
})

t.test('an emulated API is asked three times, AWS as often as the provider likes', async (t) => {
  t.equal(synth().provider.aws[0].max_retries, 3)
  const real = synthesize(seedCluster, { ...seedInputs, emulated: false }) as Loose
  t.notOk('max_retries' in real.provider.aws[0])
  t.notOk('endpoints' in real.provider.aws[0])
})

t.test('security group rules are the ten of the seed', async (t) => {
  const rules = Object.values(synth().resource.aws_security_group_rule) as Loose[]
  const group = (reference: string | undefined) => /aws_security_group\.([\w-]+)\.id/.exec(reference ?? '')?.[1]
  const shown = rules.map((rule) => {
    const peer = rule.cidr_blocks?.[0] ?? group(rule.source_security_group_id)
    return [group(rule.security_group_id), rule.type, rule.protocol, rule.from_port, rule.to_port, peer].join(' ')
  })
  t.strictSame(shown.toSorted(), [
    'titusapp egress -1 0 0 0.0.0.0/0',
    'titusapp ingress tcp 22 22 titusbastion',
    'titusapp ingress tcp 80 80 titusbastion',
    'titusbastion egress -1 0 0 0.0.0.0/0',
    'titusbastion ingress icmp -1 -1 0.0.0.0/0',
    'titusbastion ingress tcp 22 22 203.0.113.1/32',
    'titusmaster-mainvpc egress -1 0 0 0.0.0.0/0',
    'titusmaster-mainvpc ingress icmp -1 -1 titusmaster-mainvpc',
    'titusmaster-mainvpc ingress tcp 0 65535 titusmaster-mainvpc',
    'titusmaster-mainvpc ingress tcp 22 22 titusbastion',
  ])
})

t.test("the VPC's own group lets nothing in and nothing out", async (t) => {
  t.strictSame(synth().resource.aws_default_security_group, {
    default_group: { vpc_id: '${aws_vpc.titus.id}', ingress: [], egress: [] },
  })
})

t.test('machines stand at fixed addresses, and only the bastion has a public one', async (t) => {
  const { aws_instance: machines, aws_subnet: subnets } = synth().resource
  t.strictSame(
    Object.entries(machines).map(([role, machine]: [string, Loose]) => [role, machine.private_ip, machine.associate_public_ip_address]),
    [
      ['bastion', '30.0.1.10', true],
      ['prereqs', '30.0.100.10', undefined],
      ['master', '30.0.100.11', undefined],
      ['gateway', '30.0.100.12', undefined],
    ],
  )
  t.strictSame(
    Object.values(subnets).map((subnet: Loose) => subnet.availability_zone),
    ['eu-west-1a', 'eu-west-1a'],
  )
  const zoned = synthesize(seedCluster, { ...seedInputs, zone: 'eu-west-1c' }) as Loose
  t.equal(zoned.resource.aws_subnet.private_subnet_1.availability_zone, 'eu-west-1c')
  t.equal(machineAddresses({ cidr: '10.0.0.0/8', public: '10.0.0.0/26', private: '10.1.255.192/26' }).gateway, '10.1.255.204')
})

t.test('metadata takes session tokens only, and answers the machine itself', async (t) => {
  const { aws_instance: machines, aws_launch_template: templates } = synth().resource
  for (const machine of [...Object.values(machines), ...Object.values(templates)] as Loose[]) {
    t.match(machine.metadata_options, { http_endpoint: 'enabled', http_tokens: 'required', http_put_response_hop_limit: 1 })
  }
  const old = synth({ access: { trustedCidr: 'auto', metadata: { tokens: 'optional' } } }).resource
  for (const machine of [...Object.values(old.aws_instance), ...Object.values(old.aws_launch_template)] as Loose[])
    t.equal(machine.metadata_options.http_tokens, 'optional', 'unless programs of before 2019 have to read it')
})

t.test('every disk is encrypted', async (t) => {
  const { aws_instance: machines, aws_launch_template: templates } = synth().resource
  for (const machine of Object.values(machines) as Loose[]) t.match(machine.root_block_device, { volume_type: 'gp3', encrypted: true })
  t.match(templates.titusagent_template.block_device_mappings, [{ ebs: { volume_size: 30, volume_type: 'gp3', encrypted: 'true' } }])
})

t.test('only machines that install packages carry the role, and they wait for policies and packages', async (t) => {
  const { aws_instance: machines, aws_launch_template: templates, aws_autoscaling_group: groups } = synth().resource
  t.notOk('iam_instance_profile' in machines.bastion)
  for (const [waiting, object] of [
    [machines.prereqs, 'zookeeper-image'],
    [machines.master, 'titus-server-master'],
    [machines.gateway, 'titus-server-gateway'],
    [groups.titusagent, 'titus-agent'],
  ]) {
    t.ok(waiting.depends_on.includes('aws_iam_role_policy.titusmasterInstanceProfile_policy'))
    const objects = waiting.depends_on.filter((name: string) => name.startsWith('aws_s3_object.'))
    t.strictSame(objects, [`aws_s3_object.${object}`], 'and for nobody else’s')
  }
  t.match(templates.titusagent_template.iam_instance_profile.name, 'aws_iam_instance_profile')
})

t.test('container hosts are marked as such', async (t) => {
  const { aws_instance: machines, aws_autoscaling_group: groups } = synth().resource
  const marked = Object.keys(machines).filter((role) => machines[role].tags['titus-bed:container-host'] === 'true')
  t.strictSame(marked, ['prereqs'])
  t.strictSame(groups.titusagent.tag, [
    { key: 'Name', propagate_at_launch: true, value: 'titus-agent' },
    { key: 'titus-bed:testbed', propagate_at_launch: true, value: 'titus' },
    { key: 'titus-bed:login-user', propagate_at_launch: true, value: 'admin' },
    { key: 'titus-bed:container-host', propagate_at_launch: true, value: 'true' },
  ])
})

t.test('volumes, and the interfaces of agents, tell whose they are', async (t) => {
  const { aws_instance: machines, aws_launch_template: templates } = synth({ name: 'blue' }).resource
  for (const [role, machine] of Object.entries(machines) as [string, Loose][])
    t.strictSame(machine.root_block_device.tags, { Name: `blue-${role}` }, 'beside the default tags of the provider')
  const tags = { Name: 'blue-agent', 'titus-bed:testbed': 'blue' }
  t.strictSame(templates.titusagent_template.tag_specifications, [
    { resource_type: 'volume', tags },
    { resource_type: 'network-interface', tags },
  ])
})

t.test("every machine boots the image of its architecture, and the log-in is the image's", async (t) => {
  const { resource, data } = synth({ machines: { ...seedCluster.machines, master: { instanceType: 't4g.small' } } })
  const filters = (arch: string) => Object.fromEntries(data.aws_ami[`image_${arch}`].filter.map((one: Loose) => [one.name, one.values]))
  t.strictSame(filters('x86_64'), { name: ['debian-12-amd64-*'], architecture: ['x86_64'] })
  t.strictSame(filters('arm64'), { name: ['debian-12-arm64-*'], architecture: ['arm64'] })
  t.strictSame(data.aws_ami.image_arm64.owners, ['136693071363'])
  t.equal(resource.aws_instance.master.ami, '${data.aws_ami.image_arm64.id}')
  t.equal(resource.aws_instance.gateway.ami, '${data.aws_ami.image_x86_64.id}')
  t.equal(resource.aws_launch_template.titusagent_template.image_id, '${data.aws_ami.image_x86_64.id}')
  t.match(resource.aws_launch_template.titusagent_template.block_device_mappings, [
    { device_name: '${data.aws_ami.image_x86_64.root_device_name}' },
  ])
  for (const machine of Object.values(resource.aws_instance) as Loose[]) t.equal(machine.tags['titus-bed:login-user'], 'admin')

  const ubuntu = synth({ image: 'ubuntu-22.04' })
  t.match(ubuntu.data.aws_ami, { image_x86_64: { owners: ['099720109477'], filter: [{ values: [/jammy-22\.04-amd64/] }] } })
  t.equal(ubuntu.resource.aws_instance.master.tags['titus-bed:login-user'], 'ubuntu')
  const own = synth({ image: { id: 'ami-0123456789', user: 'me', architecture: 'x86_64' } })
  t.strictSame(own.data.aws_ami, { image_x86_64: { filter: [{ name: 'image-id', values: ['ami-0123456789'] }] } })
  t.equal(own.resource.aws_instance.master.tags['titus-bed:login-user'], 'me')
  const script = (stack: Loose) => stack.resource.aws_instance.bastion.user_data_base64
  t.not(script(synth({ image: 'ubuntu-24.04' })), script(ubuntu), 'another image makes the machines anew')
})

t.test('agents are made anew when what they are made from changes', async (t) => {
  t.strictSame(synth().resource.aws_autoscaling_group.titusagent.lifecycle, {
    replace_triggered_by: ['aws_launch_template.titusagent_template'],
  })
})

t.test('roles trust by reference, and do what the file allows', async (t) => {
  const stack = synth()
  t.strictSame(trustOf(stack, 'titusmaster'), [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }])
  t.strictSame(trustOf(stack, 'titusappwiths3'), [
    { Effect: 'Allow', Principal: { AWS: '${aws_iam_role.titusmasterInstanceProfile.arn}' }, Action: 'sts:AssumeRole' },
  ])
  t.strictSame(policyOf(stack, 'titusmaster'), [{ Effect: 'Allow', Action: ['*'], Resource: '*' }])
  t.strictSame(policyOf(stack, 'titusappnos3'), [{ Effect: 'Allow', Action: ['ec2:*'], Resource: '*' }])
  t.equal(stack.output.default_role_arn.value, '${aws_iam_role.titusappwiths3InstanceProfile.arn}')
})

t.test('nobody is admin unless the file asks: the machines get what they need and no more', async (t) => {
  const roles: Cluster['roles'] = {
    app: { allow: ['s3:*'], assumedBy: 'machines' },
    machines: { service: 'ec2', allow: ['ec2:Describe*'] },
  }
  const stack = synth({ roles })
  t.strictSame(policyOf(stack, 'machines'), [
    { Effect: 'Allow', Action: ['ec2:Describe*'], Resource: '*' },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ['${aws_iam_role.appInstanceProfile.arn}'] },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::titus-log-bucket-123456789012/packages/*' },
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:PutObjectAcl'], Resource: 'arn:aws:s3:::titus-log-bucket-123456789012/titan/*' },
  ])
  t.strictSame(policyOf(stack, 'app'), [{ Effect: 'Allow', Action: ['s3:*'], Resource: '*' }])
  const actions = ['app', 'machines'].flatMap((role) => policyOf(stack, role).map((statement: Loose) => statement.Action))
  t.notOk(actions.flat().includes('*'))
})

t.test('roles that cannot be built are told by code', async (t) => {
  const code = (roles: Cluster['roles']) => {
    try {
      synth({ roles })
      return 'none'
    } catch (error) {
      return error instanceof InputError ? error.problems[0]?.code : String(error)
    }
  }
  t.equal(code({ app: { allow: ['s3:*'] } }), 'no-machine-role')
  t.equal(code({ a: { service: 'ec2', allow: ['*'], assumedBy: 'b' } }), 'role-reference')
  t.equal(code({ a: { service: 'ec2', allow: ['*'], assumedBy: 'b' }, b: { allow: ['*'], assumedBy: 'a' } }), 'role-reference')
})

t.test('two testbeds share no name in an account', async (t) => {
  const names = (name: string) => {
    const { keyPair, agentGroup, logBucket, roles } = resourceNames({ ...seedCluster, name }, '123456789012')
    return [keyPair, agentGroup, logBucket, ...Object.values(roles)]
  }
  t.strictSame(names('titus'), [
    'titus_deployer',
    'titusagent',
    'titus-log-bucket-123456789012',
    'titusmasterInstanceProfile',
    'titusappwiths3InstanceProfile',
    'titusappnos3InstanceProfile',
  ])
  const all = [...names('titus'), ...names('blue'), ...names('green')]
  t.equal(new Set(all).size, all.length)

  const blue = synth({ name: 'blue' }).resource
  t.equal(blue.aws_key_pair.titus_deployer.key_name, 'blue-titus_deployer')
  t.equal(blue.aws_autoscaling_group.titusagent.name, 'blue-titusagent')
  t.equal(blue.aws_iam_instance_profile.titusmasterInstanceProfile_profile.name, 'blue-titusmasterInstanceProfile')
  t.equal(blue.aws_s3_bucket.titus_log_bucket.bucket, 'blue-titus-log-bucket-123456789012')
  t.equal(blue.aws_security_group.titusapp.name, 'titusapp')
  t.equal(blue.aws_instance.master.tags.Name, 'blue-master')
})
