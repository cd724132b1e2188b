/** One thing that the lab needs, and whether this computer has it. */
export interface Finding {
  /** What it is, in kebab-case: `root`, `program-nft`, `overlay`. */
  readonly id: string
  readonly ok: boolean
  /** Where it fails, the lab runs all the same, but for what is told. */
  readonly isWarning?: true
  /** One line for a person: what was looked at and what was found. */
  readonly what: string
  /** Where it fails: the command, or else the change, that cures it. */
  readonly cure?: string
}

/** Makes a finding; the cure is kept only where there is something to cure. */
export function buildFinding(id: string, ok: boolean, what: string, cure: string): Finding {
  return ok ? { id, ok, what } : { id, ok, what, cure }
}
