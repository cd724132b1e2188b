import type { Json } from '../../schemas/json.ts'
import { parseJson, TooDeep } from '../../schemas/json-text.ts'
import type { Cut } from '../cut.ts'
import type { StepContext } from './kind.ts'

/** A text read as JSON; null when it is none, or one that is nested too deep. */
export function readJson(text: string): Json {
  try {
    return parseJson(withoutMark(text))
  } catch {
    return null
  }
}

/**
 * Reads a text of a result as the `json` of that result, and says of it where it is not whole or no JSON, so that nothing is judged by the null
 * that stands for it.
 *
 * @param name  of the text, for a person: `stdout`, `the body`
 * @param cut   what is missing of the text
 * @returns the value, null when there is none; and what is missing of it
 */
export function readResultJson(
  context: Pick<StepContext, 'cut' | 'absent'>,
  name: string,
  text: string,
  cut: Cut | undefined,
): { readonly json: Json; readonly cut: Cut | undefined } {
  const incomplete = (reason: string) => {
    const missing = { reason, parts: [] }
    context.cut('json', missing)
    return { json: null, cut: missing }
  }
  // What cannot be read whole cannot be read as JSON.
  if (cut !== undefined) return incomplete(`${name} is not whole: ${cut.reason}`)
  try {
    return { json: parseJson(withoutMark(text)), cut: undefined }
  } catch (error) {
    if (error instanceof TooDeep) return incomplete(`${name} is JSON, but ${error.message}`)
    context.absent('json', text.trim() === '' ? `${name} is empty` : `${name} is no JSON`)
    return { json: null, cut: undefined }
  }
}

/** A text without the mark of its byte order, which JSON does not have. */
function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, '')
}
