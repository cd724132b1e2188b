import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { findPython } from '../../../lab/api/find-python.ts'
import { runProgram } from '../../../lab/run-program.ts'

/** A statement, an action, a resource, what the request has (a key with `[]` is known to be absent), and what IAM says. */
type Case = readonly [statement: object | readonly object[], action: string, resource: string, context: object, verdict: string]

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
const python = await findPython()
const account = '123456789012'
const caller = `arn:aws:sts::${account}:assumed-role/app/i-1`

async function judgeAll(cases: readonly Case[]): Promise<readonly string[]> {
  const lines = cases.map(([Statement, action, resource, context]) =>
    JSON.stringify({ document: { Statement }, principal: caller, action, resource, context }),
  )
  const said = await runProgram([python, here('./judge-cases.py'), here('../../../lab/emulator')], { input: `${lines.join('\n')}\n` })
  return said.trim().split('\n')
}

async function check(t: Test, cases: readonly Case[]): Promise<void> {
  const said = await judgeAll(cases)
  cases.forEach(([statement, action, resource, context, verdict], index) =>
    t.equal(said[index], verdict, JSON.stringify([statement, action, resource, context])),
  )
}

function allow(more: object): object {
  return { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more }
}
function deny(more: object): object {
  return { ...allow(more), Effect: 'Deny' }
}
const object = 'arn:aws:s3:::logs/jobs/1'
const get = 's3:GetObject'

t.test('many stars in a pattern take no longer', async (t) => {
  const [action, stars] = [`s3:${'a'.repeat(60)}`, '*a'.repeat(25)]
  await check(t, [
    [allow({ Action: `${stars}b` }), action, object, {}, 'silent'],
    [allow({ Action: stars }), action, object, {}, 'allow'],
    [allow({ Condition: { StringLike: { 'aws:username': `${stars}b` } } }), get, object, { 'aws:username': 'a'.repeat(60) }, 'silent'],
  ])
})

