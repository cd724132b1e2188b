import type { Json, JsonObject } from '../json.ts'
import { nearestName } from '../../system/nearest-name.ts'
import { isObject } from './schema-walk.ts'
import type { SchemaFlaw } from './schema-flaw.ts'

/** The flaws without those that only follow from a misspelt key: that the right one is missing, or that a mapping says nothing. */
export function withoutMisspelt(flaws: readonly SchemaFlaw[]): readonly SchemaFlaw[] {
  const unknown = flaws.filter(({ keyword }) => keyword === 'additionalProperties')
  const keysIn = (path: readonly string[]): readonly string[] =>
    unknown.filter((other) => isSamePath(other.path.slice(0, -1), path)).map((other) => other.path.at(-1) ?? '')
  return flaws.filter(({ keyword, path, params, schema }) => {
    const known = isObject(schema['properties']) ? Object.keys(schema['properties']) : []
    const meant = (key: string): string | undefined => nearestName(key, known)
    if (keyword === 'required') return !keysIn(path).some((key) => meant(key) === params['missingProperty'])
    if (keyword === 'oneOf' && (params['passingSchemas'] ?? null) === null)
      return !keysIn(path).some((key) => isAlternative(meant(key), schema))
    return true
  })
}

// Whether a key belongs to a `oneOf` of required keys. A key that is like no other may have been meant as any of them.
function isAlternative(key: string | undefined, { oneOf }: JsonObject): boolean {
  if (key === undefined) return true
  const branches = Array.isArray(oneOf) ? oneOf : []
  return branches.some((branch: Json) => isObject(branch) && Array.isArray(branch['required']) && branch['required'].includes(key))
}

function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index])
}
