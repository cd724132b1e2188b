import t from 'tap'
import type { Test } from 'tap'
import { openAws } from '../../../cli/target/aws-target.ts'
import { writeTargetRecord } from '../../../cli/target/target-record.ts'
import type { TargetRecord } from '../../../cli/target/target-record.ts'
import { tellFailure } from '../../../cli/terminal/tell-failure.ts'
import type { Cluster } from '../../../schemas/cluster.ts'
import { quotaOf } from '../../../stack/offers/quotas.ts'
import { makeWorkspace } from '../../../stack/workspace.ts'
import { seedCluster } from '../../stack/fixtures.ts'
import { invocationIn, tempFolder } from '../fake-testbed.ts'
import { startLoopbackAws } from '../loopback-aws.ts'
import type { Answers } from '../loopback-aws.ts'
import { answers, offeringsOf, runningOf, typesOf, zone, zonesOf } from './aws-account.ts'

const quiet = new AbortController().signal

interface World {
  readonly said?: Answers
  readonly address?: () => Promise<Response>
  readonly trustedCidr?: string
  readonly change?: Partial<Cluster>
  readonly record?: TargetRecord
}

/** Opens AWS where its API is one on loopback, and where this computer's address is asked for at a place that answers as told. */
async function openAt(
  t: Test,
  { trustedCidr = '203.0.113.0/24', said = answers, address = async () => new Response(''), change = {}, record }: World = {},
) {
  const { access } = await startLoopbackAws(t, tempFolder(t), said)
  const workspace = makeWorkspace(tempFolder(t), 'titus')
  if (record !== undefined) writeTargetRecord(workspace, record)
  const [env, fetch] = [{ ...process.env }, globalThis.fetch]
  t.teardown(() => {
    process.env = env
    globalThis.fetch = fetch
  })
  process.env['AWS_ENDPOINT_URL'] = access.endpoint
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = access.credentialsFile
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name]
  const asked: string[] = []
  globalThis.fetch = async (url) => (asked.push(new Request(url).url), address())
  const warned: string[] = []
  const cluster = { ...seedCluster, access: { ...seedCluster.access, trustedCidr }, ...change }
  const target = openAws(cluster, workspace, (line) => void warned.push(line), quiet)
  return { target, asked, warned }
}

/** What the command line tells of a target that is refused, and the exit code that it ends with. */
async function toldOf(t: Test, world: World): Promise<{ readonly code: number; readonly text: string }> {
  const { target } = await openAt(t, world)
  const error: unknown = await target.then(
    () => t.fail('it was not refused'),
    (thrown: unknown) => thrown,
  )
  const { invocation, err } = invocationIn(tempFolder(t))
  return { code: await tellFailure(error, invocation.terminal, false), text: err().replaceAll(/\s+/g, ' ') }
}

t.test('the account that the user is logged in to, and the first zone that is open and has every instance type', async (t) => {
  const { target, asked } = await openAt(t)
  t.match(await target, {
    access: {},
    account: '123456789012',
    identity: 'arn:aws:iam::123456789012:user/me',
    zone: 'eu-west-1b',
    trustedCidr: '203.0.113.0/24',
  })
  t.same(asked, [], 'nobody is asked for an address that the file names')
  t.equal(await (await target).failedMachine(), undefined)
  t.equal(await (await target).readConsole('i-7'), 'login:\n', 'its console, as EC2 has it')
  t.equal(await (await target).bastionAt('203.0.113.9'), undefined, 'the way in is the public address itself')
})

t.test("auto is this computer's address as AWS sees it, and nobody else's network", async (t) => {
  const { target, asked } = await openAt(t, { trustedCidr: 'auto', address: async () => new Response('198.51.100.7\n') })
  t.equal((await target).trustedCidr, '198.51.100.7/32')
  t.same(asked, ['https://checkip.amazonaws.com/'])
})

t.test('an address that is none, or cannot be had, is never trusted', async (t) => {
  for (const address of [
    async () => new Response('<html>log in to the hotel</html>'),
    async () => new Response('0.0.0.0/0'),
    async () => new Response('2001:db8::1'),
    async () => {
      throw new TypeError('fetch failed')
    },
  ]) {
    const { target } = await openAt(t, { trustedCidr: 'auto', address })
    await t.rejects(target, { name: 'TestbedError', hint: /trustedCidr: ADDRESS\/32/ })
  }
})

t.test('who is not logged in, and a region without an open zone, are told with what to do', async (t) => {
  const expired = await openAt(t, { said: { ...answers, GetCallerIdentity: { refused: 'ExpiredToken' } } })
  await t.rejects(expired.target, { name: 'TestbedError', message: /ExpiredToken/, hint: /log in to AWS first/ })
  const closed = await openAt(t, { said: { ...answers, DescribeAvailabilityZones: zonesOf(zone('eu-west-1a', 'unavailable')) } })
  await t.rejects(closed.target, { name: 'TestbedError', message: 'no availability zone of eu-west-1 is open to this account' })
})

t.test('a testbed stays in the zone that it stands in, unless the file says another', async (t) => {
  const record: TargetRecord = { target: 'aws', region: 'eu-west-1', zone: 'eu-west-1a' }
  t.equal((await (await openAt(t, { record })).target).zone, 'eu-west-1a', 'impaired as it is now')
  t.equal((await (await openAt(t, { record, change: { zone: 'eu-west-1b' } })).target).zone, 'eu-west-1b')
  const lost = await toldOf(t, { record: { ...record, zone: 'eu-west-1c' } })
  t.equal(lost.code, 2)
  t.match(lost.text, /agents\.instanceType: AWS does not offer m4\.large in eu-west-1c, where the testbed stands/)
  t.match(lost.text, /this one is in 2 zones: eu-west-1a, eu-west-1b/)
})

