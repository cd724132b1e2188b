import { setTimeout as sleep } from 'node:timers/promises'
import { TestbedError } from '../../schemas/failure.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import { instanceStates, switchInstance } from '../../stack/instance-power.ts'

/** What switching machines acts through, and for how long it waits for each. Milliseconds. */
export interface PowerParts {
  readonly switchInstance: typeof switchInstance
  readonly instanceStates: typeof instanceStates
  readonly deadlineMs: number
  readonly pollMs: number
}

const usualParts: PowerParts = { switchInstance, instanceStates, deadlineMs: 600_000, pollMs: 1000 }

/** The machines of a testbed that exist once, in the order in which one stands on the other. */
export function namedHosts({ hosts }: Testbed): readonly Host[] {
  return hosts.filter(({ group }) => group === undefined)
}

/** Stops the machines that exist once, one after the other: what stands on another first, the way in last. One that is stopped is left so.
 *  @returns the names of those that were stopped now
 *  @throws TestbedError when EC2 refuses, or one has not stopped in time */
export async function stopMachines(
  testbed: Testbed,
  say: (line: string) => void,
  signal: AbortSignal,
  parts: PowerParts = usualParts,
): Promise<readonly string[]> {
  const stopped: string[] = []
  for (const host of namedHosts(testbed).toReversed()) {
    const state = await stateOf(host, testbed, signal, parts)
    if (state === 'stopped' || state === 'terminated' || state === 'shutting-down') continue
    if (state === 'pending') await untilState(host, 'running', testbed, say, signal, parts)
    if (state !== 'stopping') await parts.switchInstance('stop', host.instanceId, placeOf(testbed), signal)
    await untilState(host, 'stopped', testbed, say, signal, parts)
    stopped.push(host.name)
  }
  return stopped
}

/** Starts the machines that exist once and do not run, one after the other: the way in first, what stands on another after that.
 *  @returns the names of those that were started now
 *  @throws TestbedError when one is gone, EC2 refuses, or one has not started in time */
export async function startMachines(
  testbed: Testbed,
  say: (line: string) => void,
  signal: AbortSignal,
  parts: PowerParts = usualParts,
): Promise<readonly string[]> {
  const started: string[] = []
  for (const host of namedHosts(testbed)) {
    const state = await stateOf(host, testbed, signal, parts)
    if (state === 'running') continue
    if (state === 'terminated' || state === 'shutting-down')
      throw new TestbedError(`the machine ${host.name} of testbed ${testbed.name} is gone`, { hint: 'titus-bed apply makes it anew' })
    if (state === 'stopping') await untilState(host, 'stopped', testbed, say, signal, parts)
    if (state !== 'pending') await parts.switchInstance('start', host.instanceId, placeOf(testbed), signal)
    await untilState(host, 'running', testbed, say, signal, parts)
    started.push(host.name)
  }
  return started
}

/** The names of those that exist once and are stopped, or about to be. @throws TestbedError when EC2 does not say */
export async function stoppedMachines(testbed: Testbed, signal: AbortSignal, parts: PowerParts = usualParts): Promise<readonly string[]> {
  const hosts = namedHosts(testbed)
  const states = await parts.instanceStates(
    hosts.map(({ instanceId }) => instanceId),
    placeOf(testbed),
    signal,
  )
  return hosts.filter(({ instanceId }) => (states.get(instanceId) ?? '').startsWith('stop')).map(({ name }) => name)
}

async function stateOf({ instanceId }: Host, testbed: Testbed, signal: AbortSignal, { instanceStates: ask }: PowerParts): Promise<string> {
  return (await ask([instanceId], placeOf(testbed), signal)).get(instanceId) ?? 'terminated'
}

async function untilState(
  host: Host,
  wanted: 'running' | 'stopped',
  testbed: Testbed,
  say: (line: string) => void,
  signal: AbortSignal,
  parts: PowerParts,
): Promise<void> {
  const deadline = performance.now() + parts.deadlineMs
  for (;;) {
    const state = await stateOf(host, testbed, signal, parts)
    say(`${host.name} is ${state}`)
    if (state === wanted) return
    if (state === 'terminated') throw new TestbedError(`the machine ${host.name} is gone`, { hint: 'titus-bed apply makes it anew' })
    // A machine that is back in the state that it was to leave did not go on: EC2 has no room for it, or somebody else switched it.
    if (wanted === 'running' && state === 'stopped' && performance.now() > deadline - parts.deadlineMs + 5 * parts.pollMs)
      throw new TestbedError(`EC2 does not start the machine ${host.name}: it is ${state} again`, { hint: 'try again: titus-bed start' })
    if (performance.now() > deadline)
      throw new TestbedError(`the machine ${host.name} is not ${wanted} after ${parts.deadlineMs / 60_000} minutes, but ${state}`, {
        hint: 'go on: titus-bed stop, or titus-bed start',
      })
    await sleep(parts.pollMs, undefined, { signal })
  }
}

function placeOf({ api, region }: Testbed) {
  return { access: api, region }
}
