import { totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { createControlGroup, delegateControlGroup, killControlGroup, limitControlGroup, removeControlGroup } from '../bundle/cgroup.ts'
import type { LabMachine } from '../lab.ts'
import { machineIds } from '../machine-ids.ts'
import type { Link } from '../network/links.ts'
import type { Router } from '../network/router.ts'
import type { Shape } from '../network/shape-link.ts'
import { readBootOutcome, readBootTime } from './boot-outcome.ts'
import type { Disk } from './disk.ts'
import { freezeControlGroup, thawControlGroup } from './freezer.ts'
import { readMachineLog } from './machine-log.ts'
import { rebootExitCode } from './nspawn.ts'
import { startPayload } from './payload.ts'
import type { Payload, PayloadOptions } from './payload.ts'

/** A machine of the lab: an instance's disk, network and running system. Calls of its methods must not overlap. */
export interface Machine {
  readonly instanceId: string
  /** See `LabMachine.warning`. */
  readonly warning?: string
  /** `booting` until the user data has ended; `failed`: it did not end well, or the system ended by itself with an error. */
  state(): { readonly state: LabMachine['state']; readonly sinceMs: number }
  links(): readonly Link[]
  /** What it said last: on its console, then its user data. */
  log(): Promise<string>
  /** Boots it; does nothing when it runs. */
  boot(links: readonly Link[]): Promise<void>
  /** Makes its interfaces and their routes what `links` says. */
  connect(links: readonly Link[]): Promise<void>
  /** Presses the power button, and pulls the plug ten seconds later. The disk stays. */
  stop(): Promise<void>
  /** Asks the system to reboot, and presses the reset button ten seconds later; one that has failed is started again. */
  reboot(): Promise<void>
  /** Pulls the plug, and leaves it down. What it has written stays, for the computer under it lives on. Does nothing when it is down. */
  crash(): Promise<void>
  /** Stops all its processes where they stand. @throws Error when it does not run */
  freeze(): Promise<void>
  /** Lets them go on; does nothing when it is not frozen. */
  thaw(): void
  /** Makes all its interfaces, those to come too, send as a shape says. @throws NoNetem when this computer cannot do it */
  shape(shape: Shape): Promise<void>
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
  readonly log: (line: string) => void
}

/** No machine can take all of this computer: a fork bomb in one meets its own limit first. */
const limits = { processes: 4096, memoryBytes: Math.floor(totalmem() / 2) }

const shutdownMs = 10_000
const removalMs = 10_000
const watchMs = 100

/** Creates a machine; nothing runs before `boot`. */
export function createMachine(options: MachineOptions): Machine {
  const { instanceId, disk, router } = options
  const groupPath = `${options.groupPath}/${instanceId}`
  let current: { state: LabMachine['state']; sinceMs: number } = { state: 'stopped', sinceMs: Date.now() }
  let links: readonly Link[] = []
  let payload: Payload | undefined
  let hasNamespace = false
  let reset: Payload | undefined
  let shape: Shape = {}
  const become = (state: LabMachine['state']): void => {
    if (current.state !== state) current = { state, sinceMs: Date.now() }
  }

  // `before` is the time of the last boot's end; nothing is awaited before the machine counts as booting, or it would be booted twice.
  const run = async (before: number): Promise<void> => {
    thawControlGroup(groupPath)
    const running = startPayload({ ...options, namespace: instanceId, groupPath })
    payload = running
    become('booting')
    void watchBoot(running, before)
    const code = await running.ended
    if (payload !== running) return
    // Nothing of the last boot may meet the next one.
    await killControlGroup(groupPath)
    const last = await readBootTime(disk.written, instanceId)
    if (payload !== running) return
    payload = undefined
    if (current.state === 'stopping') return
    if (code === rebootExitCode || reset === running) return start(last)
    become(code === 0 ? 'stopped' : 'failed')
    if (code === 0) options.onPowerOff(instanceId)
  }

  const start = (before: number): void => {
    run(before).catch((error: unknown) => {
      options.log(`${instanceId}: ${String(error)}`)
      become('failed')
    })
  }

  const watchBoot = async (running: Payload, before: number): Promise<void> => {
    while (payload === running && current.state === 'booting') {
      const outcome = await readBootOutcome(disk.written, instanceId, before)
      if (outcome !== undefined && payload === running && current.state === 'booting') become(outcome)
      else await sleep(watchMs)
    }
  }

  const disconnect = async (): Promise<void> => {
    // The kernel takes its time to remove a namespace, and until then the router's ends would be in the way of the next boot.
    for (const { device } of links) await router.detach(device).catch((error: unknown) => options.log(`${instanceId}: ${String(error)}`))
    links = []
    if (hasNamespace) await router.removeNamespace(instanceId)
    hasNamespace = false
    const deadline = performance.now() + removalMs
    while (!removeControlGroup(groupPath)) {
      if (performance.now() > deadline) throw new Error(`${instanceId}: its cgroup cannot be removed`)
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
    ...(disk.unlimited === undefined ? {} : { warning: `its disk has no limit: ${disk.unlimited}` }),
    state: () => current,
    links: () => links,
    log: () => readMachineLog(options.consoleFile, disk.written),
    boot: async (wanted) => {
      if (payload !== undefined) return
      createControlGroup(groupPath)
      limitControlGroup(groupPath, limits)
      delegateControlGroup(groupPath, machineIds.first)
      if (!hasNamespace) await router.addNamespace(instanceId)
      hasNamespace = true
      await machine.connect(wanted)
      start(await readBootTime(disk.written, instanceId))
    },
    connect: async (wanted) => {
      for (const link of links.filter(({ device }) => !wanted.some((other) => other.device === device))) {
        await router.detach(link.device)
        links = links.filter((each) => each !== link)
      }
      for (const link of wanted) {
        const known = links.find(({ device }) => device === link.device)
        if (known === undefined) {
          await router.attach(link, instanceId)
          if (Object.keys(shape).length > 0) await router.shape(link, instanceId, shape)
        } else await router.route(link.device, known.addresses, link.addresses)
        links = [...links.filter((each) => each !== known), link]
      }
    },
    stop: async () => {
      const running = payload
      become('stopping')
      if (running !== undefined) {
        running.powerOff()
        await endsWithin(running, shutdownMs)
      }
      await pullThePlug()
      await disconnect()
      become('stopped')
    },
    reboot: async () => {
      const running = payload
      if (running === undefined) return current.state === 'failed' ? start(await readBootTime(disk.written, instanceId)) : undefined
      reset = running
      running.reboot()
      if (!(await endsWithin(running, shutdownMs))) running.kill()
    },
    crash: async () => {
      if (payload === undefined) return
      await pullThePlug()
      become('stopped')
    },
    freeze: async () => {
      if (payload === undefined) throw new Error(`${instanceId} does not run`)
      await freezeControlGroup(groupPath)
    },
    thaw: () => thawControlGroup(groupPath),
    shape: async (wanted) => {
      shape = wanted
      for (const link of links) await router.shape(link, instanceId, wanted)
    },
    terminate: async () => {
      await pullThePlug()
      await disconnect()
      await disk.remove()
      become('stopped')
    },
  }
  return machine
}

async function endsWithin(payload: Payload, deadlineMs: number): Promise<boolean> {
  const deadline = new AbortController()
  const isLate = sleep(deadlineMs, true, { signal: deadline.signal }).catch(() => true)
  const hasEnded = await Promise.race([payload.ended.then(() => true), isLate.then(() => false)])
  deadline.abort()
  return hasEnded
}
