import { setTimeout as sleep } from 'node:timers/promises'
import { createControlGroup, killControlGroup, removeControlGroup } from '../bundle/cgroup.ts'
import type { LabMachine } from '../lab.ts'
import type { Link } from '../network/links.ts'
import type { Router } from '../network/router.ts'
import { readBootOutcome, readBootTime } from './boot-outcome.ts'
import type { Disk } from './disk.ts'
import { rebootExitCode } from './nspawn.ts'
import { startPayload, type Payload, type PayloadOptions } from './payload.ts'

/** A machine of the lab: an instance's disk, network and running system. Calls of its methods must not overlap. */
export interface Machine {
  readonly instanceId: string
  /** `booting` until the user data has ended; `failed`: it did not end well, or the system ended by itself with an error. */
  state(): { readonly state: LabMachine['state']; readonly sinceMs: number }
  links(): readonly Link[]
  /** Boots it; does nothing when it runs. */
  boot(links: readonly Link[]): Promise<void>
  /** Makes its interfaces and their routes what `links` says. */
  connect(links: readonly Link[]): Promise<void>
  /** Presses the power button, and pulls the plug ten seconds later. The disk stays. */
  stop(): Promise<void>
  /** Asks the system to reboot. */
  reboot(): void
  /** Pulls the plug and removes everything of it. */
  terminate(): Promise<void>
}

/** What a machine is made from. */
export interface MachineOptions extends Omit<PayloadOptions, 'namespace' | 'groupPath'> {
  readonly disk: Disk
  readonly router: Router
  /** Of the lab's machines; the machine's own is below it. */
  readonly groupPath: string
  /** Called when the system has powered itself off. */
  readonly onPowerOff: (instanceId: string) => void
}

const shutdownMs = 10_000
const removalMs = 10_000
const watchMs = 100

/** Creates a machine; nothing runs before `boot`. */
export const createMachine = (options: MachineOptions): Machine => {
  const { instanceId, disk, router } = options
  const groupPath = `${options.groupPath}/${instanceId}`
  let current: { state: LabMachine['state']; sinceMs: number } = { state: 'stopped', sinceMs: Date.now() }
  let links: readonly Link[] = []
  let payload: Payload | undefined
  let hasNamespace = false
  const become = (state: LabMachine['state']): void => {
    if (current.state !== state) current = { state, sinceMs: Date.now() }
  }

  // `before` is the time of the last boot's end; nothing is awaited before the machine counts as booting, or it would be booted twice
  const run = async (before: number): Promise<void> => {
    const running = startPayload({ ...options, namespace: instanceId, groupPath })
    payload = running
    become('booting')
    void watchBoot(running, before)
    const code = await running.ended
    if (payload !== running) return
    payload = undefined
    // nothing of the last boot may meet the next one
    await killControlGroup(groupPath)
    if (current.state === 'stopping' || current.state === 'stopped') return
    if (code === rebootExitCode) return run(await readBootTime(disk.written, instanceId))
    become(code === 0 ? 'stopped' : 'failed')
    if (code === 0) options.onPowerOff(instanceId)
  }

  const watchBoot = async (running: Payload, before: number): Promise<void> => {
    while (payload === running && current.state === 'booting') {
      const outcome = await readBootOutcome(disk.written, instanceId, before)
      if (outcome !== undefined && payload === running && current.state === 'booting') become(outcome)
      else await sleep(watchMs)
    }
  }

  const disconnect = async (): Promise<void> => {
    links = []
    if (hasNamespace) await router.removeNamespace(instanceId)
    hasNamespace = false
    await disk.unmount()
    const deadline = Date.now() + removalMs
    while (!removeControlGroup(groupPath)) {
      if (Date.now() > deadline) throw new Error(`${instanceId}: its cgroup cannot be removed`)
      await sleep(10)
    }
  }

  const pullThePlug = async (): Promise<void> => {
    become('stopping')
    payload = undefined
    await killControlGroup(groupPath)
  }

  const machine: Machine = {
    instanceId,
    state: () => current,
    links: () => links,
    boot: async (wanted) => {
      if (payload !== undefined) return
      createControlGroup(groupPath)
      await disk.mount()
      if (!hasNamespace) await router.addNamespace(instanceId)
      hasNamespace = true
      await machine.connect(wanted)
      run(await readBootTime(disk.written, instanceId)).catch(() => become('failed'))
    },
    connect: async (wanted) => {
      for (const link of links.filter(({ device }) => !wanted.some((other) => other.device === device))) {
        await router.detach(link.device)
        links = links.filter((each) => each !== link)
      }
      for (const link of wanted) {
        const known = links.find(({ device }) => device === link.device)
        if (known === undefined) await router.attach(link, instanceId)
        else await router.route(link.device, compare(known.addresses, link.addresses))
        links = [...links.filter((each) => each !== known), link]
      }
    },
    stop: async () => {
      const running = payload
      become('stopping')
      if (running !== undefined) {
        running.powerOff()
        await Promise.race([running.ended, sleep(shutdownMs, undefined, { ref: false })])
      }
      await pullThePlug()
      await disconnect()
      become('stopped')
    },
    reboot: () => payload?.reboot(),
    terminate: async () => {
      await pullThePlug()
      await disconnect()
      await disk.remove()
      become('stopped')
    },
  }
  return machine
}

const compare = (
  known: readonly string[],
  wanted: readonly string[],
): { readonly add: readonly string[]; readonly remove: readonly string[] } => ({
  add: wanted.filter((address) => !known.includes(address)),
  remove: known.filter((address) => !wanted.includes(address)),
})
