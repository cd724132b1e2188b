/** Writes one line about one event to standard output. Values that are not plain are quoted; secrets have no business here. */
export type Log = (event: string, fields?: Readonly<Record<string, string | number | boolean>>) => void

/** The log of a process: `2026-11-22T15:00:00.000Z component event key=value`. */
export function createLog(component: string): Log {
  return (event, fields = {}) => {
    const pairs = Object.entries(fields).map(
      ([key, value]) => `${key}=${/[^!-~]|["=]/.test(String(value)) ? JSON.stringify(value) : value}`,
    )
    process.stdout.write(`${[new Date().toISOString(), component, event, ...pairs].join(' ')}\n`)
  }
}

/** The words of an error with those of its cause (fetch hides the reason in there). */
export function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${errorWords(error.cause)}`
}
