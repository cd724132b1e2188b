import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { joinSockets } from '../bundle/loopback.ts'
import { parseRelayRequest, readLine } from '../bundle/relay-protocol.ts'
import type { RegionState } from '../region-state.ts'
import { fixedAddresses } from './addresses.ts'

const connectTimeoutMs = 10_000

/**
 * The private address that packets from the internet side go to: a public address stands for the primary address of its
 * interface, as at an internet gateway. A private address stands for itself; whether it can be reached the packet filter knows.
 */
export function translateAddress(state: RegionState, address: string): string {
  return state.networkInterfaces.find(({ publicAddress }) => publicAddress === address)?.privateAddress ?? address
}

/**
 * Serves the inner end of relays on a unix socket: a line with the address and port, a line with the answer (`ok`, or what went wrong),
 * then the bytes. Connections come out of the internet's address, so security groups judge them.
 */
export function serveRelay(socketPath: string, state: () => RegionState): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => void relay(client, state))
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
}

async function relay(client: Socket, state: () => RegionState): Promise<void> {
  client.on('error', () => undefined)
  try {
    const request = parseRelayRequest(await readLine(client))
    if (request === undefined) return void client.end('EINVAL not a relay request\n')
    const target = await dial(translateAddress(state(), request.address), request.port)
    client.write('ok\n')
    joinSockets(client, target)
  } catch (error) {
    client.end(`${(error as NodeJS.ErrnoException).code ?? 'EIO'} ${(error as Error).message.replaceAll('\n', ' ')}\n`)
  }
}

function dial(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, localAddress: fixedAddresses.internet, allowHalfOpen: true, noDelay: true })
    const timer = setTimeout(() => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), connectTimeoutMs)
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
