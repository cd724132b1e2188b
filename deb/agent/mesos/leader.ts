import zookeeper from 'node-zookeeper-client'

/** A Mesos master that leads: where it answers. */
export interface MesosLeader {
  readonly node: string
  readonly host: string
  readonly port: number
}

/** Watches ZooKeeper for the leading Mesos master. */
export interface LeaderWatch {
  /** The leader as last seen, or undefined while there is none. */
  readonly current: () => MesosLeader | undefined
  readonly close: () => void
}

const sessionMs = 10_000
const againMs = 1_000

/**
 * Follows the lowest `json.info_` node below `path`, for ever: ZooKeeper may come up later, go away, or forget the session.
 *
 * @param onChange  called with every new leader, and with undefined when the last one has gone
 */
export function watchLeader(
  servers: string,
  path: string,
  onChange: (leader: MesosLeader | undefined) => void,
  log: (line: string) => void,
): LeaderWatch {
  let leader: MesosLeader | undefined
  let client = connect()
  let closed = false
  let patience: NodeJS.Timeout | undefined

  function connect(): ReturnType<typeof zookeeper.createClient> {
    const made = zookeeper.createClient(servers, { sessionTimeout: sessionMs, spinDelay: againMs })
    made.on('connected', () => {
      clearTimeout(patience)
      look(made)
    })
    made.on('disconnected', () => {
      if (closed || made !== client) return
      log('ZooKeeper: disconnected')
      // A server that has lost its data refuses a session that has seen more than it knows, and never says that it has expired.
      patience = setTimeout(() => renew(made, 'no connection for as long as the session lasts'), sessionMs).unref()
    })
    // A session that has expired never comes back: watches are gone with it.
    made.on('expired', () => renew(made, 'the session has expired'))
    made.connect()
    return made
  }

  function renew(made: typeof client, why: string): void {
    if (closed || made !== client) return
    log(`ZooKeeper: ${why}`)
    clearTimeout(patience)
    made.close()
    client = connect()
  }

  function look(made: typeof client): void {
    if (closed || made !== client) return
    made.getChildren(
      path,
      () => look(made),
      (error, children) => {
        const first = error ? undefined : findLeaderNode(children)
        if (first === undefined) {
          if (error === null || error.name === 'NO_NODE') follow(undefined)
          // A watch on a node that is not there is never set.
          setTimeout(() => look(made), againMs).unref()
        } else made.getData(`${path}/${first}`, (failure, data) => (failure ? look(made) : follow(parseLeader(first, data))))
      },
    )
  }

  function follow(found: MesosLeader | undefined): void {
    if (found?.node === leader?.node && found?.host === leader?.host && found?.port === leader?.port) return
    leader = found
    log(found === undefined ? 'no Mesos master leads' : `Mesos master ${found.host}:${found.port} leads (${found.node})`)
    onChange(found)
  }

  return {
    current: () => leader,
    close: () => {
      closed = true
      clearTimeout(patience)
      client.close()
    },
  }
}

/** The child that leads: of the masters' ephemeral sequential nodes the one with the lowest number. */
export function findLeaderNode(children: readonly string[]): string | undefined {
  return children.filter((name) => /^json\.info_\d+$/.test(name)).sort()[0]
}

/** Reads a master's MesosInfo document: `address` where it is given, `hostname`/`port` otherwise. Undefined when it cannot be read. */
export function parseLeader(node: string, data: Buffer | undefined): MesosLeader | undefined {
  try {
    const info = JSON.parse(data?.toString() ?? '') as {
      address?: { ip?: string; hostname?: string; port?: number }
      hostname?: string
      port?: number
    }
    const host = info.address?.ip ?? info.address?.hostname ?? info.hostname
    const port = info.address?.port ?? info.port
    return host === undefined || port === undefined ? undefined : { node, host, port }
  } catch {
    return undefined
  }
}
