import t from 'tap'
import type { Cluster } from '../../../schemas/cluster.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { groupNames, machineNames } from '../../../schemas/roles/index.ts'
import { describeRole, pictureOf } from '../../../runner/graph/boxes.ts'
import { readGraph } from '../../../stack/graph/read-graph.ts'
import { hostsGraph, withTestbed } from '../../../stack/graph/raised-graph.ts'
import { synthesize } from '../../../stack/synth.ts'
import { testbedOn } from '../../cli/fake-testbed.ts'
import { seedCluster, seedInputs } from '../fixtures.ts'
import { seedGraph, seedStack } from './sample.ts'

t.test('everything of the stack that is drawn stands in the graph: networks, machines, groups, rules, roles', async (t) => {
  t.same(
    seedGraph.machines.map(({ name }) => name),
    [...machineNames, ...groupNames],
    'as they are called in scenarios',
  )
  t.match(seedGraph, {
    cidr: '30.0.0.0/16',
    networks: [
      { name: 'private_subnet_1', cidr: '30.0.100.0/24', zone: 'eu-west-1a', isPublic: false },
      { name: 'public_subnet_1', isPublic: true },
    ],
  })
  t.match(seedGraph.machines.at(-1), {
    facts: ['m4.large', '1 of them'],
    autoScalingGroup: 'titusagent',
    role: 'titusmasterInstanceProfile',
  })
  const rules = (seedStack['resource'] as Record<string, Record<string, { type: string }>>)['aws_security_group_rule'] ?? {}
  const [inwards, outwards] = ['ingress', 'egress'].map((type) => Object.values(rules).filter((rule) => rule.type === type).length)
  t.equal(seedGraph.allowed.length, inwards)
  t.equal(seedGraph.groups.flatMap(({ out }) => out).length, outwards)
  t.same(describeRole(seedGraph, 'titusmasterInstanceProfile'), [
    'carried by prereqs, master, gateway, agents',
    'assumed by ec2.amazonaws.com',
    'may *',
  ])
  t.same(describeRole(seedGraph, 'titusappnos3InstanceProfile'), ['assumed by titusmasterInstanceProfile', 'may ec2:*'])
})

t.test('what a role may do on some resources alone is told with them', async (t) => {
  const bucket = { actions: ['s3:GetObject', 's3:ListBucket'], resources: ['arn:aws:s3:::mine', 'arn:aws:s3:::mine/*'] }
  const roles: Cluster['roles'] = {
    machines: { service: 'ec2', allow: ['ec2:*', bucket] },
    app: { allow: [bucket], assumedBy: 'machines' },
    idle: { allow: [], assumedBy: 'app' },
  }
  const graph = readGraph(synthesize({ ...seedCluster, roles }, seedInputs), 'titus', '')
  const onBucket = 'may s3:GetObject, s3:ListBucket on arn:aws:s3:::mine, arn:aws:s3:::mine/*'
  const [machines = [], app, idle] = ['machines', 'app', 'idle'].map((key) => describeRole(graph, `${key}InstanceProfile`))
  t.match(
    machines.filter((line) => line.startsWith('may')),
    [
      'may ec2:*',
      onBucket,
      'may sts:AssumeRole on appInstanceProfile',
      /^may s3:GetObject on arn:aws:s3:::[^,]+\/packages\/\*$/,
      /^may s3:PutObject, s3:PutObjectAcl on arn:aws:s3:::[^,]+\/titan\/\*$/,
    ],
  )
  t.same(app, ['assumed by machinesInstanceProfile', onBucket, 'may sts:AssumeRole on idleInstanceProfile'])
  t.same(idle, ['assumed by appInstanceProfile', 'may call nothing'])
  t.same(graph.roles.find(({ id }) => id === 'appInstanceProfile')?.allow[0], bucket, 'as cluster.yaml writes it')
})

