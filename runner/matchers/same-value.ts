import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../schemas/json.ts'

/** Whether two values are the same, however deep. As in JSON, the order of keys does not count, and `-0` is `0`. */
export function isSameValue(one: Json, other: Json): boolean {
  return isDeepStrictEqual(one, other) || isDeepStrictEqual(inOneForm(one), inOneForm(other))
}

/** `-0` as 0, and a number without fraction beyond 2^53 as the bigint that it is. */
function inOneForm(value: Json): Json {
  if (typeof value === 'number')
    return Object.is(value, -0) ? 0 : Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(inOneForm)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inOneForm(item)]))
}