t.test('a statement counts where its action and resource match', async (t) => {
  await check(t, [
    [allow({}), get, object, {}, 'allow'],
    [[], get, object, {}, 'silent'],
    [allow({ Action: 'S3:Get*' }), get, object, {}, 'allow'],
    [allow({ Action: ['s3:?etObject', 'ec2:*'] }), get, object, {}, 'allow'],
    [allow({ Action: 's3.GetObject' }), get, object, {}, 'silent'],
    [allow({ Action: 's3:[GP]etObject' }), get, object, {}, 'silent'],
    [allow({ Resource: 'arn:aws:s3:::logs/[1]' }), get, 'arn:aws:s3:::logs/[1]', {}, 'allow'],
    [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }, get, object, {}, 'allow'],
    [{ Effect: 'Allow', NotAction: ['iam:*', 's3:*'], Resource: '*' }, get, object, {}, 'silent'],
    [allow({ Resource: 'arn:aws:s3:::logs/*' }), get, object, {}, 'allow'],
    [allow({ Resource: 'arn:aws:s3:::logs' }), get, object, {}, 'silent'],
    [allow({ Resource: 'arn:aws:s3:::LOGS/*' }), get, object, {}, 'silent'],
    [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::logs/*' }, get, object, {}, 'silent'],
    [{ Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::other/*' }, get, object, {}, 'deny'],
    [allow({ Resource: 'arn:aws:s3:::logs/${aws:username}/*' }), get, object, { 'aws:username': 'jobs' }, 'allow'],
    [allow({ Resource: 'arn:aws:s3:::logs/${aws:username}/*' }), get, object, { 'aws:username': [] }, 'silent'],
    [allow({ Resource: "arn:aws:s3:::logs/${aws:username, 'jobs'}/*" }), get, object, { 'aws:username': [] }, 'allow'],
  ])
})

t.test('an explicit deny wins, whatever stands before or after it', async (t) => {
  await check(t, [
    [[allow({}), deny({})], get, object, {}, 'deny'],
    [[deny({}), allow({})], get, object, {}, 'deny'],
    [[allow({}), deny({ Action: 's3:PutObject' })], get, object, {}, 'allow'],
    [[allow({}), deny({ Condition: { StringEquals: { 'aws:username': 'other' } } })], get, object, { 'aws:username': 'me' }, 'allow'],
  ])
})

t.test('principals', async (t) => {
  const trust = (Principal: unknown, Effect = 'Allow'): object => ({ Effect, Action: 'sts:AssumeRole', Principal })
  const to = (statement: object, verdict: string): Case => [statement, 'sts:AssumeRole', 'arn:aws:iam::1:role/x', {}, verdict]
  await check(t, [
    to(trust({ AWS: caller }), 'allow'),
    to(trust({ AWS: `arn:aws:iam::${account}:role/app` }), 'allow'),
    to(trust({ AWS: [`arn:aws:iam::${account}:role/other`, `arn:aws:iam::${account}:root`] }), 'allow'),
    to(trust({ AWS: account }), 'allow'),
    to(trust('*'), 'allow'),
    to(trust({ AWS: 'arn:aws:iam::210987654321:root' }), 'silent'),
    to(trust({ Service: 'ec2.amazonaws.com' }), 'silent'),
    to(trust({ AWS: `arn:aws:iam::${account}:role/other` }, 'Deny'), 'silent'),
    to({ Effect: 'Deny', Action: '*', NotPrincipal: { AWS: caller } }, 'silent'),
    to({ Effect: 'Deny', Action: '*', NotPrincipal: { AWS: `arn:aws:iam::${account}:role/other` } }, 'deny'),
  ])
})

t.test('conditions', async (t) => {
  const when = (Condition: object, context: object, holds: boolean): Case => [
    allow({ Condition }),
    get,
    object,
    context,
    holds ? 'allow' : 'silent',
  ]
  const ip = { 'aws:SourceIp': '192.0.2.7' }
  const tags = { 'aws:TagKeys': ['a', 'b'] }
  await check(t, [
    when({ StringEquals: { 'aws:username': ['x', 'me'] } }, { 'aws:UserName': 'me' }, true),
    when({ StringEquals: { 'aws:username': 'ME' } }, { 'aws:username': 'me' }, false),
    when({ StringEqualsIgnoreCase: { 'aws:username': 'ME' } }, { 'aws:username': 'me' }, true),
    when({ StringNotEquals: { 'aws:username': ['x', 'me'] } }, { 'aws:username': 'me' }, false),
    when({ StringNotEquals: { 'aws:username': 'x' } }, { 'aws:username': [] }, true),
    when({ StringEquals: { 'aws:username': 'x' } }, { 'aws:username': [] }, false),
    when({ StringEqualsIfExists: { 'aws:username': 'x' } }, { 'aws:username': [] }, true),
    when({ StringLike: { 's3:prefix': ['home/', 'jobs/*'] } }, { 's3:prefix': 'jobs/1/2' }, true),
    when({ StringNotLike: { 's3:prefix': 'jobs/*' } }, { 's3:prefix': 'jobs/1' }, false),
    when({ Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': 'true' }, false),
    when({ Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:SecureTransport': 'true' }, true),
    when({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, ip, true),
    when({ IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '192.0.2.8'] } }, ip, false),
    when({ NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, ip, false),
    when({ IpAddress: { 'aws:SourceIp': 'nonsense' } }, ip, false),
    when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/a*' } }, { 'aws:PrincipalArn': 'arn:aws:iam::1:role/app' }, true),
    when({ ArnLike: { 'aws:PrincipalArn': 'arn:*/app' } }, { 'aws:PrincipalArn': 'arn:aws:iam::1:role/app' }, false),
    when({ NumericLessThanEquals: { 's3:max-keys': 10 } }, { 's3:max-keys': '9' }, true),
    when({ NumericGreaterThan: { 's3:max-keys': '9' } }, { 's3:max-keys': '10' }, true),
    when({ DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }, { 'aws:CurrentTime': '2026-01-01T00:00:00Z' }, true),
    when({ DateLessThan: { 'aws:EpochTime': '2020-01-01' } }, { 'aws:EpochTime': '1577836799' }, true),
    when({ Null: { 'aws:username': 'true' } }, { 'aws:username': [] }, true),
    when({ Null: { 'aws:username': 'true' } }, { 'aws:username': 'me' }, false),
    when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b', 'c'] } }, tags, true),
    when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }, tags, false),
    when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }, tags, true),
    when({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }, { 'aws:TagKeys': [] }, false),
    when({ IpAddress: { 'aws:SourceIp': '192.0.2.7' }, StringEquals: { 'aws:username': 'x' } }, { ...ip, 'aws:username': 'me' }, false),
  ])
})

t.test('a condition that cannot be judged never allows: an allow does not hold, a deny does', async (t) => {
  const unknown = [{ StringEquals: { 'aws:NoSuchKey': 'x' } }, { StringResembles: { 'aws:username': 'x' } }]
  const context = { 'aws:username': 'x' }
  await check(
    t,
    unknown.flatMap((Condition): Case[] => [
      [allow({ Condition }), get, object, context, 'silent'],
      [[allow({}), deny({ Condition })], get, object, context, 'deny'],
    ]),
  )
  const otherwise = { ...unknown[1], StringEquals: { 'aws:username': 'other' } }
  await check(t, [[[allow({}), deny({ Condition: otherwise })], get, object, context, 'allow']])
})
