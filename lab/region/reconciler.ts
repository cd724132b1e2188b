import { setTimeout as sleep } from 'node:timers/promises'
import { compileFaults } from '../faults/fault-rules.ts'
import type { RegionFaults } from '../faults/machine-faults.ts'
import type { LabMachine } from '../lab.ts'
import type { Machine } from '../machines/machine.ts'
import { buildRouterAddresses } from '../network/links.ts'
import type { Link } from '../network/links.ts'
import type { Resolver } from '../network/resolver.ts'
import { addressAt } from '../../system/ipv4.ts'
import type { Router } from '../network/router.ts'
import { compileSecurityGroups } from '../network/security-groups.ts'
import type { Instance, RegionState } from '../region-state.ts'
import { planMachines } from './reconcile.ts'
import type { MachineAction } from './reconcile.ts'

/** What makes the machines and the network follow the API. */
export interface Reconciler {
  /** The region as last read. */
  readonly state: () => RegionState
  /** Says that something may have changed. */
  trigger(): void
  /** Reads the region and sets the network; machines follow on their own. */
  reconcile(): Promise<void>
  listMachines(): readonly LabMachine[]
  /** What a machine said last, `Machine.log`; undefined when there is no such machine. */
  machineLog(instanceId: string): Promise<string> | undefined
  /**
   * Does something with a machine while nothing else is done with it; what follows the API waits.
   * @throws Error when there is no such machine, or it stays busy
   */
  withMachine(instanceId: string, act: (machine: Machine) => Promise<void>): Promise<void>
  /** Says that a machine is down though the API wants it up: it stays so until the API has stopped it, which it is told to do, and started it. */
  keepDown(instanceId: string): Promise<void>
}

/** What the reconciler works with. */
export interface ReconcilerOptions {
  readonly initial: RegionState
  readonly readRegion: () => Promise<RegionState>
  readonly router: Router
  readonly resolver: Pick<Resolver, 'listen'>
  readonly createMachine: (instance: Instance, links: readonly Link[], onPowerOff: () => void) => Promise<Machine>
  /** Tells the API that an instance has switched itself off. */
  readonly stopInstance: (instanceId: string) => Promise<void>
  /** What is broken of the network, as it is at the time. */
  readonly faults: RegionFaults
  readonly log: (line: string) => void
}

const debounceMs = 20
const pollMs = 2000
/** How long an action on a machine may take (a power button pressed in vain: ten seconds), and how often it is looked whether it has ended. */
const [busyMs, lookMs] = [30_000, 20]

interface Entry {
  machine?: Machine
  isBusy: boolean
  hasPoweredOff: boolean
  reboots: number
}

