import { isDeepStrictEqual } from 'node:util'
import type { LabMachine } from '../lab.ts'
import { buildLinks } from '../network/links.ts'
import type { Link } from '../network/links.ts'
import type { Instance, RegionState } from '../region-state.ts'

/** A machine as it is. */
export interface ActualMachine {
  readonly instanceId: string
  readonly state: LabMachine['state']
  readonly links: readonly Link[]
  /** An action on it is under way: it is left alone until that has ended. */
  readonly isBusy: boolean
  /** It switched itself off, and the API has not been seen to know that yet. */
  readonly hasPoweredOff: boolean
  /** How many of the API's reboots it has had. */
  readonly reboots: number
}

/** One thing to do with a machine. */
export type MachineAction =
  | { readonly type: 'boot'; readonly instance: Instance; readonly links: readonly Link[] }
  | { readonly type: 'connect'; readonly instanceId: string; readonly links: readonly Link[] }
  | { readonly type: 'reboot'; readonly instance: Instance }
  | { readonly type: 'stop'; readonly instanceId: string }
  | { readonly type: 'terminate'; readonly instanceId: string }

/**
 * Plans what makes the machines follow the API. Each machine has one action at most; a machine that failed stays as it is until
 * the API stops or terminates it, as a broken system on a real instance does.
 */
export function planMachines(state: RegionState, actual: readonly ActualMachine[]): readonly MachineAction[] {
  const links = buildLinks(state)
  const wanted = new Set(state.instances.filter((instance) => !isGone(instance)).map(({ id }) => id))
  const leaving = actual.filter(({ instanceId, isBusy }) => !wanted.has(instanceId) && !isBusy)
  return [
    ...leaving.map(({ instanceId }): MachineAction => ({ type: 'terminate', instanceId })),
    ...state.instances.flatMap((instance) =>
      planMachine(
        instance,
        links.filter(({ instanceId }) => instanceId === instance.id),
        actual.find(({ instanceId }) => instanceId === instance.id),
      ),
    ),
  ]
}

function isGone({ state }: Instance): boolean {
  return state === 'terminated' || state === 'shutting-down'
}

function planMachine(instance: Instance, links: readonly Link[], actual: ActualMachine | undefined): readonly MachineAction[] {
  if (isGone(instance) || actual?.isBusy === true) return []
  if (instance.state === 'stopped' || instance.state === 'stopping') {
    return actual === undefined || actual.state === 'stopped' ? [] : [{ type: 'stop', instanceId: instance.id }]
  }
  // Without its first interface there is no machine yet.
  if (!links.some(({ deviceIndex }) => deviceIndex === 0)) return []
  if (actual === undefined || actual.state === 'stopped') return actual?.hasPoweredOff === true ? [] : [{ type: 'boot', instance, links }]
  if (!isDeepStrictEqual(actual.links.map(comparable), links.map(comparable))) return [{ type: 'connect', instanceId: instance.id, links }]
  return actual.reboots < (instance.reboots ?? 0) ? [{ type: 'reboot', instance }] : []
}

function comparable({ device, addresses }: Link): { device: string; addresses: readonly string[] } {
  return {
    device,
    addresses: addresses.toSorted(),
  }
}
