import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import * as ec2 from '@aws-sdk/client-ec2'
import * as s3 from '@aws-sdk/client-s3'
import { DecodeAuthorizationMessageCommand } from '@aws-sdk/client-sts'

import { callersOf, outcome } from './callers.ts'
import { account, admin, makeRoles, startLabApi } from './lab-api.ts'
import { query } from './signed-query.ts'
import type { Identity } from './signed-query.ts'

// The emulator takes its time on a busy computer.
t.setTimeout(120_000)

const lab = await startLabApi()
t.teardown(() => lab.stop())
const { endpoint } = lab
await makeRoles(endpoint)
const callers = callersOf(endpoint)
const master = await callers.assume('master', admin)

async function iam(parameters: Readonly<Record<string, string>>, by: Identity = admin) {
  return query(endpoint, 'iam', by, { Version: '2010-05-08', ...parameters })
}

function document(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

/** Gives `nos3` these permissions and no others, and takes the role on. */
async function allow(...statements: readonly object[]): Promise<Identity> {
  const PolicyDocument = document(...statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })))
  await iam({ Action: 'PutRolePolicy', RoleName: 'nos3', PolicyName: 'own', PolicyDocument })
  return callers.assume('nos3', master)
}

function objects(by: Identity) {
  const client = callers.s3(by)
  return {
    get: async (Bucket: string, Key: string) => outcome(client.send(new s3.GetObjectCommand({ Bucket, Key }))),
    put: async (Bucket: string, Key: string) => outcome(client.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'x' }))),
    list: async (Bucket: string, Prefix: string) => outcome(client.send(new s3.ListObjectsV2Command({ Bucket, Prefix }))),
    head: async (Bucket: string) => outcome(client.send(new s3.HeadBucketCommand({ Bucket }))),
    copy: async (Bucket: string, Key: string, CopySource: string) =>
      outcome(client.send(new s3.CopyObjectCommand({ Bucket, Key, CopySource }))),
    remove: async (Bucket: string, ...keys: readonly string[]) => {
      const answer = await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }))
      return [(answer.Deleted ?? []).map(({ Key }) => Key), (answer.Errors ?? []).map(({ Key, Code }) => `${Key} ${Code}`)]
    },
  }
}

const root = objects(admin)
for (const Bucket of ['own', 'secret']) await callers.s3(admin).send(new s3.CreateBucketCommand({ Bucket }))
for (const [bucket, key] of [['own', 'a/1'], ['own', 'b/1'], ['secret', 'a/1']] as const) await root.put(bucket, key) // prettier-ignore

