/** Where something is kept in ZooKeeper. */
export interface ZookeeperAddress {
  /** `host:port[,host:port…]`, without credentials. */
  readonly servers: string
  /** Absolute, without a slash at the end. */
  readonly path: string
}

/** Reads `zk://host:port[,host:port…]/path` as Mesos writes it. Throws when it is not of that form. */
export function parseZookeeperUrl(url: string): ZookeeperAddress {
  const [, servers, path] = /^zk:\/\/(?:[^/@]*@)?([^/]+)(\/.*[^/])\/?$/.exec(url) ?? []
  if (servers === undefined || path === undefined) throw new Error('expected zk://host:port/path')
  return { servers, path }
}