t.test('a zone of the file that the account cannot use, or that lacks a type, is a mistake of the file', async (t) => {
  t.match(await toldOf(t, { change: { zone: 'eu-west-1f' } }), {
    code: 2,
    text: /zone: eu-west-1f is not open to this account .*expected: one of eu-west-1b, eu-west-1c/,
  })
  t.match(await toldOf(t, { change: { zone: 'eu-west-1c' } }), {
    code: 2,
    text: /AWS does not offer m4\.large in eu-west-1c .*choose another type, or write zone: eu-west-1a/,
  })
})

t.test('types that a region has, but no zone of it has all of, are told with where each is', async (t) => {
  const apart = { 'eu-west-1b': ['t3.nano', 't3.medium', 't3.large'], 'eu-west-1c': ['m4.large'] }
  const told = await toldOf(t, { said: { ...answers, DescribeInstanceTypeOfferings: offeringsOf(apart) } })
  t.equal(told.code, 2)
  t.match(told.text, /no open zone of eu-west-1 has every instance type of the file: t3\.nano in eu-west-1b; .*m4\.large in eu-west-1c/)
})

t.test('all that AWS does not go along with is told at once, before anything is spent', async (t) => {
  const said: Answers = {
    ...answers,
    DescribeInstanceTypeOfferings: offeringsOf({ 'eu-west-1b': ['t3.nano', 't3.medium', 'm4.large'] }),
    DescribeInstanceTypes: typesOf({ 't3.nano': 2, 't3.medium': 2, 'm4.large': 2 }, { architecture: 'arm64', interfaces: 1 }),
    DescribeInstances: runningOf({ other: 30 }),
  }
  const { code, text } = await toldOf(t, { said })
  t.equal(code, 2, 'the file is wrong, whatever else falls short')
  t.match(text, /machines\.prereqs\.instanceType: AWS does not offer t3\.large in eu-west-1/)
  t.match(text, /machines\.bastion\.instanceType: t3\.nano is arm64 as AWS says, and would boot debian-12 for x86_64/)
  t.match(text, /AWS gives m4\.large 1 interface of 10 addresses, and the VPC driver counts on 2 interfaces of 10 addresses/)
  t.match(
    text,
    /the testbed needs 8 vCPUs of Standard \(A, C, D, H, I, M, R, T, Z\) instances, and of the 64 that the account may run in eu-west-1 60 are in use/,
  )
})

t.test('a quota that falls short is the account, not the file: exit code 3 and what to type', async (t) => {
  const small: Answers = { ...answers, GetServiceQuota: { json: { Quota: { Value: 5 } } } }
  const { code, text } = await toldOf(t, { said: small })
  t.equal(code, 3)
  t.match(text, /needs 10 vCPUs .* of the 5 that the account may run in eu-west-1 0 are in use/)
  t.match(text, /request-service-quota-increase --region eu-west-1 --service-code ec2 --quota-code L-1216C47A --desired-value 10/)
  const own = await openAt(t, { said: { ...answers, DescribeInstances: runningOf({ titus: 30, other: 27 }) } })
  t.equal((await own.target).zone, 'eu-west-1b', 'the machines of the testbed itself do not count a second time')
})

t.test('whoever may not read quotas is warned, and goes on', async (t) => {
  const { target, warned } = await openAt(t, { said: { ...answers, GetServiceQuota: { refused: 'AccessDeniedException' } } })
  t.equal((await target).zone, 'eu-west-1b')
  t.match(warned, [
    /^the vCPU quota of Standard \(A, .*\) instances was not checked \(AccessDeniedException.*servicequotas:GetServiceQuota/,
  ])
})

t.test('a quota that cannot be read keeps no other from being judged', async (t) => {
  const change = { machines: { ...seedCluster.machines, gateway: { instanceType: 'p2.xlarge' }, prereqs: { instanceType: 'g4dn.xlarge' } } }
  const types = { 't3.nano': 2, 't3.medium': 2, 'p2.xlarge': 4, 'g4dn.xlarge': 4, 'm4.large': 2 }
  const said: Answers = {
    ...answers,
    DescribeInstanceTypeOfferings: offeringsOf({ 'eu-west-1b': Object.keys(types) }),
    DescribeInstanceTypes: typesOf(types),
    GetServiceQuota: (body) => (body.includes('L-1216C47A') ? { json: { Quota: { Value: 5 } } } : { refused: 'NoSuchResourceException' }),
  }
  const { target, warned } = await openAt(t, { said, change })
  await t.rejects(target, { name: 'TestbedError', message: /^the testbed needs 6 vCPUs of Standard .*, and of the 5 / })
  t.match(warned, [/^the vCPU quota of G and VT and of P instances was not checked \(NoSuchResourceException[^)]*\)$/])
  t.equal(warned.length, 1, 'one line for one reason')
})

t.test('each family of types counts against its own quota', async (t) => {
  const codes = {
    'm4.large': 'L-1216C47A',
    'im4gn.large': 'L-1216C47A',
    'is4gen.large': 'L-1216C47A',
    't4g.nano': 'L-1216C47A',
    'p2.xlarge': 'L-417A185B',
  }
  for (const [type, code] of Object.entries({
    ...codes,
    'g4dn.xlarge': 'L-DB2E81BA',
    'inf1.xlarge': 'L-1945791B',
    'x2gd.large': 'L-7295265B',
  }))
    t.equal(quotaOf(type).code, code, type)
})