t.test('objects: resource, prefix, source of a copy, each of those to be deleted', async (t) => {
  const { get, put, list, head, copy, remove } = objects(
    await allow(
      { Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], Resource: 'arn:aws:s3:::own/a/*' },
      { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::own', Condition: { StringLike: { 's3:prefix': ['', 'a/*'] } } },
      { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::own', Condition: { Null: { 's3:prefix': true } } },
    ),
  )
  t.same([await get('own', 'a/1'), await get('own', 'b/1'), await get('secret', 'a/1')], ['ok', 'AccessDenied', 'AccessDenied'])
  t.same([await list('own', 'a/x'), await list('own', 'b/')], ['ok', 'AccessDenied'])
  t.not(await head('secret'), 'ok')
  t.equal(await head('own'), 'ok')
  t.same([await copy('own', 'a/2', 'own/a/1'), await copy('own', 'a/2', 'secret/a/1')], ['ok', 'AccessDenied'])
  t.same(await remove('own', 'a/2', 'b/1'), [['a/2'], ['b/1 AccessDenied']])
  t.same([await put('own', 'a/3'), await put('own', 'b/3')], ['ok', 'AccessDenied'])
})

t.test("a bucket's policy counts like the caller's own, and its deny wins", async (t) => {
  const session = await allow({ Action: 'ec2:*' })
  const put = async (Policy: string) => callers.s3(admin).send(new s3.PutBucketPolicyCommand({ Bucket: 'own', Policy }))
  const to = (role: string, Effect = 'Allow') => ({
    Effect,
    Principal: { AWS: `arn:aws:iam::${account}:${role}` },
    Action: 's3:*',
    Resource: 'arn:aws:s3:::own/*',
  })
  t.equal(await objects(session).get('own', 'a/1'), 'AccessDenied')
  await put(document(to('role/nos3')))
  t.equal(await objects(session).get('own', 'a/1'), 'ok')
  await put(document(to('root')))
  t.equal(await objects(session).get('own', 'a/1'), 'AccessDenied', 'the account: left to its own policies')
  await put(document(to('role/nos3', 'Deny')))
  t.same([await objects(await allow({ Action: '*' })).get('own', 'a/1'), await objects(master).get('own', 'a/1')], ['AccessDenied', 'ok'])
  await callers.s3(admin).send(new s3.DeleteBucketPolicyCommand({ Bucket: 'own' }))
})

t.test('a session has no more than its policies, and a role than its boundary', async (t) => {
  await allow({ Action: 's3:*' })
  const read = document({ Effect: 'Allow', Action: 's3:Get*', Resource: '*' })
  const { text } = await iam({ Action: 'CreatePolicy', PolicyName: 'read', PolicyDocument: read })
  const arn = /<Arn>([^<]*)/.exec(text)?.[1] ?? ''
  const limited = [{ Policy: read }, { PolicyArns: [{ arn }] }].map(async (more) => callers.assume('nos3', master, more))
  for (const session of await Promise.all(limited)) {
    const { get, put } = objects(session)
    t.same([await get('own', 'a/1'), await put('own', 'a/1')], ['ok', 'AccessDenied'])
  }
  t.equal(await outcome(callers.assume('nos3', master, { Policy: '{' })), 'MalformedPolicyDocumentException')
  await iam({ Action: 'PutRolePermissionsBoundary', RoleName: 'nos3', PermissionsBoundary: arn })
  const { get, put } = objects(await callers.assume('nos3', master))
  t.same([await get('own', 'a/1'), await put('own', 'a/1')], ['ok', 'AccessDenied'])
  await iam({ Action: 'DeleteRolePermissionsBoundary', RoleName: 'nos3' })
})

t.test('where a request comes from, and how', async (t) => {
  const from = async (address: string, Condition: object = { IpAddress: { 'aws:SourceIp': address } }) =>
    objects(await allow({ Action: 's3:*', Condition })).get('own', 'a/1')
  t.same([await from('127.0.0.0/8'), await from('192.0.2.0/24')], ['ok', 'AccessDenied'])
  t.equal(await from('', { Bool: { 'aws:SecureTransport': 'true' } }), 'AccessDenied', 'in clear')
  t.equal(await from('', { StringEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/nos3` } }), 'ok')
  t.equal(await from('', { StringEquals: { 'aws:NoSuchKey': 'x' } }), 'AccessDenied', 'what cannot be judged does not allow')
  t.match(await readFile(join(lab.stateDir, 'emulator.log'), 'utf8'), 'iam: s3:GetObject: cannot judge StringEquals aws:NoSuchKey here')
})

t.test('a role is passed to an instance by those who may pass it, and instances are told apart', async (t) => {
  const launch = { ImageId: 'ami-0a1b2c3d4e5f60010', InstanceType: 'm4.large', MinCount: 1, MaxCount: 1 } as const
  const run = async (by: Identity, Name?: string) =>
    callers.ec2(by).send(new ec2.RunInstancesCommand({ ...launch, ...(Name && { IamInstanceProfile: { Name } }) }))
  const id = (await run(admin)).Instances?.[0]?.InstanceId ?? ''
  const passes = { Action: 'iam:PassRole', Resource: `arn:aws:iam::${account}:role/withs3` }
  const toEc2 = { Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } }
  const session = await allow({ Action: 'ec2:RunInstances' }, { ...passes, ...toEc2 })
  t.same(
    [await outcome(run(session)), await outcome(run(session, 'withs3')), await outcome(run(session, 'master'))],
    ['ok', 'ok', 'UnauthorizedOperation'],
  )
  const stop = async (by: Identity) => outcome(callers.ec2(by).send(new ec2.StopInstancesCommand({ InstanceIds: [id] })))
  const instance = (name: string): string => `arn:aws:ec2:eu-west-1:${account}:instance/${name}`
  const tagged = { Condition: { StringEquals: { 'aws:ResourceTag/team': 'titus' } } }
  t.equal(await stop(await allow({ Action: 'ec2:*', Resource: instance('i-0123456789abcdef0') })), 'UnauthorizedOperation')
  t.equal(await stop(await allow({ Action: 'ec2:*', ...tagged })), 'UnauthorizedOperation', 'without the tag')
  await callers.ec2(admin).send(new ec2.CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'team', Value: 'titus' }] }))
  t.equal(await stop(await allow({ Action: 'ec2:*', Resource: instance('*'), ...tagged })), 'ok')
})

t.test('a denied change carries a message that can be decoded; the JSON protocols have their own document', async (t) => {
  const session = await allow({ Action: 's3:*' })
  const vpc = { Action: 'DeleteVpc', VpcId: 'vpc-0123456789abcdef0', Version: '2016-11-15' }
  const { text } = await query(endpoint, 'ec2', session, vpc)
  const EncodedMessage = /not authorized to perform: ec2:DeleteVpc on resource: .* Encoded authorization failure message: ([^<]+)/.exec(
    text,
  )?.[1]
  const { DecodedMessage } = await callers.sts(master).send(new DecodeAuthorizationMessageCommand({ EncodedMessage }))
  t.match(JSON.parse(DecodedMessage ?? ''), { allowed: false, context: { action: 'ec2:DeleteVpc', resource: /vpc\/vpc-0/ } })
  const target = { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-type': 'application/x-amz-json-1.0' }
  const json = await query(endpoint, 'dynamodb', session, {}, new Date(), target)
  t.match(JSON.parse(json.text), { __type: 'AccessDeniedException', message: /is not authorized to perform: dynamodb:ListTables/ })
  t.equal(json.status, 400)
  const web = { Action: 'AssumeRoleWithWebIdentity', RoleArn: `arn:aws:iam::${account}:role/withs3`, Version: '2011-06-15' }
  t.equal((await query(endpoint, 'sts', master, { ...web, RoleSessionName: 's', WebIdentityToken: 't' })).code, 'InvalidIdentityToken')
})
