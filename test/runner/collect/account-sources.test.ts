import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { accountSources } from '../../../runner/collect/account-sources.ts'
import type { Testbed } from '../../../schemas/testbed.ts'

/** A testbed in an account behind an address. */
function testbedAt(api: Testbed['api'], target: Testbed['target'] = 'aws'): Testbed {
  const hosts = [{ name: 'agents[0]', instanceId: 'i-1', address: '30.0.100.4', user: 'admin', route: [] }]
  return {
    name: 't',
    target,
    region: 'eu-west-1',
    account: '123456789012',
    outputs: { vpc_id: 'vpc-1', agent_asg_name: 'agents' },
    hosts,
    api,
  }
}

t.test('the account is asked of the network of the testbed, its group and the consoles of its machines', async (t) => {
  const asked: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const call = new URLSearchParams(await text(request))
    asked.push(`${call.get('Action') ?? ''} ${call.get('Filter.1.Value.1') ?? call.get('InstanceId') ?? ''}`.trim())
    if (call.get('Action') === 'DescribeSecurityGroups')
      response.writeHead(400).end('<Response><Errors><Error><Code>Denied</Code></Error></Errors></Response>')
    else response.end(`<r><instanceId>i-1</instanceId><output>${Buffer.from('login:').toString('base64')}</output></r>`)
  }
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const credentialsFile = join(t.testdir({}), 'credentials')
  writeFileSync(credentialsFile, '[default]\naws_access_key_id = a\naws_secret_access_key = b\n')
  const sources = accountSources(testbedAt({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, credentialsFile }))
  const told = new Map(
    await Promise.all(
      sources.map(
        async ({ of, name, tell }) =>
          [`${of}/${name}`, await tell(AbortSignal.timeout(20_000)).catch((error: Error) => error.message)] as const,
      ),
    ),
  )
  t.same(
    [...told.keys()],
    ['aws/instances', 'aws/interfaces', 'aws/security-groups', 'aws/scaling-groups', 'aws/scaling-activities', 'agents[0]/console'],
  )
  t.ok(asked.includes('DescribeInstances vpc-1') && asked.includes('DescribeScalingActivities'))
  t.equal(told.get('agents[0]/console'), 'login:')
  t.match(told.get('aws/security-groups'), 'Denied', 'why it could not be told is told')
})

t.test('where there is no account of the testbed, nobody is asked', async (t) => {
  t.same(accountSources(testbedAt({}, 'hosts')), [])
  t.same(accountSources(testbedAt({}, 'lab')), [])
  const names = (target: Testbed['target']) => accountSources(testbedAt({ endpoint: 'http://127.0.0.1:1' }, target)).map(({ name }) => name)
  t.same(names('lab'), names('aws'), 'the lab has the API of AWS')
})
