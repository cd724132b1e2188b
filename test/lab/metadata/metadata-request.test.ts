import t from 'tap'

import { findInstance } from '../../../lab/metadata/instance-view.ts'
import type { InstanceView } from '../../../lab/metadata/instance-view.ts'
import { metadataRequest, needsCredentials, needsSignatures } from '../../../lab/metadata/metadata-request.ts'
import type { MetadataResponse } from '../../../lab/metadata/metadata-request.ts'
import { cacheCredentials } from '../../../lab/metadata/role-credentials.ts'
import { readToken } from '../../../lab/metadata/token.ts'
import type { Instance, RegionState } from '../../../lab/region-state.ts'

const instance: Instance = {
  id: 'i-0a1b2c3d',
  state: 'running',
  imageId: 'ami-1',
  instanceType: 'm4.large',
  architecture: 'x86_64',
  launchedAt: '2026-01-02T03:04:05Z',
  reservationId: 'r-1',
  launchIndex: 0,
  volumeGiB: 8,
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  availabilityZone: 'eu-west-1a',
  privateAddress: '30.0.100.4',
  publicAddress: '192.0.2.7',
  privateDnsName: 'ip-30-0-100-4.eu-west-1.compute.internal',
  publicDnsName: 'ec2-192-0-2-7.eu-west-1.compute.amazonaws.com',
  groupIds: ['sg-main'],
  tags: { Name: 'titus-agent', 'aws:autoscaling:groupName': 'titusagent' },
  keyName: 'deployer',
  publicKey: 'ssh-ed25519 AAAA me',
  userData: Buffer.from('#!/bin/sh\necho ü\n').toString('base64'),
  instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/p',
  instanceProfileId: 'AIPA1',
  roleName: 'agentRole',
  availabilityZoneId: 'euw1-az1',
  hypervisor: 'xen',
  rootDevice: '/dev/xvda',
  targetLifecycleState: 'Terminated',
  metadata: { httpTokens: 'required', httpEndpoint: 'enabled', hopLimit: 1, instanceTags: false },
}

const state: RegionState = {
  region: 'eu-west-1',
  account: '123456789012',
  vpcs: [{ id: 'vpc-1', cidr: '30.0.0.0/16', cidrs: ['30.0.0.0/16', '30.1.0.0/16'], isDefault: false }],
  subnets: [{ id: 'subnet-1', vpcId: 'vpc-1', cidr: '30.0.100.0/24', availabilityZone: 'eu-west-1a', isPublic: false }],
  securityGroups: [
    { id: 'sg-main', name: 'titusmaster-mainvpc', vpcId: 'vpc-1', ingress: [], egress: [] },
    { id: 'sg-app', name: 'titusapp', vpcId: 'vpc-1', ingress: [], egress: [] },
  ],
  networkInterfaces: [
    {
      id: 'eni-2',
      subnetId: 'subnet-1',
      vpcId: 'vpc-1',
      description: '',
      status: 'in-use',
      macAddress: '02:00:00:00:00:02',
      privateAddress: '30.0.100.50',
      privateAddresses: ['30.0.100.50', '30.0.100.51'],
      groupIds: ['sg-app'],
      sourceDestCheck: true,
      attachment: { id: 'eni-attach-2', instanceId: instance.id, deviceIndex: 1 },
      tags: {},
    },
    {
      id: 'eni-1',
      subnetId: 'subnet-1',
      vpcId: 'vpc-1',
      description: 'Primary network interface',
      status: 'in-use',
      macAddress: '02:00:00:00:00:01',
      privateAddress: '30.0.100.4',
      privateAddresses: ['30.0.100.4'],
      publicAddress: '192.0.2.7',
      groupIds: ['sg-main'],
      sourceDestCheck: true,
      attachment: { id: 'eni-attach-1', instanceId: instance.id, deviceIndex: 0 },
      tags: {},
    },
  ],
  instances: [instance],
  elasticAddresses: [],
}

function seen(changes: Partial<Instance> = {}): InstanceView {
  const view = findInstance({ ...state, instances: [{ ...instance, ...changes }] }, '30.0.100.4')
  if (view === undefined) throw new Error('no such instance')
  return view
}

const tokenSecret = Buffer.alloc(32, 7)
const nowMs = Date.parse('2026-01-02T04:00:00Z')
const ttl = 'x-aws-ec2-metadata-token-ttl-seconds'
const v1: Partial<Instance> = { metadata: { ...instance.metadata, httpTokens: 'optional' } }

function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    view = seen(v1),
    at = nowMs,
  }: { method?: string; headers?: Record<string, string>; view?: InstanceView; at?: number } = {},
): MetadataResponse {
  return metadataRequest(view, { method, path, headers }, { tokenSecret, nowMs: at, credentials: '{"Code":"Success"}' })
}

function newToken(seconds: number, view = seen()): string {
  return String(ask('/latest/api/token', { method: 'PUT', headers: { [ttl]: `${seconds}` }, view }).body)
}

