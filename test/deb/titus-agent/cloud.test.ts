import type { AddressInfo } from 'node:net'
import t from 'tap'
import { callAws, AwsError } from '../../../deb/titus-agent/aws/query-api.ts'
import type { AwsConnection } from '../../../deb/titus-agent/aws/query-api.ts'
import { findElement, findText } from '../../../deb/titus-agent/aws/xml.ts'
import { createRoleCredentials } from '../../../deb/titus-agent/metadata-proxy/role-credentials.ts'
import { deniedText, nameSession, routeMetadata } from '../../../deb/titus-agent/metadata-proxy/route.ts'
import { createMetadataProxy } from '../../../deb/titus-agent/metadata-proxy/server.ts'
import { createAddressPool } from '../../../deb/titus-agent/network/address-pool.ts'
import { managedDescription, openVpcInterfaces } from '../../../deb/titus-agent/network/vpc-interfaces.ts'
import type { AwsCredentials } from '../../../deb/titus-agent/aws/signature.ts'
import { account, admin, makeRoles, startLabApi } from '../../lab/api/lab-api.ts'

// Everything here runs against the real AWS API of the lab, with IAM enforced.
t.setTimeout(180_000)
const lab = await startLabApi()
t.teardown(() => lab.stop())
await makeRoles(lab.endpoint)
const region = 'eu-west-1'
const asAdmin: AwsConnection = { region, endpoint: lab.endpoint, credentials: async () => admin }
function ec2(action: string, parameters: Record<string, string>) {
  return callAws(asAdmin, { service: 'ec2', action, parameters })
}

const task = {
  taskId: '8ad0dccc-657f-419a-b67e-33f886aee567',
  instanceId: 'i',
  address: '127.0.0.1',
  iamRole: `arn:aws:iam::${account}:role/withs3`,
}

/** The agent's own credentials, as its instance profile gives them. */
async function assumeMaster(): Promise<AwsCredentials> {
  const parameters = { RoleArn: `arn:aws:iam::${account}:role/master`, RoleSessionName: 'i-agent' }
  const answer = findElement(await callAws(asAdmin, { service: 'sts', action: 'AssumeRole', parameters }), 'AssumeRoleResult.Credentials')
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
    (name) => findText(answer, name) ?? '',
  )
  return { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey!, sessionToken: sessionToken! }
}

t.test('interfaces and addresses', async (t) => {
  const vpcId = findText(await ec2('CreateVpc', { CidrBlock: '30.0.0.0/16' }), 'vpc.vpcId') ?? ''
  const subnetId = findText(await ec2('CreateSubnet', { VpcId: vpcId, CidrBlock: '30.0.100.0/24' }), 'subnet.subnetId') ?? ''
  const group = async (name: string) =>
    findText(await ec2('CreateSecurityGroup', { VpcId: vpcId, GroupName: name, GroupDescription: name }), 'groupId') ?? ''
  const [main, app, other] = [await group('main'), await group('app'), await group('other')]
  const images = await ec2('DescribeImages', { 'Owner.1': '099720109477' })
  const imageId = findText(findElement(images, 'imagesSet.item'), 'imageId') ?? ''
  const place = { ImageId: imageId, InstanceType: 'm4.large', MinCount: '1', MaxCount: '1', SubnetId: subnetId, 'SecurityGroupId.1': main }
  const instanceId = findText(await ec2('RunInstances', place), 'instancesSet.item.instanceId') ?? ''
  await ec2('CreateTags', { 'ResourceId.1': instanceId, 'Tag.1.Key': 'titus-bed:testbed', 'Tag.1.Value': 'blue' })

  const credentials = await assumeMaster()
  const interfaces = openVpcInterfaces({ ...asAdmin, credentials: async () => credentials }, { instanceId, subnetId })
  const pool = createAddressPool(interfaces, 10)
  const signal = new AbortController().signal
  await pool.attachInterfaces(1)
  t.equal((await interfaces.list()).length, 2)

  const first = await pool.allocate({ taskId: 'a', deviceIndex: 1, securityGroups: [app] }, signal)
  const [eni] = (await interfaces.list()).filter((one) => one.deviceIndex === 1)
  t.same(eni?.groups, [app], 'the job’s groups, not those of the instance')
  t.equal(eni?.addresses.length, 5, 'a batch of four')
  t.ok(eni?.addresses.includes(first.address))
  t.not(first.address, eni?.primaryAddress)
  const described = await ec2('DescribeNetworkInterfaces', { 'NetworkInterfaceId.1': eni?.id ?? '' })
  const item = findElement(described, 'networkInterfaceSet.item')
  t.equal(findText(item, 'description'), managedDescription)
  t.equal(findText(item, 'attachment.deleteOnTermination'), 'true', 'it goes with its agent')
  t.same([findText(item, 'tagSet.item.key'), findText(item, 'tagSet.item.value')], ['titus-bed:testbed', 'blue'], 'and is found with it')

  await t.rejects(pool.allocate({ taskId: 'b', deviceIndex: 1, securityGroups: [other] }, signal), { message: /other security groups/ })
  pool.release('a')
  await pool.allocate({ taskId: 'b', deviceIndex: 1, securityGroups: [other] }, signal)
  t.same((await interfaces.list()).find((one) => one.deviceIndex === 1)?.groups, [other])
  pool.release('b')
  const unknown = pool.allocate({ taskId: 'c', deviceIndex: 1, securityGroups: ['sg-0123456789abcdef0'] }, signal)
  await t.rejects(unknown, { name: 'TaskRefusedError', message: /^Invalid security group : / })
  const missing = callAws(asAdmin, { service: 'ec2', action: 'DescribeVpcs', parameters: { 'VpcId.1': 'vpc-0' } })
  await t.rejects(missing, AwsError)
})

