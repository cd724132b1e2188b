import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import type { AwsAccess, Testbed } from '../../schemas/testbed.ts'
import { machineNames } from '../../schemas/roles/index.ts'
import { machineTag } from '../../stack/names.ts'
import { consoleOf } from './fake-testbed.ts'

/** An AWS API on loopback that real clients ask: it answers what the tests of commands need, as the Query protocol of AWS does, and its JSON protocol. */
export interface LoopbackAws {
  readonly access: AwsAccess & { readonly endpoint: string; readonly credentialsFile: string }
  /** The actions that were asked for, in their order; a test may empty it. */
  readonly asked: string[]
}

/** What it says of an action: an XML document, a value of the JSON protocol, or the code of an error. */
export type Answers = Readonly<Record<string, Answer | ((body: string) => Answer)>>

type Answer = string | { readonly json: unknown } | { readonly refused: string }

/** What every machine has on its console, unless another answer is given: its host key. */
const console = consoleAnswer(consoleOf('i-any'))

/** What EC2 answers when it is asked for a console. */
export function consoleAnswer(said: string): string {
  return `<GetConsoleOutputResponse><output>${Buffer.from(said).toString('base64')}</output></GetConsoleOutputResponse>`
}

/** Starts it; it ends with the test. @param folder  where the credentials file goes */
export async function startLoopbackAws(t: Test, folder: string, answers: Answers): Promise<LoopbackAws> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const target = request.headers['x-amz-target']?.toString().split('.').at(-1)
      const action = target ?? new URLSearchParams(body).get('Action') ?? ''
      asked.push(action)
      const given = answers[action] ?? (action === 'GetConsoleOutput' ? console : { refused: 'InvalidAction' })
      const answer = typeof given === 'function' ? given(body) : given
      if (typeof answer === 'string') response.setHeader('content-type', 'text/xml').end(answer)
      else if ('json' in answer) response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(answer.json))
      else if (target === undefined) response.writeHead(403).end(refusal(answer.refused))
      else response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ __type: answer.refused }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => (server.closeAllConnections(), server.close()))
  const credentialsFile = join(folder, 'credentials')
  writeFileSync(credentialsFile, '[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = example\n')
  return { access: { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, credentialsFile }, asked }
}

/** What EC2 says of the machines of a testbed, and of its agents: their addresses, in the order of their launch. */
export function describeInstances({ name, outputs }: Testbed, agents: readonly string[]): string {
  const instance = (id: string, address: string, second: number, key: string, value: string) =>
    `<item><instanceId>${id}</instanceId><privateIpAddress>${address}</privateIpAddress>` +
    `<launchTime>2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z</launchTime>` +
    `<tagSet><item><key>${key}</key><value>${value}</value></item></tagSet></item>`
  const machines = machineNames.map((machine, index) =>
    instance(`i-${machine}`, `30.0.100.${10 + index}`, 0, 'Name', machineTag(name, machine)),
  )
  const group = agents.map((address, index) =>
    instance(`i-agent-${index}`, address, index + 1, 'aws:autoscaling:groupName', outputs['agent_asg_name'] ?? ''),
  )
  return `<DescribeInstancesResponse><reservationSet><item><instancesSet>${[...machines, ...group].join('')}</instancesSet></item></reservationSet></DescribeInstancesResponse>`
}

/** What Auto Scaling says of the group of the agents. */
export function describeGroup({ outputs }: Testbed, desired: number): string {
  const group = `<AutoScalingGroupName>${outputs['agent_asg_name']}</AutoScalingGroupName><MinSize>0</MinSize><DesiredCapacity>${desired}</DesiredCapacity><MaxSize>9</MaxSize>`
  return `<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>${group}</member></AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>`
}

function refusal(code: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>no</Message></Error></Errors></Response>`
}
