import { ConnectionError } from '../hops/connection-error.ts'
import type { Machine } from '../hops/machine.ts'
import { StepError } from '../step-error.ts'
import { instanceOf, placeOf, socketOf } from './fault-target.ts'
import type { FaultTarget } from './fault-target.ts'

/** How long one look at a machine may take that is on its way up or down, in milliseconds. */
const lookMs = 5000

/** Switches the target off, and waits until EC2 says that it has stopped. */
export async function stopMachine(target: FaultTarget, signal: AbortSignal): Promise<void> {
  const { switchInstance } = await import('../aws/instance-power.ts')
  await switchInstance('stop', instanceOf(target), placeOf(target, signal))
  await untilStopped(target, signal)
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
  await untilStopped(target, signal)
}

/** Switches it on, and waits until it answers. */
export async function startMachine(target: FaultTarget, signal: AbortSignal): Promise<void> {
  const { switchInstance } = await import('../aws/instance-power.ts')
  await switchInstance('start', instanceOf(target), placeOf(target, signal))
  await untilAnswers(target, signal)
}

/** Starts it if it has stopped, or is about to. */
export async function startIfDown(target: FaultTarget, signal: AbortSignal): Promise<void> {
  const { instanceState } = await import('../aws/instance-power.ts')
  const state = await instanceState(instanceOf(target), placeOf(target, signal))
  if (state !== 'stopped' && state !== 'stopping') return
  await untilStopped(target, signal)
  await startMachine(target, signal)
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

async function untilStopped(target: FaultTarget, signal: AbortSignal): Promise<void> {
  const { instanceState } = await import('../aws/instance-power.ts')
  await target.wait('to be down', signal, async () => (await instanceState(instanceOf(target), placeOf(target, signal))) === 'stopped')
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
