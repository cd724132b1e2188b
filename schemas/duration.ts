const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** The form of a duration, for JSON Schemas: every number has its unit. */
export const durationPattern = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$'

/** The form in words. */
export const durationForm = 'a duration with its unit: 500ms, 30s, 5m, 1h, 1m30s'

/** The longest time that a timer of Node.js can wait (setTimeout, 2^31 - 1 ms): 24 days. */
const longestMs = 2 ** 31 - 1

/** Whether a text has the form of a duration. One of the form may still be none that can be waited for: 0s, or more than a timer takes. */
export function isDuration(text: string): boolean {
  return new RegExp(durationPattern).test(text)
}

/** Reads a duration such as `500ms`, `30s`, `5m`, `1h` or `1m30s`. @returns milliseconds; undefined for anything else, and for none at all */
export function parseDuration(text: string): number | undefined {
  if (!isDuration(text)) return undefined
  const parts = text.split(/(?<=[a-z])(?=[0-9])/)
  const total = Math.round(parts.reduce((sum, part) => sum + Number.parseFloat(part) * (units[part.replace(/^[0-9.]+/, '')] ?? 0), 0))
  return total > 0 && total <= longestMs ? total : undefined
}
