import { renderJson } from '../../schemas/json-text.ts'
import type { Reporter, ReporterKind } from './reporter.ts'

/** The report itself, as data. */
export const json: ReporterKind = {
  summary: 'the whole report as JSON',
  create: (): Reporter => ({ finish: (report) => `${renderJson(withoutDepth(report, 0), 2)}\n` }),
}

/** Values nested deeper than this are written as `…`: no reader of JSON could follow. */
const deepest = 200

function withoutDepth(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== 'object') return value
  if (depth === deepest) return '…'
  if (Array.isArray(value)) return value.map((item: unknown) => withoutDepth(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutDepth(item, depth + 1)]))
}
