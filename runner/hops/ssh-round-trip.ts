import type { Client } from 'ssh2'

/**
 * Asks the sshd at the other end something that changes nothing, and calls back once it has answered. It takes what it is asked in order:
 * all that was asked before is begun by then, and all that it had said before has come. RFC 4254 section 4: it answers what it does not know, too.
 *
 * @throws Error of ssh2 when the connection has ended
 */
export function askRoundTrip(client: Client, answered: () => void): void {
  // When the connection ends, ssh2 calls this back as well, and tells others of the end right after.
  client.unforwardIn('127.0.0.1', 0, () => void setImmediate(answered))
}
