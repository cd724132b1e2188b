import type { StepResult } from '../../../schemas/event.ts'
import type { Json, JsonObject } from '../../../schemas/json.ts'
import { renderJson } from '../../../schemas/json-text.ts'
import { isObject } from '../../../schemas/validation/schema-walk.ts'
import type { PageCell, PageGrid } from './page-data.ts'

/** The table of a `reach` or `access` step; undefined for other steps, and where no cell is known. */
export function describeGrid({ kind, result, checks }: Pick<StepResult, 'kind' | 'result' | 'checks'>): PageGrid | undefined {
  const cells = isObject(result) ? result['cells'] : undefined
  if (!isObject(cells) || (kind !== 'reach' && kind !== 'access')) return undefined
  const expectations = new Map(checks.map((check) => [check.subject, check]))
  const cellAt = (outer: string, inner: string, found: Json | undefined): PageCell => {
    const check = expectations.get(kind === 'reach' ? `${outer} -> ${inner}` : `${outer}: ${inner}`)
    const text = tellCell(found)
    if (check === undefined) return { text, verdict: 'untested' }
    return check.passed ? { text, verdict: 'held' } : { text, verdict: 'wrong', expected: tellText(check.expected) }
  }
  const outer = Object.keys(cells)
  const inner = [...new Set(outer.flatMap((name) => Object.keys(rowOf(cells, name))))]
  // Calls are long and identities short: the table of calls has them as its rows.
  const [rows, columns] = kind === 'reach' ? [outer, inner] : [inner, outer]
  if (rows.length === 0 || columns.length === 0) return undefined
  return {
    columns,
    rows: rows.map((row) => ({
      name: row,
      cells: columns.map((column) => {
        const [first, second] = kind === 'reach' ? [row, column] : [column, row]
        return cellAt(first, second, rowOf(cells, first)[second])
      }),
    })),
  }
}

function rowOf(cells: JsonObject, name: string): JsonObject {
  const row = cells[name]
  return isObject(row) ? row : {}
}

/** `open`, `200`, `denied (AccessDenied)`, or why it is not known. */
function tellCell(found: Json | undefined): string {
  if (!isObject(found)) return tellText(found)
  const { verdict, code, detail } = found
  if (typeof code === 'string') return `${tellText(verdict)} (${code})`
  return verdict === 'allowed' ? 'allowed' : tellText(detail ?? verdict)
}

function tellText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : renderJson(value)
}
