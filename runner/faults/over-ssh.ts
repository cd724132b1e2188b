import { readFileSync } from 'node:fs'
import type { Machine } from '../hops/machine.ts'
import type { Slowness } from './fault-params.ts'
import { runAsRoot } from './run-as-root.ts'

const fill = readFileSync(new URL('./fill-disk.sh', import.meta.url), 'utf8')
const slow = readFileSync(new URL('./slow-network.sh', import.meta.url), 'utf8')
const skew = readFileSync(new URL('./skew-clock.sh', import.meta.url), 'utf8')
// The machine answers before it is gone.
const powerOff = `echo 1 >/proc/sys/kernel/sysrq; nohup sh -c 'sleep 0.5; echo o >/proc/sysrq-trigger' >/dev/null 2>&1 &`
const cutConnections = `ss --kill --tcp 'not ( sport = :22 or dport = :22 )' >/dev/null`

/** Fills the file system of a folder up to a share, in hundredths of a percent. @returns the bytes that it took */
export async function fillDisk(machine: Machine, folder: string, basisPoints: number, signal: AbortSignal): Promise<number> {
  return Number(await runAsRoot(machine, fill, [folder, String(basisPoints)], signal))
}

/** Takes away what has filled its disks; harmless when nothing has. */
export async function freeDisk(machine: Machine, signal: AbortSignal): Promise<void> {
  await runAsRoot(machine, fill, [], signal)
}

/** Makes the network cards of a machine slow, by tc(8) there. @throws StepError when its kernel has no netem */
export async function slowNetwork(machine: Machine, slowness: Slowness, signal: AbortSignal): Promise<void> {
  await runAsRoot(machine, slow, netemArguments(slowness), signal)
}

/** Makes them as fast as ever; harmless when they are. */
export async function restoreNetwork(machine: Machine, signal: AbortSignal): Promise<void> {
  await runAsRoot(machine, slow, [], signal)
}

/** The arguments of netem. @see tc-netem(8) */
export function netemArguments({ delayMs, jitterMs, lossBasisPoints, bitsPerSecond }: Slowness): readonly string[] {
  return [
    ...(delayMs === undefined ? [] : ['delay', `${delayMs}ms`, ...(jitterMs === undefined ? [] : [`${jitterMs}ms`])]),
    ...(lossBasisPoints === undefined ? [] : ['loss', `${lossBasisPoints / 100}%`]),
    ...(bitsPerSecond === undefined ? [] : ['rate', `${bitsPerSecond}bit`]),
  ]
}

/** Sets the clock of a machine wrong by milliseconds, and stops what would set it right. */
export async function skewClock(machine: Machine, offsetMs: number, signal: AbortSignal): Promise<void> {
  await runAsRoot(machine, skew, [String(offsetMs)], signal)
}

/** Sets it right again; harmless when it is. */
export async function setClockRight(machine: Machine, signal: AbortSignal): Promise<void> {
  await runAsRoot(machine, skew, [], signal)
}

/** Switches a machine off at once, with nothing written that was not: by the kernel's own key. @see Documentation/admin-guide/sysrq.rst */
export async function cutPower(machine: Machine, signal: AbortSignal): Promise<void> {
  await runAsRoot(machine, powerOff, [], signal)
}

/** Ends the TCP connections of a machine but those of SSH, as far as its kernel lets (INET_DIAG_DESTROY): security groups let go on what is open. */
export async function cutConnectionsOf(machine: Machine, signal: AbortSignal): Promise<void> {
  await runAsRoot(machine, cutConnections, [], signal)
}
