/** What the packages use of node-zookeeper-client 1.1, which brings no types. */
declare module 'node-zookeeper-client' {
  import type { EventEmitter } from 'node:events'

  /** `name` is ZooKeeper's own, `NO_NODE` or `CONNECTION_LOSS`. */
  type Failure = (Error & { readonly name: string }) | null

  export interface Client extends EventEmitter {
    connect(): void
    /** Names are SYNC_CONNECTED, DISCONNECTED, EXPIRED and others. */
    getState(): { readonly name: string }
    close(): void
    getChildren(path: string, watcher: () => void, callback: (error: Failure, children: string[]) => void): void
    getData(path: string, callback: (error: Failure, data: Buffer | undefined) => void): void
    mkdirp(path: string, callback: (error: Failure) => void): void
    create(path: string, data: Buffer, mode: number, callback: (error: Failure, path: string) => void): void
    remove(path: string, callback: (error: Failure) => void): void
  }

  const zookeeper: {
    createClient(
      servers: string,
      options?: { readonly sessionTimeout?: number; readonly spinDelay?: number; readonly retries?: number },
    ): Client
    readonly CreateMode: { readonly EPHEMERAL_SEQUENTIAL: number }
  }
  export default zookeeper
}