t.test('a source address is an instance by any address of its interfaces', async (t) => {
  t.equal(findInstance(state, '30.0.100.51')?.instance.id, instance.id)
  t.same(
    seen().interfaces.map(({ deviceIndex, groupNames }) => [deviceIndex, groupNames]),
    [
      [0, ['titusmaster-mainvpc']],
      [1, ['titusapp']],
    ],
  )
  t.equal(findInstance(state, '30.0.100.99'), undefined)
  t.equal(findInstance({ ...state, instances: [{ ...instance, state: 'terminated' }] }, '30.0.100.4'), undefined)
})

t.test('tokens', async (t) => {
  const headers = { 'x-aws-ec2-metadata-token': newToken(60) }
  const view = seen()
  t.equal(ask('/latest/meta-data/instance-id', { view }).status, 401, 'IMDSv1 where tokens are required')
  t.equal(ask('/latest/meta-data/instance-id', { view, headers }).body, instance.id)
  t.equal(ask('/latest/meta-data/instance-id', { view, headers, at: nowMs + 60_000 }).status, 401, 'over')
  t.equal(readToken(tokenSecret, 'i-other', newToken(60), nowMs), undefined, "another instance's")
  t.equal(readToken(Buffer.alloc(32, 8), instance.id, newToken(60), nowMs), undefined, "another server's")
  t.equal(readToken(tokenSecret, instance.id, newToken(60), nowMs + 500), 60)
  t.equal(
    ask('/latest/meta-data/instance-id', { headers: { 'x-aws-ec2-metadata-token': 'bad' } }).status,
    401,
    'a bad token is refused with IMDSv1 too',
  )
  t.equal(ask('/latest/meta-data/instance-id').body, instance.id, 'IMDSv1')
  const put = (headers: Record<string, string>): number => ask('/latest/api/token', { method: 'PUT', headers, view }).status
  t.same([put({}), put({ [ttl]: '0' }), put({ [ttl]: '21601' }), put({ [ttl]: 'x' })], [400, 400, 400, 400])
  t.equal(put({ [ttl]: '60', 'x-forwarded-for': '30.0.100.9' }), 403)
  const made = ask('/latest/api/token', { method: 'PUT', headers: { [ttl]: '21600' }, view })
  t.match(made, { status: 200, headers: { [ttl]: '21600' } })
  t.equal(ask('/latest/api/token').status, 405)
  t.equal(ask('/latest/meta-data/', { method: 'POST' }).status, 405)
  const disabled = seen({ metadata: { ...instance.metadata, httpEndpoint: 'disabled' } })
  t.equal(ask('/latest/meta-data/', { view: disabled, headers }).status, 403)
})

