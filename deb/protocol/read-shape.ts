/** What a JSON value has to be: `strings` an object of texts, `object` any object, a list of one shape a list of such. A field with `?` may
 *  be missing. */
export type Shape = 'string' | 'number' | 'boolean' | 'strings' | 'object' | readonly [Shape] | { readonly [field: string]: Shape }

/** Reads a JSON text. @returns undefined for what is no JSON, or not of the shape, so that nothing else gets further */
export function readShape(text: string, shape: Shape): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return matches(value, shape) ? value : undefined
  } catch {
    return undefined
  }
}

function matches(value: unknown, shape: Shape): boolean {
  if (shape === 'string' || shape === 'number' || shape === 'boolean') return typeof value === shape
  if (isList(shape)) return Array.isArray(value) && value.every((item) => matches(item, shape[0]))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  if (shape === 'object') return true
  if (shape === 'strings') return Object.values(value).every((item) => typeof item === 'string')
  const fields = value as Readonly<Record<string, unknown>>
  return Object.entries(shape).every(([field, inner]) => {
    if (!field.endsWith('?')) return matches(fields[field], inner)
    const given = fields[field.slice(0, -1)]
    return given === undefined || matches(given, inner)
  })
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}
