import zookeeper from 'node-zookeeper-client'
import type { Log } from '../process/log.ts'

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

const sessionMs = 10_000
const againMs = 1_000

/** Stands for election until it is closed: before ZooKeeper is there, while it is away, and again after a session has been lost. */
export function joinElection(candidacy: Candidacy): Election {
  const { servers, directory, prefix, data, log } = candidacy
  let own: string | undefined
  let patience: NodeJS.Timeout | undefined
  let leading = false
  let closed = false
  let client = connect()

  function connect(): ReturnType<typeof zookeeper.createClient> {
    const made = zookeeper.createClient(servers, { sessionTimeout: sessionMs, spinDelay: againMs })
    made.on('connected', () => {
      clearTimeout(patience)
      if (own === undefined) register(made)
      else look(made)
    })
    made.on('disconnected', () => {
      if (closed || made !== client) return
      log('zookeeper-disconnected', { servers })
      // A server that has lost its data refuses a session that has seen more than it knows, and never says that it has expired.
      patience = setTimeout(() => renew(made, 'no connection for as long as the session lasts'), sessionMs).unref()
    })
    made.on('expired', () => renew(made, 'session expired'))
    made.connect()
    return made
  }

  function renew(made: typeof client, why: string): void {
    if (closed || made !== client) return
    log('zookeeper-session-renewed', { why })
    clearTimeout(patience)
    made.close()
    own = undefined
    lead(false)
    client = connect()
  }

  function register(made: typeof client): void {
    made.mkdirp(directory, (failure) => {
      if (closed || made !== client) return
      if (failure) return again(made, register, failure)
      made.create(`${directory}/${prefix}`, Buffer.from(data), zookeeper.CreateMode.EPHEMERAL_SEQUENTIAL, (error, path) => {
        if (closed || made !== client) return
        // Nobody knows whether the node was made before the connection broke; a new session surely has none.
        if (error) return renew(made, `could not create a node: ${error.message}`)
        own = path.slice(directory.length + 1)
        log('zookeeper-registered', { path })
        look(made)
      })
    })
  }

  function look(made: typeof client): void {
    if (closed || made !== client) return
    made.getChildren(
      directory,
      () => look(made),
      (error, children) => {
        if (closed || made !== client) return
        if (error) return again(made, look, error)
        const candidates = children.filter((name) => name.startsWith(prefix)).sort()
        if (own === undefined || !candidates.includes(own)) return renew(made, 'the node is gone')
        lead(candidates[0] === own)
      },
    )
  }

  function again(made: typeof client, step: (made: typeof client) => void, error: Error): void {
    log('zookeeper-retry', { reason: error.message })
    setTimeout(() => {
      if (!closed && made === client) step(made)
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
    close: () => {
      closed = true
      clearTimeout(patience)
      client.close()
    },
  }
}
