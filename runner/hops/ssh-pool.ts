import type { Duplex } from 'node:stream'
import type { Hop } from '../../schemas/testbed.ts'
import { ConnectionError } from './connection-error.ts'
import type { SshConnection } from './ssh-connection.ts'
import { connectHop, connectTimeoutMs, dialDirectly, wakeInteractive } from './ssh-connection.ts'
import { dialOverSsh } from './ssh-dial.ts'

/** Sessions on one connection until a machine refuses one. The usual sshd allows ten (MaxSessions). */
const sessionsAtFirst = 4
/** Connections to one machine, where it allows as many; more commands than these can hold wait their turn. */
const connectionsAtFirst = 4
/** How long a connection rests that refused the only session asked of it, in milliseconds: what holds one there that is not of ours ends. */
const restMs = 50

/** The connections to one machine, shared by all who act on it. */
export interface SshPool {
  /** The name of the machine. */
  readonly name: string
  /** A connection with room for a session, which the caller must give back. */
  lease(signal: AbortSignal): Promise<Lease>
  /** A connection for tunnels, which do not count as sessions. */
  tunnel(signal: AbortSignal): Promise<SshConnection>
  /** A connection beside those that are shared, whatever their number is. Whoever asks closes it. */
  connectApart(): Promise<SshConnection>
  close(): Promise<void>
}

/** Room for one session. */
export interface Lease {
  readonly connection: SshConnection
  readonly release: () => void
  /** Gives it back because the machine refused the session, so that fewer are asked of a connection. @returns whether that was learned from it */
  readonly refused: () => boolean
}

interface Slot {
  readonly connection: Promise<SshConnection>
  sessions: number
  rests: number
  resting: NodeJS.Timeout | undefined
  isInteractive: boolean
}

/** @param before  the pool of the hop before; the first hop is dialled from this computer */
export function createSshPool(hop: Hop, before: SshPool | undefined): SshPool {
  let slots: Slot[] = []
  let sessionsAllowed = sessionsAtFirst
  let connectionsAllowed = connectionsAtFirst
  const waiting: (() => void)[] = []
  const closing = new AbortController()
  const wakeAll = () => {
    for (const wake of waiting.splice(0)) wake()
  }

  const dial = async (signal: AbortSignal): Promise<Duplex> => {
    if (before === undefined) return dialDirectly(hop, signal)
    const outer = await before.tunnel(signal)
    const result = await dialOverSsh(outer.client, hop.name, hop.address, hop.port, { timeoutMs: connectTimeoutMs, signal })
    if (result.state === 'open') return result.stream
    throw new ConnectionError('connection', `${hop.name} (${hop.address}:${hop.port}), by way of ${before.name}: ${result.detail}`, {
      hint: `does it run, and does its security group let ${before.name} in at port ${hop.port}? \`titus-bed status\` tells the first`,
    })
  }
  const unconnected = `${hop.name} (${hop.address}:${hop.port}) had not answered`
  const connect = () => connectHop(hop, () => dial(closing.signal), closing.signal)

  const open = (): Slot => {
    const connection = connect()
    const slot: Slot = { connection, sessions: 0, rests: 0, resting: undefined, isInteractive: false }
    const remove = () => {
      clearTimeout(slot.resting)
      slots = slots.filter((other) => other !== slot)
      if (slots.length === 0) connectionsAllowed = connectionsAtFirst
      wakeAll()
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
        slots.find(({ sessions, resting }) => sessions < sessionsAllowed && resting === undefined) ??
        (slots.length < connectionsAllowed ? open() : undefined)
      if (slot !== undefined) {
        slot.sessions += 1
        return slot
      }
      await abortable(new Promise<void>((wake) => waiting.push(wake)), signal, `${hop.name}: all its sessions were in use`)
    }
  }

  const rest = (slot: Slot): void => {
    slot.rests += 1
    slot.resting = setTimeout(
      () => {
        slot.resting = undefined
        wakeAll()
      },
      restMs * 2 ** Math.min(slot.rests, 5),
    )
  }

  // The usual sshd frees a session a moment after it has ended. Once it has answered, it has.
  const free = async (slot: Slot, connection: SshConnection): Promise<void> => {
    await connection.answer()
    slot.sessions -= 1
    waiting.shift()?.()
  }

  const createLease = (slot: Slot, connection: SshConnection): Lease => {
    let held = true
    const release = () => {
      if (!held) return
      held = false
      void free(slot, connection)
    }
    return {
      connection,
      release,
      refused() {
        const others = slot.sessions - 1
        const isLearned = others > 0 && !connection.ended.aborted
        if (isLearned) sessionsAllowed = Math.min(sessionsAllowed, others)
        else if (slots.includes(slot) && slot.resting === undefined) rest(slot)
        release()
        return isLearned
      },
    }
  }

  return {
    name: hop.name,
    async lease(signal) {
      for (;;) {
        const slot = await takeSlot(signal)
        try {
          return createLease(slot, await abortable(slot.connection, signal, unconnected))
        } catch (error) {
          slot.sessions -= 1
          // A machine that takes no more connections serves those it has; the command waits for room on one of them.
          const isOneTooMany = error instanceof ConnectionError && error.code === 'connection' && slots.length > 0
          if (!isOneTooMany) throw error
          connectionsAllowed = Math.min(connectionsAllowed, slots.length)
        }
      }
    },
    async tunnel(signal) {
      refuseWhenClosed()
      const slot = slots[0] ?? open()
      const connection = await abortable(slot.connection, signal, unconnected)
      if (!slot.isInteractive) {
        slot.isInteractive = true
        slot.sessions += 1
        void wakeInteractive(connection).then(() => free(slot, connection))
      }
      return connection
    },
    connectApart: connect,
    async close() {
      const all = slots
      closing.abort()
      wakeAll()
      for (const { resting } of all) clearTimeout(resting)
      await Promise.allSettled(all.map(async ({ connection }) => (await connection).close()))
    },
  }
}

/** @param state  what is so while the promise is waited for */
function abortable<T>(promise: Promise<T>, signal: AbortSignal, state: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new ConnectionError('interrupted', state, { cause: signal.reason }))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
