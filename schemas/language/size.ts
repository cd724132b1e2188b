const units: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2 }

/** The form of a size, for JSON Schemas: every number has its unit. */
export const sizePattern = '^[0-9]+(B|KiB|MiB)$'

/** The form in words. */
export const sizeForm = 'a size with its unit: 64KiB, 4MiB'

/** The least and the most that may be kept of a text: more is for a file. */
export const keptSizes = { least: '1KiB', most: '16MiB' } as const

/** Reads a size such as `512KiB`. @returns bytes; undefined for anything else */
export function parseSize(text: string): number | undefined {
  const [, amount, unit = ''] = /^([0-9]+)(B|KiB|MiB)$/.exec(text) ?? []
  return amount === undefined ? undefined : Number(amount) * (units[unit] ?? 0)
}

/** Whether so many bytes may be kept of a text. */
export function mayBeKept(bytes: number): boolean {
  return bytes >= (parseSize(keptSizes.least) ?? 0) && bytes <= (parseSize(keptSizes.most) ?? 0)
}
