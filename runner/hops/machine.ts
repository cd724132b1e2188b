import type { Duplex } from 'node:stream'
import type { ExecOptions, Exit } from './exit.ts'

/** What a TCP connection attempt came to. `refused`: something answered that nobody listens there.
 *  `filtered`: no answer before the deadline, or a router said that there is no way. */
export type DialResult =
  | { readonly state: 'open'; readonly stream: Duplex }
  | {
      readonly state: 'refused' | 'filtered'
      readonly detail: string
      /** For how long nobody answered, in milliseconds; undefined when somebody did. */
      readonly waitedMs?: number
    }

/** A place where a step acts: a machine over SSH, a container on one, or this computer. */
export interface Machine {
  /** For messages: `gateway`, `agents[0]/4f1c9b2ad0e1`. */
  readonly name: string
  /** Runs argv without a shell, in a clean environment.
   *  @throws ConnectionError when the machine cannot be reached; whatever happens afterwards is in the `Exit`. */
  exec(argv: readonly string[], options: ExecOptions): Promise<Exit>
  /** Starts a command and gives its standard input and output as one byte stream, until it is destroyed.
   *  @throws ConnectionError when the machine cannot be reached */
  pipe(argv: readonly string[], options: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<Duplex>
  /** Opens a TCP connection from there. Names are resolved there.
   *  @throws ConnectionError when the machine itself cannot be reached or does not allow it: that says nothing of the port. */
  dial(host: string, port: number, options: DialOptions): Promise<DialResult>
}

/** How long to wait for a TCP connection. A signal that a deadline aborts ends the waiting as `timeoutMs` does. */
export interface DialOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}
