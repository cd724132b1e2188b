import type { Duplex } from 'node:stream'
import type { Hop } from '../../schemas/testbed.ts'
import { ConnectionError } from './connection-error.ts'
import type { SshConnection } from './ssh-connection.ts'
import { connectHop, connectTimeoutMs, dialDirectly, wakeInteractive } from './ssh-connection.ts'
import { dialOverSsh } from './ssh-dial.ts'

/** Sessions on one connection. sshd allows ten (MaxSessions), but frees them late: with eight at once one open in seven fails. */
const sessionsPerConnection = 4
/** Connections to one machine; more commands than these can hold wait their turn. */
const connectionsPerMachine = 4

/** The connections to one machine, shared by all who act on it. */
export interface SshPool {
  /** A connection with room for a session, which the caller must give back. */
  lease(signal: AbortSignal): Promise<Lease>
  /** A connection for tunnels, which do not count as sessions. */
  tunnel(signal: AbortSignal): Promise<SshConnection>
  close(): Promise<void>
}

/** Room for one session. */
export interface Lease {
  readonly connection: SshConnection
  readonly release: () => void
}

interface Slot {
  readonly connection: Promise<SshConnection>
  sessions: number
}

/** @param before  the pool of the hop before; the first hop is dialled from this computer */
export function createSshPool(hop: Hop, before: SshPool | undefined): SshPool {
  let slots: Slot[] = []
  const waiting: (() => void)[] = []
  const closing = new AbortController()

  const dial = async (signal: AbortSignal): Promise<Duplex> => {
    if (before === undefined) return dialDirectly(hop, signal)
    const outer = await before.tunnel(signal)
    const result = await dialOverSsh(outer.client, hop.name, hop.address, hop.port, { timeoutMs: connectTimeoutMs, signal })
    if (result.state === 'open') return result.stream
    throw new ConnectionError('connection', `${hop.name} (${hop.address}:${hop.port}): ${result.detail}`)
  }

  const open = (): Slot => {
    const connection = connectHop(hop, () => dial(closing.signal), closing.signal)
    const slot: Slot = { connection, sessions: 0 }
    const remove = () => {
      slots = slots.filter((other) => other !== slot)
      for (const wake of waiting.splice(0)) wake()
    }
    connection.then(
      ({ ended }) => (ended.aborted ? remove() : ended.addEventListener('abort', remove, { once: true })),
      () => remove(),
    )
    slots.push(slot)
    return slot
  }

  const refuseWhenClosed = () => {
    if (closing.signal.aborted) throw new ConnectionError('interrupted', `${hop.name}: the run has ended`)
  }

  const takeSlot = async (signal: AbortSignal): Promise<Slot> => {
    for (;;) {
      refuseWhenClosed()
      const slot =
        slots.find(({ sessions }) => sessions < sessionsPerConnection) ?? (slots.length < connectionsPerMachine ? open() : undefined)
      if (slot !== undefined) {
        slot.sessions += 1
        return slot
      }
      await abortable(new Promise<void>((wake) => waiting.push(wake)), signal, hop.name)
    }
  }

  return {
    async lease(signal) {
      const slot = await takeSlot(signal)
      let held = true
      const release = () => {
        if (!held) return
        held = false
        slot.sessions -= 1
        waiting.shift()?.()
      }
      try {
        return { connection: await abortable(slot.connection, signal, hop.name), release }
      } catch (error) {
        release()
        throw error
      }
    },
    async tunnel(signal) {
      refuseWhenClosed()
      const slot = slots[0] ?? open()
      const connection = await abortable(slot.connection, signal, hop.name)
      if (!interactive.has(connection)) {
        interactive.add(connection)
        wakeInteractive(connection)
      }
      return connection
    },
    async close() {
      const all = slots
      closing.abort()
      for (const wake of waiting.splice(0)) wake()
      await Promise.allSettled(all.map(async ({ connection }) => (await connection).close()))
    },
  }
}

const interactive = new WeakSet<SshConnection>()

function abortable<T>(promise: Promise<T>, signal: AbortSignal, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () =>
      reject(new ConnectionError('interrupted', `${name}: waiting for a connection was given up`, { cause: signal.reason }))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
