/** How the first boot of a machine stands: written by `stack/user-data/prelude.sh`, read by whoever waits for the machine. */
export interface BootReport {
  readonly state: 'booting' | 'ready' | 'failed'
  /** When it was written: ISO 8601, UTC, in whole seconds. */
  readonly at: string
  /** Where and on what it failed. */
  readonly line?: number
  readonly command?: string
}

/** The file of the report on the machine. */
export const bootReportFile = '/var/lib/titus-bed/boot.json'

/** Reads a report; undefined for a text that is none. */
export function parseBootReport(text: string): BootReport | undefined {
  try {
    const { state, at, line, command } = JSON.parse(text) as Record<string, unknown>
    if ((state !== 'booting' && state !== 'ready' && state !== 'failed') || typeof at !== 'string') return undefined
    if (state !== 'failed') return { state, at }
    return typeof line === 'number' && typeof command === 'string' ? { state, at, line, command } : undefined
  } catch {
    return undefined
  }
}