t.test('the tree', async (t) => {
  const text = (path: string, view = seen(v1)): string => String(ask(path, { view }).body)
  t.match(text('/'), /^1\.0\n2007-01-19\n[^]*\n2009-04-04\n[^]*\n2024-04-11\nlatest$/)
  t.equal(text('/latest'), 'dynamic\nmeta-data\nuser-data')
  const names = text('/latest/meta-data/').split('\n')
  for (const name of [
    'ami-id',
    'hostname',
    'iam/',
    'instance-id',
    'local-ipv4',
    'mac',
    'network/',
    'placement/',
    'public-keys/',
    'services/',
    'system',
  ])
    t.ok(names.includes(name), name)
  t.notOk(names.includes('tags/'), 'no tags unless they were allowed')
  const rows: readonly (readonly [string, string])[] = [
    ['instance-type', 'm4.large'],
    ['ami-id', 'ami-1'],
    ['local-ipv4', '30.0.100.4'],
    ['public-ipv4', '192.0.2.7'],
    ['local-hostname', 'ip-30-0-100-4.eu-west-1.compute.internal'],
    ['mac', '02:00:00:00:00:01'],
    ['security-groups', 'titusmaster-mainvpc'],
    ['placement/availability-zone', 'eu-west-1a'],
    ['placement/', 'availability-zone\navailability-zone-id\nregion'],
    ['placement/availability-zone-id', 'euw1-az1'],
    ['placement/region', 'eu-west-1'],
    ['autoscaling/target-lifecycle-state', 'Terminated'],
    ['block-device-mapping/root', '/dev/xvda'],
    ['hibernation/configured', 'false'],
    ['metrics/vhostmd', '<?xml version="1.0" encoding="UTF-8"?>'],
    ['system', 'xen'],
    ['network/interfaces/macs/02:00:00:00:00:02/network-card', '0'],
    ['services/domain', 'amazonaws.com'],
    ['public-keys/', '0=deployer'],
    ['public-keys/0/', 'openssh-key'],
    ['public-keys/0/openssh-key', 'ssh-ed25519 AAAA me'],
    ['iam/security-credentials/', 'agentRole'],
    ['iam/security-credentials/agentRole', '{"Code":"Success"}'],
    ['network/interfaces/macs/', '02:00:00:00:00:01/\n02:00:00:00:00:02/'],
    ['network/interfaces/macs/02:00:00:00:00:02/device-number', '1'],
    ['network/interfaces/macs/02:00:00:00:00:02/interface-id', 'eni-2'],
    ['network/interfaces/macs/02:00:00:00:00:02/local-ipv4s', '30.0.100.50\n30.0.100.51'],
    ['network/interfaces/macs/02:00:00:00:00:02/subnet-ipv4-cidr-block', '30.0.100.0/24'],
    ['network/interfaces/macs/02:00:00:00:00:02/vpc-ipv4-cidr-block', '30.0.0.0/16'],
    ['network/interfaces/macs/02:00:00:00:00:02/vpc-ipv4-cidr-blocks', '30.0.0.0/16\n30.1.0.0/16'],
    ['network/interfaces/macs/02:00:00:00:00:02/security-group-ids', 'sg-app'],
    ['network/interfaces/macs/02:00:00:00:00:02/owner-id', '123456789012'],
  ]
  for (const [path, expected] of rows) t.equal(text(`/latest/meta-data/${path}`), expected, path)
  t.equal(text('/2009-04-04/meta-data/instance-id'), instance.id, 'a dated version')
  t.match(JSON.parse(text('/latest/meta-data/iam/info')), { Code: 'Success', InstanceProfileArn: instance.instanceProfileArn })
  t.match(JSON.parse(text('/latest/dynamic/instance-identity/document')), {
    accountId: '123456789012',
    region: 'eu-west-1',
    privateIp: '30.0.100.4',
  })
  t.match(JSON.parse(text('/latest/meta-data/identity-credentials/ec2/info')), { AccountId: '123456789012' })
  const signatures = { pkcs7: 'P', rsa2048: 'R', signature: 'S' }
  const signed = (path: string) =>
    metadataRequest(seen(v1), { method: 'GET', path, headers: {} }, { tokenSecret: Buffer.alloc(32), nowMs: 0, signatures }).body
  t.equal(signed('/latest/dynamic/instance-identity/'), 'document\npkcs7\nrsa2048\nsignature')
  t.equal(signed('/latest/dynamic/instance-identity/pkcs7'), 'P')
  t.ok(needsSignatures('/latest/dynamic/instance-identity/'))
  t.notOk(needsSignatures('/latest/dynamic/instance-identity/document'))
  t.equal(text('/latest/dynamic/fws/instance-monitoring'), 'disabled')
  t.same(ask('/latest/user-data').body, Buffer.from('#!/bin/sh\necho ü\n'))
  const tagged = seen({ metadata: { ...instance.metadata, httpTokens: 'optional', instanceTags: true } })
  t.equal(text('/latest/meta-data/tags/instance/Name', tagged), 'titus-agent')
  const { userData: _, instanceProfileArn: __, roleName: ___, targetLifecycleState: ____, ...bare } = instance
  const plain: InstanceView = { ...seen(), instance: { ...bare, ...v1 } }
  for (const path of [
    '/latest/meta-data/autoscaling/',
    '/latest/user-data',
    '/latest/meta-data/iam/info',
    '/latest/meta-data/iam/security-credentials/',
  ])
    t.equal(ask(path, { view: plain }).status, 404, path)
  for (const path of ['/latest/meta-data/nothing', '/2000-01-01/meta-data/', '/latest/meta-data/__proto__', '/latest/meta-data/mac/x'])
    t.equal(ask(path).status, 404, path)
  t.ok(needsCredentials(seen(), '/latest/meta-data/iam/security-credentials/agentRole?x'))
  t.notOk(needsCredentials(seen(), '/latest/meta-data/iam/security-credentials/'))
})

t.test('credentials are kept until half an hour before they expire', async (t) => {
  const hour = 3_600_000
  let made = 0
  let clock = nowMs
  const document = cacheCredentials(
    async () => {
      made += 1
      return {
        accessKeyId: `ASIA${made}`,
        secretAccessKey: 's',
        token: 't',
        lastUpdated: 'x',
        expiration: new Date(clock + 6 * hour).toISOString(),
      }
    },
    () => clock,
  )
  const key = async (changes: Partial<Instance> = {}): Promise<string> =>
    JSON.parse(await document({ ...instance, ...changes })).AccessKeyId
  t.same(await Promise.all([key(), key()]), ['ASIA1', 'ASIA1'], 'at once')
  clock += 5 * hour
  t.equal(await key(), 'ASIA1')
  clock += 0.6 * hour
  t.same(await Promise.all([key(), key()]), ['ASIA2', 'ASIA2'], 'renewed once')
  t.equal(await key({ roleName: 'other' }), 'ASIA3', 'another role')
  const refused = cacheCredentials(async () =>
    Promise.reject(Object.assign(new Error('no trust'), { code: 'AssumeRoleUnauthorizedAccess' })),
  )
  t.match(JSON.parse(await refused(instance)), { Code: 'AssumeRoleUnauthorizedAccess', Message: 'no trust' })
  await t.rejects(cacheCredentials(async () => Promise.reject(new Error('broken')))(instance), { message: 'broken' })
})
