import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../schemas/json.ts'

/** Whether two values are the same, however deep. As in JSON, the order of keys does not count, and `-0` is `0`. */
export function isSameValue(one: Json, other: Json): boolean {
  return isDeepStrictEqual(one, other) || isDeepStrictEqual(withoutSignedZero(one), withoutSignedZero(other))
}

function withoutSignedZero(value: Json): Json {
  if (Object.is(value, -0)) return 0
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(withoutSignedZero)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSignedZero(item)]))
}
