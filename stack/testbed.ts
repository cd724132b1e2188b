import type { Instance as AnyInstance } from '@aws-sdk/client-ec2'
import { TestbedError } from '../schemas/failure.ts'
import { machineNames, wayIn } from '../schemas/roles/index.ts'
import type { MachineName } from '../schemas/roles/index.ts'
import type { AwsAccess, Hop, Host, Testbed } from '../schemas/testbed.ts'
import { learnHostKeys } from './host-keys.ts'
import type { HostKeys, ReadConsole } from './host-keys.ts'
import { listInstances } from './list-instances.ts'
import { machineTag } from './names.ts'

/** What of an instance, in the words of EC2, a testbed is made of. */
export type Instance = Pick<AnyInstance, 'InstanceId' | 'PrivateIpAddress' | 'PublicIpAddress' | 'Tags' | 'LaunchTime' | 'State'>

/** What is known of a testbed once it is applied. */
export interface AppliedTestbed {
  readonly name: string
  readonly target: Testbed['target']
  readonly region: string
  readonly account: string
  readonly access: AwsAccess
  /** Terraform's. */
  readonly outputs: Readonly<Record<string, string>>
  /** Those that are on record. Of the machines without one, `describeTestbed` and `testbedOf` look at the console. */
  readonly hostKeys: HostKeys
  /** The account of the machines' image that log-ins go to. */
  readonly loginUser: string
  /** The private login key's file: an absolute path. */
  readonly identityFile: string
  /** Where the first hop goes when it is not the bastion's public address: the relay into a lab. */
  readonly bastionAt?: Place
  /** The hosts as they were known before: of these, one that does not run now stays, as one that is down. */
  readonly before?: readonly Host[]
}

/** Where a connection goes. */
interface Place {
  readonly host: string
  readonly port: number
}

const groupTag = 'aws:autoscaling:groupName'

/** The output of the stack that tells the bastion's public address. */
const wayInOutput = `${wayIn}_ip`

/** What opens the way to the public address of the bastion, where it is not to be had directly: the relay into a lab. */
export type OpenWayIn = (publicAddress: string) => Promise<Place | undefined>

/** Asks EC2 for the machines of the testbed and says how to reach each.
 *  @throws TestbedError when a named machine does not run, or EC2 does not answer */
export async function describeTestbed(
  applied: AppliedTestbed,
  openWayIn: OpenWayIn,
  readConsole: ReadConsole,
  signal?: AbortSignal,
): Promise<Testbed> {
  return testbedOf(applied, await presentInstances(applied, signal), openWayIn, readConsole)
}

/** The same from what EC2 said. The bastion has another public address after every stop, and what was said of it before is not believed. */
export async function testbedOf(
  applied: AppliedTestbed,
  instances: readonly Instance[],
  openWayIn: OpenWayIn,
  readConsole: ReadConsole,
): Promise<Testbed> {
  const found = instances.find((instance) => isRunning(instance) && isNamed(instance, applied.name, wayIn))
  const publicAddress = found?.PublicIpAddress ?? applied.outputs[wayInOutput] ?? ''
  const bastionAt = await openWayIn(publicAddress)
  const outputs = { ...applied.outputs, [wayInOutput]: publicAddress }
  const located = { ...applied, outputs, ...(bastionAt === undefined ? {} : { bastionAt }) }
  const testbed = assembleTestbed(located, instances)
  const hostKeys = await learnHostKeys(testbed.hosts, applied.hostKeys, readConsole)
  return hostKeys.size === applied.hostKeys.size ? testbed : assembleTestbed({ ...located, hostKeys }, instances)
}

/** The same from what EC2 said: the named machines, then the agents in the order of their launch. Agents are those that the auto scaling
 *  group tagged, however many there are. A machine whose host key is not known boots.
 *  @throws TestbedError when a named machine does not run, and was not known before */
export function assembleTestbed(applied: AppliedTestbed, instances: readonly Instance[]): Testbed {
  const { name, target, region, account, outputs, access, before = [] } = applied
  const running = instances.filter(isRunning)
  const bastion = running.find((instance) => isNamed(instance, name, wayIn))?.InstanceId
  const first = hop(
    applied,
    wayIn,
    bastion ?? before.find((host) => host.name === wayIn)?.instanceId,
    applied.bastionAt ?? { host: outputs[wayInOutput] ?? '', port: 22 },
  )
  const named = machineNames.map((role): Host => {
    const found = running.find((instance) => isNamed(instance, name, role))
    if (found !== undefined) return host(applied, role, found, first)
    const known = before.find((candidate) => candidate.name === role)
    if (known !== undefined) return { ...known, isDown: true }
    throw new TestbedError(`the machine ${role} of testbed ${name} does not run`, { hint: 'bring it back: titus-bed apply' })
  })
  const agents = instances
    .filter((instance) => tag(instance, groupTag) === outputs['agent_asg_name'])
    .filter((instance) => isRunning(instance) || before.some(({ instanceId }) => instanceId === instance.InstanceId))
    .toSorted((a, b) => launchOrder(a).localeCompare(launchOrder(b)))
    .map((instance, index) => ({
      ...host(applied, `agents[${index}]`, instance, first),
      group: 'agents',
      ...(isRunning(instance) ? {} : { isDown: true as const }),
    }))
  return { name, target, region, account, hosts: [...named, ...agents], outputs, api: access }
}

function isNamed(instance: Instance, testbed: string, role: MachineName): boolean {
  return tag(instance, 'Name') === machineTag(testbed, role) && tag(instance, groupTag) === undefined
}

function isRunning({ State }: Instance): boolean {
  return (State?.Name ?? 'running') === 'running'
}

function host(applied: AppliedTestbed, name: string, instance: Instance, first: Hop): Host {
  const { InstanceId: instanceId, PrivateIpAddress: address, LaunchTime: launched = new Date(0) } = instance
  if (instanceId === undefined || address === undefined)
    throw new TestbedError(`EC2 tells no address of ${name}`, { hint: 'try again: titus-bed apply' })
  const route = name === wayIn ? [first] : [first, hop(applied, name, instanceId, { host: address, port: 22 })]
  const boots = applied.hostKeys.has(instanceId) ? {} : { bootingSince: launched.toISOString() }
  return { name, instanceId, address, user: applied.loginUser, ...boots, route }
}

function hop(applied: AppliedTestbed, name: string, instanceId: string | undefined, at: Place): Hop {
  const hostKeys = applied.hostKeys.get(instanceId ?? '') ?? []
  return { name, address: at.host, port: at.port, user: applied.loginUser, identityFile: applied.identityFile, hostKeys }
}

function presentInstances({ access, region, outputs }: AppliedTestbed, signal?: AbortSignal): Promise<readonly Instance[]> {
  const present = { 'vpc-id': [outputs['vpc_id'] ?? ''], 'instance-state-name': ['pending', 'running', 'stopping', 'stopped'] }
  return listInstances(access, region, present, signal)
}

function tag(instance: Instance, key: string): string | undefined {
  return instance.Tags?.find((candidate) => candidate.Key === key)?.Value
}

/** Sorts by time; instances of one launch have the same, so their id decides. */
function launchOrder(instance: Instance): string {
  return `${instance.LaunchTime?.toISOString() ?? ''} ${instance.InstanceId}`
}
