import t from 'tap'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'

import { EmulatorRefusal } from '../../../lab/api/index.ts'

import { callersOf, outcome } from './callers.ts'
import { account, admin, makeRoles, startLabApi } from './lab-api.ts'
import { query } from './signed-query.ts'
import type { Identity } from './signed-query.ts'

// The emulator, and above all the aws command, take their time on a busy computer.
t.setTimeout(180_000)

const lab = await startLabApi()
t.teardown(() => lab.stop())
const { endpoint } = lab
await makeRoles(endpoint)

const { assume, ec2, s3, sts } = callersOf(endpoint)

async function listRoles(identity: Identity): Promise<string> {
  return (await query(endpoint, 'iam', identity, { Action: 'ListRoles', Version: '2010-05-08' })).code ?? 'ok'
}

async function table(identity: Identity): Promise<readonly string[]> {
  return [
    await outcome(s3(identity).send(new ListBucketsCommand({}))),
    await outcome(ec2(identity).send(new DescribeInstancesCommand({}))),
    await listRoles(identity),
  ]
}

await query(endpoint, 'iam', admin, { Action: 'CreateUser', UserName: 'nobody', Version: '2010-05-08' })

t.test('who may do what: S3, EC2, IAM', async (t) => {
  const master = await assume('master', admin)
  const withs3 = await assume('withs3', master)
  const nos3 = await assume('nos3', master)
  t.same(await table(admin), ['ok', 'ok', 'ok'], 'admin')
  t.same(await table(master), ['ok', 'ok', 'ok'], 'master')
  t.same(await table(withs3), ['ok', 'UnauthorizedOperation', 'AccessDenied'], 'withs3')
  t.same(await table(nos3), ['AccessDenied', 'ok', 'AccessDenied'], 'nos3, whose policy says EC2: in capitals')
  t.equal(await outcome(ec2(nos3).send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 }))), 'UnauthorizedOperation')
  const unknown = { accessKeyId: 'AKIAUNKNOWN000000000', secretAccessKey: 'x' }
  t.same(await table(unknown), ['InvalidAccessKeyId', 'AuthFailure', 'InvalidClientTokenId'], 'unknown key')
  t.same(
    await table({ ...admin, secretAccessKey: 'wrong' }),
    ['SignatureDoesNotMatch', 'AuthFailure', 'SignatureDoesNotMatch'],
    'wrong secret',
  )
  t.same(await table({ ...withs3, sessionToken: 'other' }), ['InvalidToken', 'AuthFailure', 'InvalidClientTokenId'], 'wrong token')
  const brief = await assume('master', admin, { DurationSeconds: 1 })
  await t.resolves(new Promise((resolve) => setTimeout(resolve, 1_500)), 'the session is over')
  t.same(await table(brief), ['ExpiredToken', 'RequestExpired', 'ExpiredToken'], 'expired')
})

t.test('the text of a denial', async (t) => {
  const withs3 = await assume('withs3', await assume('master', admin))
  const denied = await query(endpoint, 'ec2', withs3, { Action: 'DescribeInstances', Version: '2016-11-15' })
  t.equal(denied.status, 403)
  t.match(
    denied.text,
    /<Response><Errors><Error><Code>UnauthorizedOperation<\/Code><Message>You are not authorized to perform this operation\. User: [^<]*\/withs3\/test is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action</,
  )
  const roles = await query(endpoint, 'iam', withs3, { Action: 'ListRoles', Version: '2010-05-08' })
  t.match(
    roles.text,
    /<ErrorResponse><Error><Type>Sender<\/Type><Code>AccessDenied<.*assumed-role\/withs3\/test is not authorized to perform: iam:ListRoles/s,
  )
})

t.test('identities and trust', async (t) => {
  const arn = async (identity: Identity) => (await sts(identity).send(new GetCallerIdentityCommand({}))).Arn
  const master = await assume('master', admin)
  const withs3 = await assume('withs3', master)
  t.equal(await arn(admin), `arn:aws:iam::${account}:user/lab-admin`)
  t.equal(await arn(withs3), `arn:aws:sts::${account}:assumed-role/withs3/test`)
  t.equal(await outcome(assume('nos3', withs3)), 'AccessDenied', 'one app role, the other')
  t.equal(await outcome(assume('master', master)), 'AccessDenied', 'itself')
  t.equal(await outcome(assume('nothing', master)), 'AccessDenied', 'a role that does not exist')
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] }
  const parameters = { RoleName: 'withs3', PolicyDocument: JSON.stringify(document), Version: '2010-05-08' }
  await query(endpoint, 'iam', admin, { Action: 'UpdateAssumeRolePolicy', ...parameters })
  t.equal(await outcome(assume('withs3', master)), 'AccessDenied', 'a deny without resource denies')
})

