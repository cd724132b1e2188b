import t from 'tap'
import * as ec2 from '@aws-sdk/client-ec2'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { callsOf, credentialCalls } from '../../../runner/aws/call-rules.ts'
import { inputFlaws } from '../../../runner/aws/check-input.ts'
import { joinPages } from '../../../runner/aws/join-pages.ts'
import { serviceNames } from '../../../runner/aws/read-calls.ts'
import { awsServices } from '../../../runner/aws/services.ts'
import type { Json } from '../../../schemas/json.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { runScenarios } from '../../../runner/index.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import type { StepSource } from '../build-scenario.ts'
import { testbed } from '../local-run.ts'
import { codesOf } from '../../schemas/language/scenario-text.ts'
import { admin, startLabApi } from '../../lab/api/lab-api.ts'

t.test('a call that changes something, gives a credential away or does not exist is an error at load', async (t) => {
  const one = (aws: string) => codesOf(`steps:\n  - { aws: ${aws}, expect: { json: {} } }\n`)
  t.same(await one('{ service: ec2, call: DescribeInstances }'), [])
  t.same(await one('{ service: ec2, call: TerminateInstances }'), ['changing-call 3:34'])
  t.same(await one('{ service: s3, call: PutObject }'), ['changing-call 3:33'])
  t.same(await one('{ service: ec2, call: describe-instances }'), ['changing-call 3:34'])
  t.same(await one('{ service: ec2, call: Describe }'), ['changing-call 3:34'])
  t.same(await one('{ service: ec2, call: GetPasswordData }'), ['credential-call 3:34'])
  t.same(await one('{ service: sts, call: GetSessionToken }'), ['credential-call 3:34'])
  t.same(await one('{ service: ec2, call: DescribeInstancess }'), ['unknown-call 3:34'])
  t.same(await one('{ service: nope, call: DescribeInstances }'), ['unknown-value 3:23'])
  t.same(await one('{ service: ec2 }'), ['missing-key 3:12'])
  t.same(await codesOf('steps:\n  - { host: bastion, aws: { service: ec2, call: DescribeInstances }, expect: { json: {} } }\n'), [
    'key-not-here 3:7',
  ])
  t.same(await codesOf('steps:\n  - { aws: { service: ec2, call: DescribeInstances } }\n'), ['no-assertion 2:1'])
})

t.test('the lists of calls are those of the clients, and hold no call that is refused', async (t) => {
  t.same(serviceNames, Object.keys(awsServices))
  for (const [name, { load, client }] of Object.entries(awsServices)) {
    const module = await load()
    t.type(module[client], 'function')
    const reading = Object.keys(module).flatMap((key) => /^((?:Describe|Get|List|Head|Lookup)[A-Z]\w*)Command$/.exec(key)?.[1] ?? [])
    t.same([...callsOf(name)].sort(), reading.filter((call) => !credentialCalls.includes(call)).sort(), name)
    t.ok(
      callsOf(name).every((call) => Array.isArray(module[`${call}$`])),
      'each has its model, by which its input is checked',
    )
  }
})

t.test('an input that the call does not know is told, wherever it stands', async (t) => {
  const flaws = (input: Json) => inputFlaws(input, ec2.DescribeInstances$[4])
  t.same(flaws({ InstanceIds: ['i-1'], Filters: [{ Name: 'a', Values: ['b'] }] }), [])
  t.same(flaws({ InstanceId: ['i-1'] }), ['with takes no InstanceId: did you mean "InstanceIds"?'])
  t.same(flaws({ Filters: [{ Name: 'a', Value: ['b'] }] }), ['with.Filters[0] takes no Value: did you mean "Values"?'])
  t.same(flaws({ InstanceIds: 'i-1' }), ['with.InstanceIds is no list'])
})

t.test('pages become one answer; one whose rest cannot be asked for is not whole', async (t) => {
  t.same(
    joinPages([
      { Keys: [1], KeyCount: 1, NextToken: 'a', Name: 'x' },
      { Keys: [2, 3], KeyCount: 2 },
    ]),
    {
      json: { Keys: [1, 2, 3], KeyCount: 3, Name: 'x' },
    },
  )
  t.match(joinPages([{ Contents: [], IsTruncated: true }]), { rest: /there is more/ })
})

