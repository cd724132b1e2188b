import { ConnectionError } from '../hops/connection-error.ts'
import type { Machine } from '../hops/machine.ts'
import { StepError } from '../step-error.ts'
import type { InstanceState } from '../aws/instance-power.ts'
import { instanceOf, placeOf, socketOf } from './fault-target.ts'
import type { FaultTarget } from './fault-target.ts'

/** How long one look at a machine may take that is on its way up or down, in milliseconds. */
const lookMs = 5000

/** Switches the target off, and waits until EC2 says that it has stopped, or that its group has ended it for that. */
export async function stopMachine(target: FaultTarget, signal: AbortSignal): Promise<void> {
  const { switchInstance } = await import('../aws/instance-power.ts')
  await switchInstance('stop', instanceOf(target), placeOf(target, signal))
  await untilDown(target, signal)
}

/** Takes the power from it: in the lab its processes are killed, on AWS its kernel switches off at once. Waits as `stopMachine` does. */
export async function crashMachine(target: FaultTarget, signal: AbortSignal): Promise<void> {
  const instanceId = instanceOf(target)
  if (target.testbed.target === 'lab') {
    const { askRegion } = await import('./lab-region.ts')
    await askRegion(socketOf(target), { method: 'PUT', instanceId, kind: 'crash' }, signal)
  } else {
    const { cutPower } = await import('./over-ssh.ts')
    await cutPower(target.machine, signal)
  }
  await untilDown(target, signal)
}

/** Switches it on, and waits until it answers. @throws StepError when it is no more */
export async function startMachine(target: FaultTarget, signal: AbortSignal): Promise<void> {
  const { switchInstance } = await import('../aws/instance-power.ts')
  const { state, scalingGroup } = await stateOf(target, signal)
  if (isGone(state)) throw gone(target, scalingGroup)
  await switchInstance('start', instanceOf(target), placeOf(target, signal))
  await untilAnswers(target, signal)
}

/**
 * Starts it if it has stopped, or is about to. For a machine that its auto scaling group has ended, as it ends every member that does not
 * run, another one does: that is waited for.
 * @returns whether the machine itself is there
 * @throws  StepError when it is no more, and nothing takes its place
 */
export async function startIfDown(target: FaultTarget, signal: AbortSignal): Promise<boolean> {
  let { state, scalingGroup } = await stateOf(target, signal)
  if (state === 'stopping') ({ state, scalingGroup } = await untilDown(target, signal))
  if (state === 'stopped') await startMachine(target, signal)
  if (!isGone(state)) return true
  if (scalingGroup === undefined) throw gone(target, scalingGroup)
  const { isGroupWhole } = await import('../aws/scaling-group.ts')
  await target.wait(`to be replaced by its group ${scalingGroup}`, signal, () => isGroupWhole(scalingGroup, placeOf(target, signal)))
  return false
}

/** Heals what `stopMachine` and `crashMachine` have done: waits until it answers, or another one is in its place. */
export async function restorePower(target: FaultTarget, signal: AbortSignal): Promise<void> {
  if (await startIfDown(target, signal)) await untilAnswers(target, signal)
}

/** Reboots it, and waits until it has booted anew. @returns milliseconds from the last answer before to the first one after */
export async function rebootMachine(target: FaultTarget, signal: AbortSignal): Promise<number> {
  const { machine, clock } = target
  const before = await bootOf(machine, signal)
  if (before === undefined) throw new StepError('connection', `${machine.name} does not answer, and so cannot be seen to reboot`)
  const { switchInstance } = await import('../aws/instance-power.ts')
  await switchInstance('reboot', instanceOf(target), placeOf(target, signal))
  let lastMs = clock.elapsed()
  await target.wait('to have booted anew', signal, async () => {
    const boot = await bootOf(machine, signal)
    if (boot === before) lastMs = clock.elapsed()
    return boot !== undefined && boot !== before
  })
  return Math.round(clock.elapsed() - lastMs)
}

/** Waits until it answers over SSH. */
export async function untilAnswers(target: FaultTarget, signal: AbortSignal): Promise<void> {
  await target.wait('to answer', signal, async () => (await bootOf(target.machine, signal)) !== undefined)
}

async function stateOf(target: FaultTarget, signal: AbortSignal): Promise<InstanceState> {
  const { instanceState } = await import('../aws/instance-power.ts')
  return instanceState(instanceOf(target), placeOf(target, signal))
}

async function untilDown(target: FaultTarget, signal: AbortSignal): Promise<InstanceState> {
  let last: InstanceState = { state: 'unknown' }
  await target.wait('to be down', signal, async () => {
    last = await stateOf(target, signal)
    return last.state === 'stopped' || isGone(last.state)
  })
  return last
}

function isGone(state: string): boolean {
  return state === 'shutting-down' || state === 'terminated'
}

function gone({ machine }: FaultTarget, scalingGroup: string | undefined): StepError {
  return scalingGroup === undefined
    ? new StepError('machine', `${machine.name} has been terminated`, { hint: 'titus-bed apply makes it anew' })
    : new StepError('machine', `${machine.name} has been terminated: its auto scaling group ${scalingGroup} replaces who does not run`, {
        hint: 'what follows in this run has no machine of that name; the next run finds the new one',
      })
}

/** The id that the kernel gave to the boot of a machine; undefined while it does not answer. @throws ConnectionError when it is not the machine that it should be */
async function bootOf(target: Machine, signal: AbortSignal): Promise<string | undefined> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(lookMs)])
    const exit = await target.exec(['cat', '/proc/sys/kernel/random/boot_id'], { timeoutMs: lookMs, signal: limited })
    return exit.exitCode === 0 ? exit.stdout.trim() : undefined
  } catch (error) {
    if (error instanceof ConnectionError && ['connection', 'interrupted', 'login'].includes(error.code)) return undefined
    throw error
  }
}