t.test('what a stack has more than ours is drawn, too', async (t) => {
  const rule = { type: 'ingress', security_group_id: '${aws_security_group.extra.id}' }
  const stack: JsonObject = {
    resource: {
      aws_subnet: { far: { cidr_block: '10.1.0.0/24', availability_zone: 'eu-west-1c' } },
      aws_security_group: { extra: { name: 'extra', description: '' } },
      aws_instance: {
        cache: { instance_type: 'r5.large', subnet_id: '${aws_subnet.far.id}', vpc_security_group_ids: ['${aws_security_group.extra.id}'] },
      },
      aws_security_group_rule: {
        a: { ...rule, protocol: 'udp', from_port: 53, to_port: 53, ipv6_cidr_blocks: ['::/0'], cidr_blocks: ['10.0.0.0/8'] },
        b: { ...rule, protocol: '-1', from_port: 0, to_port: 0, self: true },
        c: { ...rule, protocol: 'tcp', from_port: 8000, to_port: 9000, source_security_group_id: '${aws_security_group.extra.id}' },
      },
    },
  }
  const graph = readGraph(stack, 'other', '')
  t.match(graph.machines, [{ name: 'cache', network: 'far', groups: ['extra'] }])
  t.same(graph.allowed, [
    { from: { cidr: '10.0.0.0/8' }, to: 'extra', what: 'udp 53' },
    { from: { cidr: '::/0' }, to: 'extra', what: 'udp 53' },
    { from: { group: 'extra' }, to: 'extra', what: 'everything' },
    { from: { group: 'extra' }, to: 'extra', what: 'tcp 8000-9000' },
  ])
  t.match(pictureOf(graph), { outside: ['10.0.0.0/8', '::/0'], boxes: [{ among: ['everything', 'tcp 8000-9000'] }] })
  t.match(readGraph({}, 'empty', ''), { machines: [], networks: [], allowed: [] })
})

t.test('machines are boxed by network and groups, and rules joined into arrows', async (t) => {
  const { outside, boxes, arrows } = pictureOf(seedGraph)
  t.same(outside, ['203.0.113.1/32', '0.0.0.0/0'])
  t.same(
    boxes.map(({ machines, groups, among }) => [groups.map(({ id }) => id).join(), machines.length, among.join()]),
    [
      ['titusbastion', 1, ''],
      ['titusmaster-mainvpc', 4, 'all of tcp,icmp'],
      ['titusapp', 0, ''],
    ],
    'also a group that holds no machine of the stack',
  )
  t.match(arrows, [
    { from: '203.0.113.1/32', to: 'box1', what: ['tcp 22'] },
    { from: '0.0.0.0/0', to: 'box1', what: ['icmp'] },
    { from: 'box1', to: 'box3', what: ['tcp 22', 'tcp 80'] },
    { from: 'box1', to: 'box2', what: ['tcp 22'] },
  ])
})

t.test('a raised testbed has its addresses, states, and a machine for each agent', async (t) => {
  const testbed = { ...testbedOn('lab'), outputs: { agent_asg_name: 'titusagent' } }
  const hosts = testbed.hosts.map((host) => (host.name === 'agents[1]' ? { ...host, isDown: true as const } : host))
  const { machines } = withTestbed(seedGraph, { ...testbed, hosts }, new Map([['i-gateway', 'booting']]))
  t.match(
    machines.map(({ name, facts, state }) => `${name} ${facts.join(' ')} ${state}`),
    [
      'bastion t3.nano 30.0.1.10 running',
      'prereqs t3.large 30.0.100.10 none runs',
      'master t3.medium 30.0.100.11 none runs',
      'gateway t3.medium 30.0.100.20 booting',
      'agents[0] m4.large 30.0.100.50 running',
      'agents[1] m4.large 30.0.100.51 down',
    ],
  )
})

t.test('of hosts that titus-bed did not raise the ways to them are drawn', async (t) => {
  const graph = hostsGraph({ ...testbedOn('hosts'), target: 'hosts' }, new Map([['gateway', 'down']]))
  t.match(graph.machines[1], { name: 'gateway', state: 'down', facts: ['30.0.100.20'] })
  t.match(pictureOf(graph), {
    outside: ['this computer'],
    arrows: [
      { from: 'this computer', to: 'box1', what: ['ssh'] },
      { from: 'box1', to: 'box2' },
    ],
  })
})
