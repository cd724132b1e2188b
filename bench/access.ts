import { createHops } from '../runner/hops/hops.ts'
import { callAws } from '../runner/steps/aws-calls.ts'
import type { Testbed } from '../schemas/testbed.ts'
import { readCpuMs } from './cpu.ts'
import type { Bench, Figure } from './figure.ts'

const host = 'agents[0]'
const timeoutMs = 120_000
const calls: readonly (readonly string[])[] = [
  ['sts', 'get-caller-identity', '--output', 'json'],
  ['s3', 'ls'],
  ['ec2', 'describe-instances'],
  ['iam', 'list-roles'],
  ['autoscaling', 'describe-auto-scaling-groups'],
]

/** What a call of the AWS CLI costs an agent, in one column of an `access` table and as a command of its own, in turns. */
export async function measureAccess({ runs, say, signal }: Bench, testbed: Testbed): Promise<readonly Figure[]> {
  const instanceId = testbed.hosts.find(({ name }) => name === host)?.instanceId
  if (instanceId === undefined) throw new Error(`the testbed has no ${host}`)
  const hops = createHops(testbed)
  const machine = hops.machine(host)
  const env = { AWS_DEFAULT_REGION: testbed.region, AWS_PAGER: '' }
  const inTable = async () => (await callAws(machine, calls, { env, eachMs: timeoutMs, timeoutMs, signal })).map(({ exitCode }) => exitCode)
  const alone = async () => {
    const codes: (number | null)[] = []
    for (const words of calls) codes.push((await machine.exec(['aws', ...words], { env, timeoutMs, signal })).exitCode)
    return codes
  }
  const cpuOfCall = async (work: () => Promise<readonly (number | null)[]>): Promise<number> => {
    const before = readCpuMs(instanceId)
    const codes = await work()
    if (codes.length !== calls.length || codes.some((code) => code !== 0))
      throw new Error(`calls of the AWS CLI ended with ${codes.join(', ')}`)
    return (readCpuMs(instanceId) - before) / calls.length
  }
  say(`access: ${calls.length} calls of the AWS CLI each way`)
  try {
    const [together, each]: [number[], number[]] = [[], []]
    for (let run = 0; run < runs; run += 1) {
      together.push(await cpuOfCall(inTable))
      each.push(await cpuOfCall(alone))
    }
    const how = `a call on ${host}, from its cgroup; ${calls.length} calls`
    return [
      { name: 'CPU of an access cell', cold: [], warm: together, how: `${how} of one identity in a table` },
      { name: 'CPU of an aws command', cold: [], warm: each, how: `${how}, each a command` },
    ]
  } finally {
    await hops.close()
  }
}