t.test('the API of the lab is asked, as who its file names', async (t) => {
  const lab = await startLabApi()
  t.teardown(() => lab.stop())
  const credentials = t.testdir({
    file: `[default]\naws_access_key_id = ${admin.accessKeyId}\naws_secret_access_key = ${admin.secretAccessKey}\n`,
    wrong: '[default]\naws_access_key_id = NOBODY\naws_secret_access_key = x\n',
  })
  const api = { endpoint: lab.endpoint, credentialsFile: `${credentials}/file` }
  const settings = { region: 'eu-west-1', endpoint: lab.endpoint, forcePathStyle: true, credentials: admin }
  const [cloud, store] = [new ec2.EC2Client(settings), new S3Client(settings)]
  t.teardown(() => (cloud.destroy(), store.destroy()))
  for (const cidr of ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16']) await cloud.send(new ec2.CreateVpcCommand({ CidrBlock: cidr }))
  await store.send(new CreateBucketCommand({ Bucket: 'logs', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }))
  for (const Key of ['a', 'b', 'c']) await store.send(new PutObjectCommand({ Bucket: 'logs', Key, Body: `text of ${Key}` }))

  const ask = async (access: Testbed['api'], params: Json, source: StepSource) => {
    const scenario = buildScenario('aws', [buildStep('aws', params, source)])
    const report = await runScenarios({ testbed: { ...testbed, api: access }, scenarios: [scenario], onEvent: () => undefined })
    return report.scenarios[0]?.steps[0]
  }
  const vpcs = { service: 'ec2', call: 'DescribeVpcs', with: { Filters: [{ Name: 'cidr', Values: ['10.*'] }] } }
  const found = await ask(api, vpcs, { expect: { 'json.Vpcs[].CidrBlock | sort(@)': ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'] } })
  t.match(found, { outcome: 'passed', checks: [{ passed: true }] })
  const list = { service: 's3', call: 'ListObjectsV2', with: { Bucket: 'logs', MaxKeys: 1 } }
  t.match(await ask(api, list, { expect: { 'json.Contents[].Key': ['a', 'b', 'c'], 'json.KeyCount': 3 } }), { outcome: 'passed' })
  t.match(
    await ask(
      api,
      { ...list, call: 'ListObjectVersions', with: { Bucket: 'logs', MaxKeys: 1 } },
      { expect: { 'json.Versions[].Key': ['a', 'b', 'c'] } },
    ),
    {
      outcome: 'passed',
    },
  )
  const object = { service: 's3', call: 'GetObject', with: { Bucket: 'logs', Key: 'b' } }
  t.match(await ask(api, object, { expect: { 'json.Body': 'text of b' } }), { outcome: 'passed' })
  t.match(await ask(api, object, { maxOutputBytes: 4, expect: { 'json.Body': 'text' } }), {
    outcome: 'errored',
    problem: { code: 'incomplete' },
  })
  t.match(await ask(api, { service: 'sts', call: 'GetCallerIdentity' }, { expect: { 'json.Account': '123456789012' } }), {
    outcome: 'passed',
  })
  const missing = { service: 'ec2', call: 'DescribeInstances', with: { InstanceIds: ['i-0123456789abcdef0'] } }
  t.match(await ask(api, missing, { expect: { json: {} } }), {
    outcome: 'errored',
    problem: { code: 'aws', message: /DescribeInstances: InvalidInstanceID\.NotFound/ },
  })
  t.match(await ask(api, { ...vpcs, with: { Filter: [] } }, { expect: { json: {} } }), {
    outcome: 'errored',
    problem: { code: 'bad-parameter' },
  })
  t.match(await ask({ ...api, credentialsFile: `${credentials}/wrong` }, vpcs, { expect: { json: {} } }), {
    outcome: 'errored',
    problem: { code: 'aws' },
  })
  t.match(await ask({ ...api, credentialsFile: '/nowhere' }, vpcs, { expect: { json: {} } }), {
    outcome: 'errored',
    problem: { code: 'connection' },
  })
  t.match(await ask({ ...api, endpoint: 'http://127.0.0.1:1' }, vpcs, { expect: { json: {} } }), {
    outcome: 'errored',
    problem: { code: 'connection' },
  })
})
