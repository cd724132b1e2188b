import { setTimeout as delay } from 'node:timers/promises'
import { planAllocation, planCollection } from './allocation.ts'
import type { AddressRequest, HeldAddress, VpcInterface } from './allocation.ts'
import type { VpcInterfaces } from './vpc-interfaces.ts'

/** The addresses of one agent: given to tasks, taken back, and unassigned when nobody wants them. */
export interface AddressPool {
  /** An address for the task and the interface that has it; asking again gives the same. Throws TaskRefusedError, AwsError or Error. */
  allocate(request: AddressRequest, signal: AbortSignal): Promise<{ readonly address: string; readonly vpc: VpcInterface }>
  /** Notes an address that a task held before the executor was started. */
  adopt(held: HeldAddress): void
  release(taskId: string): void
  /** Unassigns addresses that nobody has used for two minutes. */
  collect(): Promise<void>
  /** Makes the interfaces 1…count that the instance does not have yet, so that the first task need not wait for one. */
  attachInterfaces(count: number): Promise<void>
}

const attachMs = 60_000
const pollMs = 250
const idleMs = 120_000

/** Makes a pool; `limit` is the number of IPv4 addresses of one interface. */
export function createAddressPool(interfaces: VpcInterfaces, limit: number): AddressPool {
  const held = new Map<string, HeldAddress>()
  const releasedAt = new Map<string, number>()
  let turn: Promise<unknown> = Promise.resolve()

  // Addresses are given one at a time: two tasks that both see the same free address would both take it.
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work, work)
    turn = mine.catch(() => undefined)
    return mine
  }

  async function find(request: AddressRequest, signal: AbortSignal): Promise<{ address: string; vpc: VpcInterface }> {
    const deadline = performance.now() + attachMs
    let last = 'nothing'
    let grouped: string | undefined
    while (performance.now() < deadline) {
      signal.throwIfAborted()
      const seen = (await interfaces.list()).find((one) => one.deviceIndex === request.deviceIndex)
      // A change that EC2 has accepted holds, even while EC2 still shows the groups of before.
      const vpc = seen !== undefined && seen.id === grouped ? { ...seen, groups: request.securityGroups } : seen
      const step = planAllocation(request, vpc, [...held.values()], limit, releasedAt)
      last = step.do
      if (step.do === 'use' && vpc !== undefined) return { address: step.address, vpc }
      if (step.do === 'refuse') throw new Error(step.message)
      if (step.do === 'create') await interfaces.create(request.deviceIndex, request.securityGroups)
      else if (step.do === 'set-groups' && vpc !== undefined) {
        await interfaces.setGroups(vpc.id, request.securityGroups)
        grouped = vpc.id
      } else if (step.do === 'assign' && vpc !== undefined) {
        await interfaces.assign(vpc.id, step.count)
        // A fresh address waits its turn before it counts as idle.
        const known = new Set(vpc.addresses)
        for (const one of (await interfaces.list()).find((other) => other.id === vpc.id)?.addresses ?? [])
          if (!known.has(one)) releasedAt.set(one, Date.now())
      } else await delay(pollMs, undefined, { signal })
    }
    throw new Error(`network interface ${request.deviceIndex} has given no address for ${attachMs / 1_000} s; last step: ${last}`)
  }

  return {
    allocate: (request, signal) =>
      inTurn(async () => {
        const found = await find(request, signal)
        held.set(request.taskId, { ...request, address: found.address })
        return found
      }),
    adopt: (one) => void held.set(one.taskId, one),
    release: (taskId) => {
      const one = held.get(taskId)
      if (one !== undefined) releasedAt.set(one.address, Date.now())
      held.delete(taskId)
    },
    collect: () =>
      inTurn(async () => {
        for (const vpc of await interfaces.list()) {
          if (vpc.deviceIndex === 0) continue
          const idle = planCollection(vpc, [...held.values()], releasedAt, Date.now() - idleMs)
          if (idle.length > 0) await interfaces.unassign(vpc.id, idle)
        }
      }),
    attachInterfaces: (count) =>
      inTurn(async () => {
        const present = new Set((await interfaces.list()).map((one) => one.deviceIndex))
        for (let index = 1; index <= count; index += 1) if (!present.has(index)) await interfaces.create(index, [])
      }),
  }
}