t.test('what a task hears', async (t) => {
  const now = new Date('2026-01-02T03:04:05.678Z')
  const get = (path: string, method = 'GET') => routeMetadata({ method, path: `/latest${path}` }, task, now)
  const said = (path: string) => {
    const answer = get(path)
    return answer.kind === 'reply' ? [answer.status, answer.body] : answer.kind
  }
  t.same(said('/ping'), [200, 'ping called'])
  t.same(said('/meta-data/instance-id'), [200, 'i'])
  for (const name of ['local-ipv4', 'public-ipv4', 'local-hostname', 'public-hostname'])
    t.same(said(`/meta-data/${name}`), [200, '127.0.0.1'], name)
  t.same(said('/meta-data/mac'), [200, '00:00:00:00:00:00'])
  for (const name of ['ami-id', 'instance-type']) t.same(said(`/meta-data/${name}`), [404, ''], name)
  t.match(get('/meta-data/iam/security-credentials'), { status: 301, location: '/latest/meta-data/iam/security-credentials/' })
  t.same(said('/meta-data/iam/security-credentials/'), [200, 'withs3'])
  t.equal(said('/meta-data/iam/security-credentials/whatever'), 'credentials')
  const info = get('/meta-data/iam/info')
  t.match(info.kind === 'reply' && JSON.parse(info.body), {
    Code: 'Success',
    InstanceProfileArn: `arn:aws:iam::${account}:instance-profile/withs3`,
  })
  t.same(get('/meta-data/placement/availability-zone'), { kind: 'forward', path: 'meta-data/placement/availability-zone' })
  t.match(get('/api/token', 'PUT'), { status: 200 })
  for (const path of [
    '/user-data',
    '/meta-data/',
    '/meta-data/public-keys/',
    '/meta-data/iam',
    '/dynamic/',
    '/api/token',
    '/meta-data/iam/security-credentials/a/b',
  ]) {
    t.same(said(path), [403, deniedText], path)
  }
  t.match(routeMetadata({ method: 'GET', path: '/2018-09-24/meta-data/mac' }, task, now), { status: 403 })
  t.match(get('/meta-data/mac', 'POST'), { status: 403 })
  t.equal(nameSession(task.taskId), 'titus-8ad0dccc-657f-419a-b67e-33')
})

t.test('the proxy gives the role of the job and nothing else', async (t) => {
  const credentials = await assumeMaster()
  const asAgent = { ...asAdmin, credentials: async () => credentials }
  let known: typeof task | undefined = task
  const server = createMetadataProxy({
    findTask: async () => known,
    credentials: createRoleCredentials(asAgent),
    metadata: { read: async (path) => (path.endsWith('zone') ? 'eu-west-1a' : undefined) },
    log: () => undefined,
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/latest`
  const token = await fetch(`${base}/api/token`, { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } })
  t.equal(token.headers.get('x-aws-ec2-metadata-token-ttl-seconds'), '60')
  const headers = { 'x-aws-ec2-metadata-token': await token.text() }
  const read = async () =>
    (await (await fetch(`${base}/meta-data/iam/security-credentials/withs3`, { headers })).json()) as Record<string, string>
  const document = await read()
  t.match(document, { Code: 'Success', Type: 'AWS-HMAC', Expiration: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ })
  t.same(await read(), document, 'kept')
  const roles = createRoleCredentials(asAgent)
  const [first, second] = await Promise.all([roles.of(task), roles.of(task)])
  t.same(first, second, 'one call for those who ask at the same time')

  const own = {
    accessKeyId: document['AccessKeyId'] ?? '',
    secretAccessKey: document['SecretAccessKey'] ?? '',
    sessionToken: document['Token'] ?? '',
  }
  const asTask = { ...asAdmin, credentials: async () => own }
  const identity = await callAws(asTask, { service: 'sts', action: 'GetCallerIdentity' })
  t.equal(findText(identity, 'GetCallerIdentityResult.Arn'), `arn:aws:sts::${account}:assumed-role/withs3/${nameSession(task.taskId)}`)
  await t.rejects(callAws(asTask, { service: 'ec2', action: 'DescribeInstances' }), { code: 'UnauthorizedOperation' })

  t.equal(await (await fetch(`${base}/meta-data/placement/availability-zone`)).text(), 'eu-west-1a')
  t.equal((await fetch(`${base}/user-data`)).status, 403)
  known = { ...task, taskId: 'x', iamRole: `arn:aws:iam::${account}:role/none` }
  t.equal((await fetch(`${base}/meta-data/iam/security-credentials/none`)).status, 503, 'STS refuses')
  known = undefined
  t.equal((await fetch(`${base}/ping`)).status, 404, 'nobody that the agent knows')
})
