import type { Json } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import { oneLine } from './visible-text.ts'

/** The longest that an output is told in a line, in characters; the JSON report has all of it. */
const widest = 300

/** What a scenario gave to those that need it: a line for each. */
export function renderOutputs(outputs: Readonly<Record<string, Json>> = {}): readonly string[] {
  return Object.entries(outputs).map(([name, value]) => `${oneLine(name)}: ${showOutput(value)}`)
}

/** A value on one line, cut where it is long. */
export function showOutput(value: Json): string {
  const text = oneLine(typeof value === 'string' ? value : renderJson(value))
  return text.length <= widest ? text : `${text.slice(0, widest)}…`
}
