import type { Json, JsonObject } from '../../schemas/json.ts'
import { hostNamesOf, isRefused, resolveHost } from '../../schemas/resolve-host.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { StepError } from '../step-error.ts'
import { parseOffset, parsePercent, readSlowness } from './fault-params.ts'
import { instanceOf, placeOf, socketOf } from './fault-target.ts'
import type { FaultTarget } from './fault-target.ts'
import { machineCapabilities } from './operations.ts'
import { startIfDown, untilAnswers } from './power.ts'
import { waysThrough } from './ways-in.ts'

/** Something that is broken of a machine while it runs, and how it is healed. */
export interface Fault {
  /** What a person reads when it is healed, behind which the name of the machine stands. */
  readonly cure: string
  /** Breaks it, and returns when it is so. @returns what the result of the step says of it */
  inflict(target: FaultTarget, values: JsonObject, signal: AbortSignal): Promise<JsonObject>
  /** Harmless when it is whole. Needs no memory of how it was broken. */
  heal(target: FaultTarget, signal: AbortSignal): Promise<void>
}

/** The operations that break something of a machine that goes on running. */
export type FaultName = 'freeze' | 'isolate' | 'slow' | 'fill' | 'skew'

/** The faults, in the order in which they can be healed: what makes a machine answer comes first. */
export const faults: Readonly<Record<FaultName, Fault>> = {
  freeze: {
    cure: 'thaw',
    async inflict(target, _, signal) {
      await askLab(target, 'PUT', 'freeze', signal)
      return {}
    },
    async heal(target, signal) {
      await askLab(target, 'DELETE', 'freeze', signal)
      await untilAnswers(target, signal)
    },
  },
  isolate: {
    cure: 'reconnect',
    async inflict(target, { from }, signal) {
      const { machine, testbed } = target
      const ways = waysThrough(machine.name, testbed)
      if (testbed.target === 'lab') {
        const peers = from === undefined ? undefined : idsOf(from, machine.name, testbed)
        await askLab(target, 'PUT', 'isolate', signal, { ...(peers === undefined ? {} : { from: peers }), ways: ways as unknown as Json })
        return {}
      }
      if (ways.some((way) => way.from === undefined))
        throw new StepError('machine', `${machine.name} is the way to all others: titus-bed could not heal it any more`)
      const { closeInstance } = await import('../aws/closed-group.ts')
      const addresses = testbed.hosts.filter(({ instanceId }) => ways.some((way) => way.from === instanceId)).map(({ address }) => address)
      await closeInstance(instanceOf(target), addresses, placeOf(target, signal))
      const { cutConnectionsOf } = await import('./over-ssh.ts')
      await cutConnectionsOf(machine, signal)
      return {}
    },
    async heal(target, signal) {
      if (target.testbed.target === 'lab') return askLab(target, 'DELETE', 'isolate', signal)
      const { openInstance } = await import('../aws/closed-group.ts')
      await openInstance(instanceOf(target), placeOf(target, signal))
    },
  },
  slow: {
    cure: 'speed up',
    async inflict(target, values, signal) {
      const slowness = readSlowness(values)
      if (target.testbed.target === 'lab') await askLab(target, 'PUT', 'slow', signal, slowness as unknown as JsonObject)
      else await (await import('./over-ssh.ts')).slowNetwork(target.machine, slowness, signal)
      return {}
    },
    async heal(target, signal) {
      if (target.testbed.target === 'lab') return askLab(target, 'DELETE', 'slow', signal)
      await (await import('./over-ssh.ts')).restoreNetwork(target.machine, signal)
    },
  },
  fill: {
    cure: 'free the disk of',
    async inflict({ machine }, { disk, path }, signal) {
      const { fillDisk } = await import('./over-ssh.ts')
      const folder = typeof path === 'string' ? path : '/'
      return { bytes: await fillDisk(machine, folder, parsePercent(disk) ?? 0, signal) }
    },
    async heal({ machine }, signal) {
      await (await import('./over-ssh.ts')).freeDisk(machine, signal)
    },
  },
  skew: {
    cure: 'set right the clock of',
    async inflict({ machine }, { clock }, signal) {
      await (await import('./over-ssh.ts')).skewClock(machine, parseOffset(clock) ?? 0, signal)
      return {}
    },
    async heal({ machine }, signal) {
      await (await import('./over-ssh.ts')).setClockRight(machine, signal)
    },
  },
}

/** Heals all that its target can break of a machine, whoever broke it: a machine that is down is started first. Nothing is broken of one that
 *  its auto scaling group has replaced. */
export async function healAll(target: FaultTarget, signal: AbortSignal): Promise<void> {
  if (isKnownTo('start', target) && !(await startIfDown(target, signal))) return
  for (const [name, fault] of Object.entries(faults)) if (isKnownTo(name, target)) await fault.heal(target, signal)
  await untilAnswers(target, signal)
}

function isKnownTo(operation: string, { testbed }: FaultTarget): boolean {
  return machineCapabilities[`machine.${operation}`]?.targets.includes(testbed.target) ?? false
}

async function askLab(
  target: FaultTarget,
  method: 'PUT' | 'DELETE',
  kind: 'freeze' | 'isolate' | 'slow',
  signal: AbortSignal,
  values?: Json,
): Promise<void> {
  const { askRegion } = await import('./lab-region.ts')
  const order = { method, instanceId: instanceOf(target), kind, ...(values === undefined ? {} : { values }) }
  await askRegion(socketOf(target), order, signal)
}

/** The ids of the machines that are named, but for the one that is cut off from them. @throws StepError when none is left */
function idsOf(names: Json, own: string, testbed: Testbed): string[] {
  const found = (names as readonly string[]).flatMap((name) => {
    const resolved = resolveHost(name, hostNamesOf(testbed), { local: false, several: true })
    if (isRefused(resolved)) throw new StepError(resolved.code, resolved.message, { hint: resolved.hint })
    return resolved.names
  })
  const ids = testbed.hosts.filter(({ name }) => name !== own && found.includes(name)).map(({ instanceId }) => instanceId)
  if (ids.length === 0) throw new StepError('bad-parameter', `${own} can be cut off from others, not from itself alone`)
  return ids
}