/** Creates the reconciler and lets it look at the region every two seconds, and 20 ms after a trigger. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { router, resolver, log } = options
  let state = options.initial
  const entries = new Map<string, Entry>()
  let timer: NodeJS.Timeout | undefined
  let current: Promise<void> | undefined
  let isTriggered = false

  const schedule = (delayMs: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void turn(), delayMs).unref()
  }
  const turn = async (): Promise<void> => {
    try {
      await reconciler.reconcile()
    } catch (error) {
      log(`reconcile: ${String(error)}`)
    }
    if (!isTriggered) schedule(pollMs)
  }

  const settle = async (): Promise<void> => {
    isTriggered = false
    state = await options.readRegion()
    await router.setAddresses(buildRouterAddresses(state))
    await Promise.all(state.vpcs.flatMap(({ cidr }) => addressAt(cidr, 2) ?? []).map((address) => resolver.listen(address)))
    await router.filter(compileSecurityGroups(state) + compileFaults(state, options.faults))
    for (const { id, state: instanceState } of state.instances) {
      const entry = entries.get(id)
      if (entry !== undefined && instanceState !== 'running' && instanceState !== 'pending') entry.hasPoweredOff = false
    }
    for (const action of planMachines(state, describe(entries))) void act(action)
  }

  const act = async (action: MachineAction): Promise<void> => {
    const id = 'instance' in action ? action.instance.id : action.instanceId
    const entry = entries.get(id) ?? { isBusy: false, hasPoweredOff: false, reboots: 0 }
    entries.set(id, entry)
    entry.isBusy = true
    try {
      await perform(action, entry)
      if (action.type === 'terminate') entries.delete(id)
      reconciler.trigger()
    } catch (error) {
      // The machine is tried again when the region is next looked at.
      log(`${action.type} ${id}: ${String(error)}`)
    } finally {
      entry.isBusy = false
    }
  }

  const perform = async (action: MachineAction, entry: Entry): Promise<void> => {
    switch (action.type) {
      case 'boot': {
        const { id } = action.instance
        const onPowerOff = (): void => {
          reconciler.keepDown(id).catch((error: unknown) => log(`stop ${id}: ${String(error)}`))
        }
        entry.reboots = action.instance.reboots ?? 0
        entry.machine ??= await options.createMachine(action.instance, action.links, onPowerOff)
        return entry.machine.boot(action.links)
      }
      case 'connect':
        return entry.machine?.connect(action.links)
      case 'reboot':
        entry.reboots = action.instance.reboots ?? 0
        return entry.machine?.reboot()
      case 'stop':
        return entry.machine?.stop()
      case 'terminate':
        return entry.machine?.terminate()
      default:
        action satisfies never
    }
  }

  const reconciler: Reconciler = {
    state: () => state,
    trigger: () => {
      // The first of many requests sets the time: a stream of them would put the work off for ever.
      if (!isTriggered) schedule(debounceMs)
      isTriggered = true
    },
    reconcile: () => {
      // One pass runs at a time. What is asked for during a pass is seen by the next.
      const next = (current ?? Promise.resolve()).catch(() => undefined).then(settle)
      current = next
      return next
    },
    listMachines: () => state.instances.flatMap((instance) => describeMachine(instance, entries.get(instance.id))),
    machineLog: (instanceId) => entries.get(instanceId)?.machine?.log(),
    withMachine: async (instanceId, deed) => {
      const deadline = performance.now() + busyMs
      for (let entry = entries.get(instanceId); ; entry = entries.get(instanceId)) {
        if (entry?.machine === undefined) throw new Error(`there is no machine ${instanceId}`)
        if (!entry.isBusy) {
          entry.isBusy = true
          return await deed(entry.machine).finally(() => {
            entry.isBusy = false
            reconciler.trigger()
          })
        }
        if (performance.now() > deadline) throw new Error(`${instanceId} is busy with something else`)
        await sleep(lookMs)
      }
    },
    keepDown: async (instanceId) => {
      const entry = entries.get(instanceId)
      if (entry !== undefined) entry.hasPoweredOff = true
      await options.stopInstance(instanceId)
    },
  }
  schedule(pollMs)
  return reconciler
}

function describe(entries: ReadonlyMap<string, Entry>): Parameters<typeof planMachines>[1] {
  return [...entries].map(([instanceId, { machine, isBusy, hasPoweredOff, reboots }]) => ({
    instanceId,
    state: machine?.state().state ?? 'stopped',
    links: machine?.links() ?? [],
    isBusy,
    hasPoweredOff,
    reboots,
  }))
}

function describeMachine(instance: Instance, entry: Entry | undefined): readonly LabMachine[] {
  const isWanted = instance.state === 'running' || instance.state === 'pending'
  if (entry?.machine === undefined && !isWanted) return []
  const warning = entry?.machine?.warning
  const { state, sinceMs } = entry?.machine?.state() ?? { state: 'booting', sinceMs: Date.parse(instance.launchedAt) }
  return [
    {
      instanceId: instance.id,
      name: instance.tags['Name'] ?? instance.id,
      address: instance.privateAddress,
      ...(instance.publicAddress === undefined ? {} : { publicAddress: instance.publicAddress }),
      // Between the API's word and the first action the machine is as good as booting.
      state: entry?.isBusy === true && isWanted && state === 'stopped' ? 'booting' : state,
      sinceMs,
      ...(warning === undefined ? {} : { warning }),
    },
  ]
}
