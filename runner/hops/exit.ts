import type { Cut } from '../cut.ts'

/** How a command ended. There is no such thing as "no exit code": a command whose status never arrived is `lost`. */
export type Ended = 'exit' | 'signal' | 'timeout' | 'cancelled' | 'lost'

/** What a command came to, on whatever machine it ran. A result, never an exception: a non-zero exit is data. */
export interface Exit {
  readonly ended: Ended
  /** 0 to 255; null unless `ended` is `exit`. */
  readonly exitCode: number | null
  /** Without `SIG`, as SSH names it (`KILL`); null unless `ended` is `signal`. */
  readonly signal: string | null
  /** UTF-8. Of more than the limit the beginning and the end are kept, with a line between them that says what was left out. */
  readonly stdout: string
  readonly stderr: string
  /** Which of the two is not whole, and why: the limit, or that something left in the background still held it open. */
  readonly cut: { readonly stdout?: Cut; readonly stderr?: Cut }
  /** After `timeout` and `cancelled`: whether the remote processes are known to be gone. True otherwise. */
  readonly cleared: boolean
  readonly durationMs: number
}

/** What a command gets besides its argv. */
export interface ExecOptions {
  /** The most that is kept of each of its outputs, in bytes; 1 MiB where nothing else is said. */
  readonly outputLimitBytes?: number | undefined
  /** Gets every piece of the output that it is named after, as it comes, however much is kept. */
  readonly savers?: Readonly<Partial<Record<'stdout' | 'stderr', (piece: Buffer) => void>>>
  /** Added to the clean environment; never shown in a process list. */
  readonly env?: Readonly<Record<string, string>>
  /** What the command reads; without it, its standard input is closed. */
  readonly stdin?: Buffer | string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}
