import { chmod, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'

import { openSocketFolder } from '../../system/socket-folder.ts'
import type { RegionState } from '../region-state.ts'

import { prepareCertificates } from './certificates.ts'
import { mintInstanceCredentials } from './instance-credentials.ts'
import type { InstanceCredentials } from './instance-credentials.ts'
import { closeServer, listen } from './listen.ts'
import { createProxy } from './proxy.ts'
import { readRegion } from './read-region.ts'
import { emulatorSocket, internalSocket, startEmulator } from './start-emulator.ts'
import type { AccessKey } from './start-emulator.ts'
import { startFront } from './start-front.ts'
import type { FrontOptions } from './start-front.ts'

/** The socket of the API in the state folder; what connects here speaks HTTP with the AWS API. */
const apiSocket = 'api.sock'

/** What the API is started with. */
export interface ApiOptions {
  /** An existing folder, mode 0700: sockets, the emulator's log and the certificates go here. */
  readonly stateDir: string
  readonly region: string
  /** Twelve digits. */
  readonly account: string
  /** The lab's admin, made up by the caller: key id of 16 to 128 letters and digits, any secret. */
  readonly credentials: AccessKey
  /** Name of the socket in the state folder at which the region tells what its machines say (`GetConsoleOutput`); absent: nothing. */
  readonly regionSocket?: string
  /** Told after each successful call that may have changed something: `ec2`, `RunInstances`. */
  readonly onChange: (service: string, action: string) => void
  /** Where the names of AWS and Docker Hub are served inside the lab; absent: nowhere. */
  readonly front?: {
    /** Has to be on a link of this network namespace already. */
    readonly address: string
    readonly httpsPort?: number
    readonly httpPort?: number
    readonly registry?: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
    readonly others?: NonNullable<FrontOptions['others']>
  }
  readonly signal?: AbortSignal
}

/** The running API. */
export interface Api {
  /** The API's socket: an absolute path. */
  readonly socketPath: string
  /** The lab's CA (PEM), for machines and containers to trust: an absolute path. */
  readonly caFile: string
  /** The real ports of the front, where there is one. */
  readonly front?: { readonly httpsPort: number; readonly httpPort: number }
  /** Settles when the emulator has ended, with the reason; without it the lab is of no use. */
  readonly ended: Promise<string>
  readRegion(): Promise<RegionState>
  /** @throws EmulatorRefusal, see `mintInstanceCredentials` */
  instanceCredentials(instanceId: string): Promise<InstanceCredentials>
  stop(): Promise<void>
}

/**
 * Starts the AWS API of the lab: the emulator, the proxy before it on `api.sock`, and the TLS front.
 * @throws TestbedError when the emulator does not come up (with the end of its log); the system's error for sockets and addresses
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const cleanups: (() => unknown)[] = []
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  }
  try {
    const sockets = openSocketFolder(options.stateDir)
    cleanups.push(() => sockets.close())
    const certificates = await prepareCertificates(options.stateDir, options.region)
    const emulator = await startEmulator(options)
    cleanups.push(() => emulator.stop())
    const proxy = createProxy(sockets.path(emulatorSocket), ({ service, action }) => options.onChange(service, action))
    cleanups.push(() => proxy.close())
    const socketPath = join(options.stateDir, apiSocket)
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, proxy.handle)
    await rm(socketPath, { force: true })
    await listen(server, { path: sockets.path(apiSocket) })
    cleanups.push(() => closeServer(server))
    await chmod(socketPath, 0o600)
    const front = options.front && (await startFront({ ...options.front, certificates, api: proxy.handle }))
    if (front) cleanups.push(() => front.stop())
    return {
      socketPath,
      caFile: certificates.caFile,
      ...(front && { front: { httpsPort: front.httpsPort, httpPort: front.httpPort } }),
      ended: emulator.ended,
      readRegion: () => readRegion(sockets.path(internalSocket)),
      instanceCredentials: (instanceId) => mintInstanceCredentials(sockets.path(internalSocket), instanceId),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
