import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2 from 'ssh2'
import type { Client, ClientChannel, ConnectConfig } from 'ssh2'
import type { Hop } from '../../schemas/testbed.ts'
import { mostBytes, readRegularFile } from '../../system/regular-file.ts'
import { ConnectionError } from './connection-error.ts'
import { fingerprintKey, hostKeyAlgorithms, parseHostKey } from './host-key.ts'

/** How long a hop may take from the first packet to the end of the log-in. */
export const connectTimeoutMs = 15_000

/** One SSH connection to one machine. */
export interface SshConnection {
  readonly client: Client
  /** Aborted when the connection has ended, for whatever reason. */
  readonly ended: AbortSignal
  /** Resolves when the machine has answered, or the connection has ended: all that it had sent before has come by then. */
  answer(): Promise<void>
  close(): void
}

/**
 * Connects to a hop and logs in. The host key is compared before anything secret is sent.
 *
 * @param dial     opens the byte stream that the connection runs over; for the first hop see `dialDirectly`
 * @throws ConnectionError that names the hop; with code `host-key` it holds both fingerprints, and no log-in was tried
 */
export async function connectHop(hop: Hop, dial: () => Promise<Duplex>, signal: AbortSignal): Promise<SshConnection> {
  if (hop.hostKeys.length === 0)
    throw new ConnectionError(
      'connection',
      `${describeHop(hop)} boots: its console has not shown its host key yet, and none is taken on trust`,
    )
  const accepted = hop.hostKeys.map(parseHostKey)
  const privateKey = readIdentity(hop)
  const socket = await dial()
  const client = new ssh2.Client()
  const ended = new AbortController()
  let refusedKey: Buffer | undefined
  const close = () => {
    client.end()
    // A peer that is gone never answers the good-bye.
    setTimeout(() => client.destroy(), 500).unref()
  }
  client.on('close', () => ended.abort())
  // A tunnel whose far end has closed stays half open, and the client behind it would wait for ever.
  socket.once('end', () => {
    ended.abort()
    socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => {
      signal.removeEventListener('abort', abort)
      client.destroy()
      socket.destroy()
      reject(error)
    }
    const abort = () => fail(new ConnectionError('interrupted', `connecting to ${hop.name} was given up`, { cause: signal.reason }))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    client.once('ready', () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    client.on('error', (error) => fail(refusedKey === undefined ? explainError(hop, error) : explainKey(hop, accepted, refusedKey)))
    client.once('close', () => fail(new ConnectionError('connection', `${describeHop(hop)}: the connection ended before the log-in`)))
    const settings: ConnectConfig = {
      sock: socket,
      username: hop.user,
      privateKey,
      readyTimeout: connectTimeoutMs,
      keepaliveInterval: 5000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: hostKeyAlgorithms(hop.hostKeys) as never },
      hostVerifier: (key: Buffer) => {
        const known = accepted.some((candidate) => candidate.equals(key))
        if (!known) refusedKey = key
        return known
      },
    }
    try {
      client.connect(settings)
    } catch (error) {
      // A private key that cannot be read is told at once, not by an event.
      fail(explainError(hop, error as Error))
    }
  })
  return { client, ended: ended.signal, answer: () => askForAnswer(client), close }
}

/** To take back a forwarding that never was changes nothing, and every server has to answer it (RFC 4254 sections 4 and 7.1). */
function askForAnswer(client: Client): Promise<void> {
  return new Promise((resolve) => {
    try {
      client.unforwardIn('127.0.0.1', 1, () => resolve())
    } catch {
      // The connection has ended, and nothing more comes.
      resolve()
    }
  })
}

/** Opens a TCP connection from this computer to a hop. Small packets go out at once: Nagle's algorithm costs 40 ms a command. */
export function dialDirectly(hop: Hop, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: hop.address, port: hop.port, noDelay: true })
    // The signal is followed by hand, since the option `signal` of Node 20 leaves its listener behind with every socket.
    const abort = () => socket.destroy(new Error('given up'))
    signal.addEventListener('abort', abort, { once: true })
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${connectTimeoutMs / 1000} s`)), connectTimeoutMs)
    socket.once('connect', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      resolve(socket)
    })
    // This listener stays for the life of the socket: an error after the hand-over is reported by the SSH client, never thrown.
    socket.on('error', (error) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      reject(new ConnectionError('connection', `${describeHop(hop)}: ${error.message}`, { cause: error }))
    })
    if (signal.aborted) abort()
  })
}

/**
 * Makes sshd send small packets at once. OpenSSH sets TCP_NODELAY on a connection only when its first session starts
 * (`ssh_packet_set_interactive` in session.c), so one that only carries tunnels answers through Nagle's algorithm: 40 ms
 * for each round trip of the hop behind it. A session that does nothing is enough.
 *
 * @returns when that session has ended
 */
export function wakeInteractive({ client, ended }: SshConnection): Promise<void> {
  return new Promise((resolve) => {
    ended.addEventListener('abort', () => resolve(), { once: true })
    try {
      client.exec(':', (error, channel) => {
        // A bastion may forbid commands. Tunnels through it are then slower, and nothing worse happens.
        if (error !== undefined) return resolve()
        channel.once('close', resolve)
        discard(channel)
      })
    } catch {
      // The connection has ended in the meantime.
      resolve()
    }
  })
}

function discard(channel: ClientChannel): void {
  channel.on('error', () => undefined)
  channel.resume()
  channel.stderr.resume()
  channel.end()
}

/** The hop as messages name it: `bastion (ubuntu@127.0.0.1:2222)`. */
function describeHop(hop: Hop): string {
  return `${hop.name} (${hop.user}@${hop.address}:${hop.port})`
}

function readIdentity(hop: Hop): Buffer {
  try {
    return readRegularFile(hop.identityFile, mostBytes.text)
  } catch (cause) {
    throw new ConnectionError('login', `cannot read the private key for ${hop.name}: ${hop.identityFile}`, { cause })
  }
}

function explainKey(hop: Hop, accepted: readonly Buffer[], got: Buffer): ConnectionError {
  return new ConnectionError(
    'host-key',
    `${describeHop(hop)} shows another host key: expected ${accepted.map(fingerprintKey).join(' or ')}, got ${fingerprintKey(got)}`,
    { hint: 'the machine was replaced, or this is not it; if it was replaced on purpose, run `titus-bed apply` again' },
  )
}

function explainError(hop: Hop, error: Error & { level?: string }): ConnectionError {
  if (error.level === 'client-authentication')
    return new ConnectionError('login', `${describeHop(hop)} refused the log-in with ${hop.identityFile}`, { cause: error })
  if (error.message.includes('no matching host key'))
    return new ConnectionError(
      'host-key',
      `${describeHop(hop)} has no host key of the expected kind (${hostKeyAlgorithms(hop.hostKeys).join(', ')})`,
      { cause: error },
    )
  if (/parse|passphrase|Unsupported key/i.test(error.message))
    return new ConnectionError('login', `cannot use the private key for ${hop.name}: ${hop.identityFile}: ${error.message}`, {
      cause: error,
    })
  return new ConnectionError('connection', `${describeHop(hop)}: ${error.message}`, { cause: error })
}
