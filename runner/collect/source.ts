/** Something that is asked beside the machines when a scenario has failed. */
export interface Source {
  /** Whose answer it is: `aws`, `lab`, `titus-bed`, or a machine of which something is known without asking it. */
  readonly of: string
  /** The name of the file that keeps the answer, without its ending. */
  readonly name: string
  /** @throws Error when it cannot be told: why is kept in place of the answer */
  readonly tell: (signal: AbortSignal) => Promise<string>
}
