import t from 'tap'
import { parseAwsError } from '../../../deb/titus-agent/aws/query-api.ts'
import { parseInstanceCredentials } from '../../../deb/titus-agent/aws/instance-metadata.ts'
import { sha256, signRequest, unsignedPayload } from '../../../deb/titus-agent/aws/signature.ts'
import { findText, listItems, parseXml } from '../../../deb/titus-agent/aws/xml.ts'
import { findLeaderNode, parseLeader } from '../../../deb/zookeeper/mesos-leader.ts'
import {
  parseAttributes,
  parseInterfaceLimits,
  parseResources,
  parseSettings,
  SettingError,
} from '../../../deb/titus-agent/mesos/settings.ts'
import { createTaskLedger } from '../../../deb/titus-agent/mesos/task-ledger.ts'
import { splitLines } from '../../../deb/titus-agent/executor/messages.ts'
import { makeTask } from './task-info.ts'

t.test('signatures cover what AWS wants covered', async (t) => {
  const at = new Date('2015-08-30T12:36:00.123Z')
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'token' }
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const where = { host: 'sts.us-east-1.amazonaws.com', path: '/', service: 'sts', region: 'us-east-1', at }
  const headers = signRequest({ method: 'POST', ...where, headers: form, payload: sha256('Action=X') }, credentials)
  t.equal(headers['x-amz-date'], '20150830T123600Z')
  t.equal(headers['x-amz-security-token'], 'token')
  const scope = 'Credential=AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request'
  const signed = 'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token'
  t.match(headers['authorization'], new RegExp(`^AWS4-HMAC-SHA256 ${scope}, ${signed}, Signature=[0-9a-f]{64}$`))

  const object = { host: 's3.us-east-1.amazonaws.com', path: '/bucket/a%20b', service: 's3', region: 'us-east-1', at }
  const put = (path: string) =>
    signRequest({ method: 'PUT', ...object, path, headers: { 'x-amz-acl': 'private' }, payload: unsignedPayload }, credentials)
  t.match(put(object.path)['authorization'], /SignedHeaders=host;x-amz-acl;x-amz-date;x-amz-security-token, /)
  t.not(put(object.path)['authorization'], put('/bucket/other')['authorization'], 'the path is covered')
})

t.test('XML answers', async (t) => {
  const root = parseXml(
    '<?xml version="1.0"?>\n<R xmlns="x"><a>1 &lt; 2 &#x41;</a><set><item><b/></item><item><b>2</b></item></set><e/></R>',
  )
  t.equal(findText(root, 'a'), '1 < 2 A')
  t.same(
    listItems(root, 'set').map((item) => findText(item, 'b')),
    ['', '2'],
  )
  t.equal(findText(root, 'set.nothing'), undefined)
  for (const bad of ['', '<a><b></a>', '<a>']) t.throws(() => parseXml(bad), Error, bad)
})

t.test('errors of both kinds of query API', async (t) => {
  const ec2 = parseAwsError(
    '<Response><Errors><Error><Code>InvalidGroup.NotFound</Code><Message>m</Message></Error></Errors></Response>',
    400,
  )
  t.match(ec2, { code: 'InvalidGroup.NotFound', status: 400 })
  t.match(parseAwsError('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>', 403), {
    code: 'AccessDenied',
    status: 403,
  })
  t.match(parseAwsError('<Error><Code>NoSuchBucket</Code><Message>m</Message></Error>', 404), { code: 'NoSuchBucket', message: /: m$/ })
  t.match(parseAwsError('gateway says no', 502), { code: 'HTTP 502' })
  t.throws(() => parseInstanceCredentials('{"AccessKeyId":"a"}'), { message: /incomplete/ })
})

t.test('settings', async (t) => {
  const env = {
    MESOS_MASTER: 'zk://30.0.100.10:2181,b:2181/titus/mainvpc/mesos',
    MESOS_IP: '30.0.100.140',
    MESOS_RESOURCES: 'ports:[7150-7200];cpus:2;mem:7168;disk:30000;network:9000',
    MESOS_ATTRIBUTES: 'region:eu-west-1;id:i-1;res:ResourceSet-ENIs-1-10;odd:a:b',
  }
  t.match(parseSettings(env), {
    zookeeper: '30.0.100.10:2181,b:2181',
    path: '/titus/mainvpc/mesos',
    hostname: '30.0.100.140',
    port: 5051,
    executor: '/apps/titus-executor/bin/run',
    resources: { cpus: 2, mem: 7168, disk: 30_000, network: 9_000, ports: '[7150-7200]' },
    attributes: { region: 'eu-west-1', odd: 'a:b' },
  })
  for (const change of [{ MESOS_MASTER: '30.0.100.10:5050' }, { MESOS_IP: '' }, { MESOS_PORT: 'x' }, { MESOS_RESOURCES: 'cpus:two' }]) {
    t.throws(() => parseSettings({ ...env, ...change }), SettingError, JSON.stringify(change))
  }
  t.throws(() => parseResources('cpus:2;mem:1;disk:1'), { message: /network/ })
  t.same(parseAttributes(' a:1 ; b:2;;junk'), { a: '1', b: '2' })
  t.same(parseInterfaceLimits('ResourceSet-ENIs-7-30'), { interfaces: 7, addresses: 30 })
  t.throws(() => parseInterfaceLimits('ResourceSet-ENIs'), SettingError)
})

t.test('the leading master', async (t) => {
  t.equal(findLeaderNode(['log_replicas', 'json.info_0000000012', 'json.info_0000000003', 'info_0000000001']), 'json.info_0000000003')
  t.equal(findLeaderNode(['log_replicas']), undefined)
  t.same(parseLeader('n', Buffer.from('{"hostname":"h","port":1,"address":{"ip":"1.2.3.4","port":5050}}')), {
    node: 'n',
    host: '1.2.3.4',
    port: 5050,
  })
  t.equal(parseLeader('n', Buffer.from('torn')), undefined)
})

t.test('the ledger tells the master everything once, and what is alive at any time', async (t) => {
  const ledger = createTaskLedger()
  ledger.accept(makeTask({ taskId: 'a' }))
  ledger.accept(makeTask({ taskId: 'b' }))
  ledger.note({ taskId: 'a', state: 'TASK_RUNNING', message: 'running' })
  ledger.note({ taskId: 'b', state: 'TASK_FINISHED', message: 'finished' })
  t.match(ledger.alive(), [{ taskId: 'a', state: 'TASK_RUNNING', task: { taskId: 'a' } }])
  const first = ledger.pending()
  t.match(first, { taskId: 'a' })
  if (first) ledger.settle(first)
  t.match(ledger.pending(), { taskId: 'b', state: 'TASK_FINISHED' })
  ledger.replace([])
  t.same(ledger.alive(), [], 'a restarted executor that knows of none')
})

t.test('lines that come in pieces', async (t) => {
  const lines: string[] = []
  const feed = splitLines((line) => lines.push(line))
  for (const chunk of ['a', 'b\n\nc', '\n', 'd']) feed(chunk)
  t.same(lines, ['ab', 'c'])
})