t.test('an unsigned or stale request is refused, and nothing of the emulator itself is served', async (t) => {
  for (const path of ['/', '/moto-api/reset', '/moto-api/data.json', '/latest/meta-data/iam/', '/bucket/key'])
    t.equal((await fetch(`${endpoint}${path}`)).status, 403, path)
  t.equal((await fetch(endpoint, { method: 'POST', body: new URLSearchParams({ Action: 'DescribeVpcs' }) })).status, 403)
  for (const offset of [-3_600_000, 3_600_000]) {
    const other = new Date(Date.now() + offset)
    t.equal((await query(endpoint, 'ec2', admin, { Action: 'DescribeVpcs', Version: '2016-11-15' }, other)).code, 'RequestExpired')
  }
  t.match(await query(endpoint, 'ec2', admin, { Action: 'NoSuchThing', Version: '2016-11-15' }), { status: 400, code: 'InvalidAction' })
})

t.test('credentials of an instance', async (t) => {
  const run = (profile: string) =>
    ec2(admin).send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        ImageId: 'ami-0a1b2c3d4e5f60010',
        InstanceType: 'm4.large',
        IamInstanceProfile: { Name: profile },
      }),
    )
  const id = (await run('nos3')).Instances?.[0]?.InstanceId ?? ''
  const { token, role, expiration, ...key } = await lab.api.instanceCredentials(id)
  t.equal(role, 'nos3')
  t.ok(Date.parse(expiration) > Date.now() + 5 * 3_600_000)
  t.same(await table({ ...key, sessionToken: token }), ['AccessDenied', 'ok', 'AccessDenied'])
  const { Arn } = await sts({ ...key, sessionToken: token }).send(new GetCallerIdentityCommand({}))
  t.equal(Arn, `arn:aws:sts::${account}:assumed-role/nos3/${id}`)
  const untrusting = (await run('withs3')).Instances?.[0]?.InstanceId ?? ''
  await t.rejects(lab.api.instanceCredentials(untrusting), { name: 'EmulatorRefusal', code: 'AssumeRoleUnauthorizedAccess' })
  await t.rejects(
    lab.api.instanceCredentials('i-none'),
    new EmulatorRefusal('NoInstanceProfile', 'instance i-none has no instance profile'),
  )
})

t.test('the aws command: prefixes with a slash, names that need encoding, denials', async (t) => {
  const credentialsFile = join(lab.stateDir, 'credentials')
  // Version 1 of the command presigns in the old way unless told.
  await writeFile(join(lab.stateDir, 'config'), '[default]\ns3 =\n  signature_version = s3v4\n')
  const aws = async (identity: Identity, ...argv: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> => {
    const keys = {
      aws_access_key_id: identity.accessKeyId,
      aws_secret_access_key: identity.secretAccessKey,
      aws_session_token: identity.sessionToken ?? '',
    }
    const lines = Object.entries(keys)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name}=${value}`)
    await writeFile(credentialsFile, ['[default]', ...lines, ''].join('\n'), { mode: 0o600 })
    const env = {
      PATH: process.env['PATH'],
      AWS_CONFIG_FILE: join(lab.stateDir, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: credentialsFile,
      AWS_ENDPOINT_URL: endpoint,
    }
    const run = promisify(execFile)('aws', [...argv], {
      env: { ...env, AWS_DEFAULT_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' },
    })
    return run.catch((error: { readonly stdout: string; readonly stderr: string }) => error)
  }
  await s3(admin).send(new CreateBucketCommand({ Bucket: 'titus-logs' }))
  for (const Key of ['jobs/a b+c=d/ü.txt', 'jobs/x/y.txt'])
    await s3(admin).send(new PutObjectCommand({ Bucket: 'titus-logs', Key, Body: 'text' }))
  t.match((await aws(admin, 's3', 'ls', 's3://titus-logs/jobs/')).stdout, /PRE a b\+c=d\/\n.*PRE x\//)
  t.match((await aws(admin, 's3', 'ls', 's3://titus-logs/jobs/a b+c=d/')).stdout, /4 ü\.txt/)
  t.equal((await aws(admin, 's3', 'cp', 's3://titus-logs/jobs/a b+c=d/ü.txt', '-')).stdout, 'text')
  const url = (await aws(admin, 's3', 'presign', 's3://titus-logs/jobs/x/y.txt')).stdout.trim()
  t.equal(await (await fetch(url)).text(), 'text', 'a presigned address')
  t.equal((await fetch(url.replace('x/y.txt', 'x/z.txt'))).status, 403, 'for another object')
  const old = await fetch(url.replace(/X-Amz-Date=\d+/, 'X-Amz-Date=20200101'))
  t.match([old.status, await old.text()], [403, /<Code>AccessDenied<.*Request has expired/s])
  t.equal((await fetch(url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=never'))).status, 403)
  const nos3 = await assume('nos3', await assume('master', admin))
  t.match((await aws(nos3, 's3', 'ls')).stderr, /\(AccessDenied\) when calling the ListBuckets operation/)
  const launch = ['ec2', 'run-instances', '--image-id', 'ami-0a1b2c3d4e5f60010']
  t.match(
    (await aws(nos3, ...launch)).stderr,
    /\(UnauthorizedOperation\) when calling the RunInstances operation: You are not authorized to perform this operation\./,
  )
})
