import { existsSync } from 'node:fs'
import { workspaceAt } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { anyTestbedOptions, flag } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { countOf } from '../../system/count-of.ts'
import { machineNames } from '../../schemas/roles/index.ts'
import { readTargetRecord } from '../target/target-record.ts'
import { exitCodes } from '../exit-codes.ts'
import { readStoppedRecord } from '../testbed/stopped-record.ts'
import { bootingOf } from '../testbed/booting.ts'
import { isStopped } from '../testbed/require-started.ts'
import { refreshTestbed } from '../testbed/refresh-testbed.ts'
import { knownWorkspaces, selectTestbed } from '../testbed/select-testbed.ts'
import { labFolder } from '../product/folders.ts'
import { asTypedHere } from '../product/typed-as.ts'

/** `titus-bed status`: the machines that exist now, and how to reach them. */
export const command: CommandDefinition = {
  options: [...anyTestbedOptions, { flags: '--json', description: 'the testbed as JSON' }],
  examples: [
    ['titus-bed status', 'a line for each machine'],
    ['titus-bed status --json', 'all that is known, for other programs'],
  ],
  async run(invocation) {
    const { terminal, signal } = invocation
    const { workspace, testbed: raised } = selectTestbed(invocation)
    if (raised.target === 'hosts') return await tellHosts(invocation, raised)
    const testbed = await refreshTestbed(workspace, raised, signal)
    const [capabilities, agents] = await Promise.all([capabilitiesNow(testbed), countAgents(workspace, testbed, signal)])
    const price = await costsNow(workspace, testbed, agents.running)
    if (flag(invocation, 'json')) {
      const state = isStopped(testbed) ? 'stopped' : 'up'
      terminal.out(
        JSON.stringify({ ...testbed, state, agents, ...(price === undefined ? {} : { price: price.price }), capabilities }, null, 2),
      )
      return exitCodes.passed
    }
    const machines = testbed.target === 'lab' ? await (await import('../../lab/index.ts')).listMachines(labFolder(workspace)) : []
    terminal.out(`testbed ${testbed.name} on ${testbed.target}, account ${testbed.account}, region ${testbed.region}`)
    if (isStopped(testbed))
      terminal.out(asTypedHere(`it is stopped${agents.since === undefined ? '' : ` since ${agents.since}`}: titus-bed start`))
    const width = Math.max(...testbed.hosts.map(({ name }) => name.length))
    for (const host of testbed.hosts) {
      const known = machines.find(({ instanceId }) => instanceId === host.instanceId)?.state ?? ''
      const state =
        host.isDown === true ? `down${known === '' || known === 'running' ? '' : ` (${known})`}` : (bootingOf(host)?.how ?? known)
      terminal.out(`  ${host.name.padEnd(width)}  ${host.address.padEnd(15)}  ${host.instanceId}  ${state}`.trimEnd())
    }
    if (agents.running !== agents.wanted || isStopped(testbed)) terminal.out(`  agents: ${agents.running} of ${agents.wanted} run`)
    if (!isStopped(testbed) && testbed.hosts.some(({ isDown }) => isDown))
      terminal.out(asTypedHere('titus-bed start starts a machine that is stopped, titus-bed apply brings back one that is gone'))
    if (price !== undefined) terminal.out(price.line)
    terminal.out(renderCapabilities(capabilities))
    if (testbed.api.endpoint !== undefined)
      terminal.out(asTypedHere(`AWS API ${testbed.api.endpoint}: eval "$(titus-bed env)" points the aws CLI at it`))
    const others = raisedBeside(workspace.name, invocation.cwd)
    if (others.length > 0) terminal.out(`also here: ${others.join(', ')} (--testbed NAME)`)
    terminal.out(asTypedHere('titus-bed ssh HOST opens a shell; titus-bed destroy removes everything'))
    return exitCodes.passed
  },
}

/** How many agents run, how many there should be (of a testbed that is stopped: once it is started), and since when it is stopped by us. */
async function countAgents(workspace: Workspace, testbed: Testbed, signal: AbortSignal) {
  const [{ groupOf, runningAgents }, { readCapacity }] = await Promise.all([
    import('../testbed/wait-for-agents.ts'),
    import('../../stack/agent-group.ts'),
  ])
  const record = readStoppedRecord(workspace)
  const { desired } = record?.agents ?? (await readCapacity(groupOf(testbed), signal))
  return { running: runningAgents(testbed), wanted: desired, ...(record === undefined ? {} : { since: record.at }) }
}

/** What the testbed costs in an hour as it is now; undefined where it was raised by a titus-bed that did not write down with what. */
async function costsNow(workspace: Workspace, testbed: Testbed, agents: number) {
  const sizes = readTargetRecord(workspace)?.sizes
  if (sizes === undefined) return undefined
  const { priceLine, priceNow } = await import('../../stack/price/testbed-price.ts')
  const machines = machineNames.filter((role) => testbed.hosts.some(({ name, isDown }) => name === role && isDown !== true))
  const price = priceNow(testbed.region, sizes, { machines, agents })
  const onAws = testbed.target === 'aws' ? '' : 'nothing in the lab; on AWS '
  return { price, line: `costs now: ${onAws}${priceLine(testbed.region, price)}` }
}

/** Of hosts that titus-bed did not raise, only a log-in says whether they are up. */
async function tellHosts(invocation: Invocation, testbed: Testbed): Promise<number> {
  const { terminal, signal } = invocation
  const { reachHosts } = await import('../testbed/reach-hosts.ts')
  const reached = await reachHosts(testbed, signal)
  const capabilities = await capabilitiesNow(testbed)
  if (flag(invocation, 'json')) {
    const hosts = testbed.hosts.map((host) => ({ ...host, ...reached.get(host.name) }))
    terminal.out(JSON.stringify({ ...testbed, hosts, capabilities }, null, 2))
    return exitCodes.passed
  }
  terminal.out(`testbed ${testbed.name}: ${countOf(testbed.hosts.length, 'host')} that titus-bed did not raise`)
  const [names, addresses] = [testbed.hosts.map(({ name }) => name.length), testbed.hosts.map(({ address }) => address.length)]
  for (const { name, address, user } of testbed.hosts) {
    const { state = '', reason } = reached.get(name) ?? {}
    const line = `  ${name.padEnd(Math.max(...names))}  ${address.padEnd(Math.max(...addresses))}  ${user}  ${state}`
    terminal.out(reason === undefined ? line : `${line}: ${reason}`)
  }
  terminal.out(renderCapabilities(capabilities))
  return exitCodes.passed
}

/** The step kinds, which know what they can do where, are loaded only when they are asked. */
async function capabilitiesNow(testbed: Testbed): Promise<readonly string[]> {
  const [{ capabilitiesOf }, { stepKinds }] = await Promise.all([
    import('../../schemas/capabilities.ts'),
    import('../../runner/steps/index.ts'),
  ])
  return capabilitiesOf(testbed, stepKinds)
}

function renderCapabilities(capabilities: readonly string[]): string {
  return `capabilities, which scenarios may require: ${capabilities.join(', ')}`
}

function raisedBeside(name: string, cwd: string): readonly string[] {
  return knownWorkspaces(cwd).filter((other) => other !== name && existsSync(workspaceAt(cwd, other).testbed))
}
