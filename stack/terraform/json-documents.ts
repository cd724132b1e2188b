import type { Json } from '../../schemas/json.ts'

/** What two texts say that are JSON documents, as the policies of AWS are; one may be absent. Undefined where one is anything else. */
export function parseDocuments(
  before: Json | undefined,
  after: Json | undefined,
): { readonly before: Json | undefined; readonly after: Json | undefined } | undefined {
  const [old, young] = [parseDocument(before), parseDocument(after)]
  const isDocument = old !== undefined && young !== undefined && (old ?? young) !== null
  return isDocument ? { before: old, after: young } : undefined
}

/** Null for what is absent, undefined for what is no document. */
function parseDocument(text: Json | undefined): Json | undefined {
  if (text === undefined || text === null) return null
  if (typeof text !== 'string' || !/^\s*[{[]/.test(text)) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
