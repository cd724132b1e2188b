/** How a command ended. There is no such thing as "no exit code": a command whose status never arrived is `lost`. */
export type Ended = 'exit' | 'signal' | 'timeout' | 'cancelled' | 'lost'

/** What a command came to, on whatever machine it ran. A result, never an exception: a non-zero exit is data. */
export interface Exit {
  readonly ended: Ended
  /** 0 to 255; null unless `ended` is `exit`. */
  readonly exitCode: number | null
  /** Without `SIG`, as SSH names it (`KILL`); null unless `ended` is `signal`. */
  readonly signal: string | null
  /** UTF-8, at most 1 MiB each; what came after that was read and dropped. */
  readonly stdout: string
  readonly stderr: string
  readonly truncated: boolean
  /** The command had ended, but something that it left in the background still held its output open. */
  readonly lingering: boolean
  /** After `timeout` and `cancelled`: whether the remote processes are known to be gone. True otherwise. */
  readonly cleared: boolean
  readonly durationMs: number
}

/** What a command gets besides its argv. */
export interface ExecOptions {
  /** Added to the clean environment; never shown in a process list. */
  readonly env?: Readonly<Record<string, string>>
  /** What the command reads; without it, its standard input is closed. */
  readonly stdin?: Buffer | string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}
