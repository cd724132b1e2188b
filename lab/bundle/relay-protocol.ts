import type { Socket } from 'node:net'

/** What crosses a relay's unix socket before the bytes: one line each way. */
export interface RelayRequest {
  /** A public address of the region, or the private one of an interface that has a public one. */
  readonly address: string
  readonly port: number
}

/** Renders the line that asks for a connection. */
export function renderRelayRequest(request: RelayRequest): string {
  return `connect ${request.address} ${request.port}\n`
}

/** Parses the line that asks for a connection; undefined when it is none. */
export function parseRelayRequest(line: string): RelayRequest | undefined {
  const match = /^connect (\d{1,3}(?:\.\d{1,3}){3}) (\d{1,5})$/.exec(line)
  const port = Number(match?.[2])
  return match?.[1] !== undefined && port >= 1 && port <= 65_535 ? { address: match[1], port } : undefined
}

const longestLine = 512

/**
 * Reads the first line of a connection and leaves what follows in the socket, which is paused afterwards.
 * @throws Error when the connection ends, or when 512 bytes hold no line
 */
export function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let held = Buffer.alloc(0)
    const finish = (settle: () => void): void => {
      socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', onEnd)
      socket.pause()
      settle()
    }
    const onData = (chunk: Buffer): void => {
      held = Buffer.concat([held, chunk])
      const end = held.indexOf(10)
      if (end < 0 && held.length <= longestLine) return
      finish(() => {
        if (end < 0) return reject(new Error('no line within 512 bytes'))
        if (end + 1 < held.length) socket.unshift(held.subarray(end + 1))
        resolve(held.subarray(0, end).toString())
      })
    }
    const onEnd = (): void => finish(() => reject(new Error('the connection ended before a line')))
    const onError = (error: Error): void => finish(() => reject(error))
    socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onEnd)
    socket.resume()
  })
}
