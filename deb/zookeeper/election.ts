import zookeeper from 'node-zookeeper-client'
import type { Client } from 'node-zookeeper-client'
import type { Log } from '../process/log.ts'
import { keepSession } from './session.ts'

/** A member of an election by ephemeral sequential nodes: the lowest leads. */
export interface Election {
  isLeading(): boolean
  /** Ends the session, and the node with it. */
  close(): void
}

/** Who stands for election, where, and with what to show. */
export interface Candidacy {
  readonly servers: string
  /** The directory of the nodes; made when it is missing. */
  readonly directory: string
  /** The name of the node before the ten digits that ZooKeeper adds: `json.info_`. */
  readonly prefix: string
  readonly data: string
  readonly log: Log
  readonly onChange: (isLeading: boolean) => void
}

const againMs = 1_000

/** Stands for election until it is closed: before ZooKeeper is there, while it is away, and again after a session has been lost. */
export function joinElection(candidacy: Candidacy): Election {
  const { servers, directory, prefix, data, log } = candidacy
  let own: string | undefined
  let leading = false
  let watched: Client | undefined
  // The watch is one and the same function however often it is set, so that the library calls it once.
  const onChildren = (): void => {
    if (watched !== undefined) look(watched)
  }
  const session = keepSession(servers, {
    onConnected: (client) => (own === undefined ? register(client) : look(client)),
    onDisconnected: () => log('zookeeper-disconnected', { servers }),
    onLost: (why) => {
      log('zookeeper-session-renewed', { why })
      own = undefined
      lead(false)
    },
  })

  function register(made: Client): void {
    made.mkdirp(directory, (failure) => {
      if (!session.isCurrent(made)) return
      if (failure) return again(made, register, failure)
      made.create(`${directory}/${prefix}`, Buffer.from(data), zookeeper.CreateMode.EPHEMERAL_SEQUENTIAL, (error, path) => {
        if (!session.isCurrent(made)) return
        // Nobody knows whether the node was made before the connection broke, but a new session surely has none.
        if (error) return session.renew(made, `could not create a node: ${error.message}`)
        own = path.slice(directory.length + 1)
        log('zookeeper-registered', { path })
        look(made)
      })
    })
  }

  function look(made: Client): void {
    if (!session.isCurrent(made)) return
    watched = made
    made.getChildren(directory, onChildren, (error, children) => {
      if (!session.isCurrent(made)) return
      if (error) return again(made, look, error)
      const candidates = children.filter((name) => name.startsWith(prefix)).sort()
      if (own === undefined || !candidates.includes(own)) return session.renew(made, 'the node is gone')
      lead(candidates[0] === own)
    })
  }

  function again(made: Client, step: (made: Client) => void, error: Error): void {
    log('zookeeper-retry', { reason: error.message })
    setTimeout(() => {
      if (session.isCurrent(made)) step(made)
    }, againMs).unref()
  }

  function lead(now: boolean): void {
    if (leading === now) return
    leading = now
    log(now ? 'leading' : 'not-leading', { node: own ?? '' })
    candidacy.onChange(now)
  }

  return {
    isLeading: () => leading,
    close: () => session.close(),
  }
}
