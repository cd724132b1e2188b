import type { Json } from '../../schemas/json.ts'
import { didYouMean, nearestName } from '../../system/nearest-name.ts'
import type { Flaw } from '../../schemas/flaw.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'

/** A table of verdicts as lines of text, rows and columns in their order; a cell that is not as expected shows both. */
export function renderGrid(rows: readonly string[], columns: readonly string[], cell: (row: string, column: string) => string): string {
  const table = [['', ...columns], ...rows.map((row) => [row, ...columns.map((column) => cell(row, column))])]
  const widths = (table[0] ?? []).map((_, index) => Math.max(...table.map((line) => line[index]?.length ?? 0)))
  return table
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/**
 * What is wrong with a table of expectations: each cell needs one, since an untold cell would pass whatever it is; and there are no others.
 *
 * @param table    the expectations: rows of columns
 * @param path     where the table stands
 * @param rows     the names that it must have; undefined while they are not known
 * @param columns  the names that each row must have
 */
export function tableFlaws(
  table: Json | undefined,
  path: readonly string[],
  rows: readonly string[] | undefined,
  columns: readonly string[] | undefined,
): readonly Flaw[] {
  if (!isObject(table)) return []
  const inRows = Object.entries(table).flatMap(([row, cells]) => keyFlaws(cells, [...path, row], columns))
  return [...keyFlaws(table, path, rows), ...inRows]
}

function keyFlaws(value: Json | undefined, path: readonly string[], names: readonly string[] | undefined): readonly Flaw[] {
  if (!isObject(value) || names === undefined) return []
  const keys = Object.keys(value)
  const unknown = keys.filter((key) => !names.includes(key))
  const meant = unknown.map((key) => nearestName(key, names))
  const missing = names.filter((name) => !keys.includes(name) && !meant.includes(name))
  const subject = path.at(-1) ?? ''
  const expected = `one for each of ${names.join(', ')}`
  const flaws: Flaw[] = unknown.map((key) => {
    const message = `${subject} has an expectation for "${key}", which is not in the table`
    return { code: 'unknown-cell', path: [...path, key], ofKey: true, message, expected, hint: didYouMean(key, names) }
  })
  if (missing.length > 0) {
    const message = `${subject} has no expectation for ${missing.join(', ')}`
    flaws.push({
      code: 'missing-cell',
      path,
      ofKey: true,
      message,
      expected,
      hint: `add ${missing.map((name) => `${name}:`).join(' and ')}`,
    })
  }
  return flaws
}
