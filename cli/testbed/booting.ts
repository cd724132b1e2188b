import type { Host } from '../../schemas/testbed.ts'

/** A machine that runs and has not shown its host key. */
export interface Booting {
  readonly host: Host
  /** Since its launch, as EC2 tells that, by the clock of this computer. */
  readonly ageMs: number
  /** How it stands, behind its name: `boots since 34 s, and its console shows no host key yet`. */
  readonly how: string
}

/** How a machine boots; undefined once its host key is known, and while it does not run. */
export function bootingOf(host: Host, now = Date.now()): Booting | undefined {
  if (host.bootingSince === undefined || host.isDown === true) return undefined
  const ageMs = Math.max(0, now - Date.parse(host.bootingSince))
  return { host, ageMs, how: `boots since ${Math.round(ageMs / 1000)} s, and its console shows no host key yet` }
}
