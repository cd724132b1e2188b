import type { Client } from 'node-zookeeper-client'
import { keepSession } from './session.ts'

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
  let watched: Client | undefined
  // The watch is one and the same function however often it is set, so that the library calls it once.
  const onChildren = (): void => {
    if (watched !== undefined) look(watched)
  }
  const session = keepSession(servers, {
    onConnected: look,
    onDisconnected: () => log('ZooKeeper: disconnected'),
    onLost: (why) => log(`ZooKeeper: ${why}`),
  })

  function look(made: Client): void {
    if (!session.isCurrent(made)) return
    watched = made
    made.getChildren(path, onChildren, (error, children) => {
      if (!session.isCurrent(made)) return
      if (error) {
        if (error.name === 'NO_NODE') follow(undefined)
        // ZooKeeper sets no watch on a node that is not there.
        setTimeout(() => look(made), againMs).unref()
        return
      }
      const first = findLeaderNode(children)
      if (first === undefined) follow(undefined)
      else made.getData(`${path}/${first}`, (failure, data) => (failure ? look(made) : follow(parseLeader(first, data))))
    })
  }

  function follow(found: MesosLeader | undefined): void {
    if (found?.node === leader?.node && found?.host === leader?.host && found?.port === leader?.port) return
    leader = found
    log(found === undefined ? 'no Mesos master leads' : `Mesos master ${found.host}:${found.port} leads (${found.node})`)
    onChange(found)
  }

  return {
    current: () => leader,
    close: () => session.close(),
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
