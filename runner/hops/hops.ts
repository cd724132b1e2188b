import type { Hop, Testbed } from '../../schemas/testbed.ts'
import { createLocalMachine } from './local-machine.ts'
import type { Machine } from './machine.ts'
import { createSshMachine } from './ssh-machine.ts'
import { createSshPool } from './ssh-pool.ts'
import type { SshPool } from './ssh-pool.ts'

/** The machines of a testbed, reached over SSH hops that are shared by all steps and opened when first needed. */
export interface Hops {
  /** A machine by its name in the testbed. Does not connect yet. @throws RangeError when there is none of that name */
  machine(name: string): Machine
  /** This computer. */
  readonly local: Machine
  /** Tells from now on what a person should know of a machine, besides what is found there: once each, with its name. @returns ends that */
  listen(onNote: (note: string) => void): () => void
  /** Ends every connection. */
  close(): Promise<void>
}

/** One pool of connections for each machine on a way: two hosts behind the same bastion share the connections to it. */
export function createHops(testbed: Testbed): Hops {
  const pools = new Map<string, SshPool>()
  const machines = new Map<string, Machine>()
  const listeners = new Set<(note: string) => void>()
  const note = (text: string) => listeners.forEach((listener) => listener(text))

  const poolFor = (route: readonly Hop[]): SshPool => {
    const last = route.at(-1)
    if (last === undefined) throw new RangeError('a route without hops')
    const key = JSON.stringify(route.map(({ address, port, user, identityFile }) => [address, port, user, identityFile]))
    const before = route.length > 1 ? poolFor(route.slice(0, -1)) : undefined
    const pool = pools.get(key) ?? createSshPool(last, before)
    pools.set(key, pool)
    return pool
  }

  return {
    machine(name) {
      const known = machines.get(name)
      if (known !== undefined) return known
      const host = testbed.hosts.find((candidate) => candidate.name === name)
      if (host === undefined) throw new RangeError(`no machine ${name} in testbed ${testbed.name}`)
      const machine = createSshMachine(name, poolFor(host.route), note)
      machines.set(name, machine)
      return machine
    },
    local: createLocalMachine(),
    listen(onNote) {
      listeners.add(onNote)
      return () => void listeners.delete(onNote)
    },
    async close() {
      // The pools were made from the outside in; the inner connections say good-bye over the outer ones.
      for (const pool of [...pools.values()].reverse()) await pool.close()
    },
  }
}
