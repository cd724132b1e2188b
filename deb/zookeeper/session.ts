import zookeeper from 'node-zookeeper-client'
import type { Client } from 'node-zookeeper-client'

/** A session with ZooKeeper that is kept for ever: before the server is there, while it is away, and anew after it was lost. */
export interface Session {
  /** Whether `client` is the one in use: what an earlier one still says does not count. */
  isCurrent(client: Client): boolean
  /** Gives up `client` for a new one, unless that has happened already. */
  renew(client: Client, why: string): void
  close(): void
}

/** What the owner of a session hears. */
export interface SessionEvents {
  onConnected(client: Client): void
  onDisconnected(): void
  /** The nodes and watches of the session are gone. */
  onLost(why: string): void
}

const againMs = 1_000

/** How long the first answer on a connection may take. ZooKeeper, while it starts, forgets connections that it has accepted (ZooKeeperServer
 *  not running), and never answers there. One that is busy gets twice as long each time, up to the length of a session. */
const firstAnswerMs = 2_000

/** Opens a session. `servers` is a connect string: `10.0.0.1:2181,10.0.0.2:2181`. After `sessionMs` without a connection it is lost. */
export function keepSession(servers: string, events: SessionEvents, sessionMs = 10_000): Session {
  let closed = false
  let patience: NodeJS.Timeout | undefined
  let unanswered = 0
  let client = connect()

  function connect(): Client {
    const made = zookeeper.createClient(servers, { sessionTimeout: sessionMs, spinDelay: againMs })
    made.on('connected', () => {
      if (!isCurrent(made)) return
      rest()
      unanswered = 0
      events.onConnected(made)
    })
    made.on('disconnected', () => {
      if (!isCurrent(made)) return
      events.onDisconnected()
      wait(made)
    })
    // A session that has expired never comes back.
    made.on('expired', () => renew(made, 'session expired'))
    wait(made)
    leaveUnanswered(made, () => Math.min(firstAnswerMs * 2 ** unanswered++, sessionMs))
    made.connect()
    return made
  }

  // A server that has lost its data refuses a session that has seen more than it knows, and never says that it has expired; one
  // that is starting may accept a connection and never answer. The clock runs from the first sign, not from the last attempt.
  function wait(made: Client): void {
    patience ??= setTimeout(() => renew(made, 'no connection for as long as a session lasts'), sessionMs).unref()
  }

  function rest(): void {
    clearTimeout(patience)
    patience = undefined
  }

  function isCurrent(made: Client): boolean {
    return !closed && made === client
  }

  function renew(made: Client, why: string): void {
    if (!isCurrent(made)) return
    rest()
    events.onLost(why)
    client = connect()
    endClient(made)
  }

  return {
    isCurrent,
    renew,
    close: () => {
      closed = true
      rest()
      endClient(client)
    },
  }
}

/** The parts of the library's connection that `leaveUnanswered` times and `endClient` has to silence. */
interface Connection {
  readonly socket?: { destroy(): void }
  readonly connectTimeoutHandler: NodeJS.Timeout | null
  connect: () => void
  onSocketConnected: () => void
  onSocketData: () => void
}

function connectionOf(client: Client): Connection {
  return (client as unknown as { readonly connectionManager: Connection }).connectionManager
}

/** Closes each connection of a client on which nothing is answered for as long as `patienceMs` says; the library then makes the next. */
function leaveUnanswered(client: Client, patienceMs: () => number): void {
  const connection = connectionOf(client)
  const onSocketConnected = connection.onSocketConnected.bind(connection)
  connection.onSocketConnected = () => {
    onSocketConnected()
    const { socket } = connection
    setTimeout(() => {
      if (client.getState().name !== 'SYNC_CONNECTED') socket?.destroy()
    }, patienceMs()).unref()
  }
}

/** Ends a client in whatever state it is. The library's own `close` is safe only when connected: before that it reads the server's
 *  answer to the connection as the answer to the close, and throws out of the socket's handler. */
function endClient(client: Client): void {
  if (client.getState().name === 'SYNC_CONNECTED') return client.close()
  const connection = connectionOf(client)
  const drop = (): void => {
    clearTimeout(connection.connectTimeoutHandler ?? undefined)
    connection.socket?.destroy()
  }
  connection.connect = () => undefined
  connection.onSocketConnected = drop
  connection.onSocketData = drop
  drop()
}
