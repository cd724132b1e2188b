import type { JsonObject } from '../../schemas/json.ts'

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

/** The columns of a table of tables that are missing in a row, as `row.column`. */
export function missingCells(table: JsonObject, rows: readonly string[], columns: readonly string[]): string[] {
  return rows.flatMap((row) =>
    columns.filter((column) => !Object.hasOwn((table[row] ?? {}) as JsonObject, column)).map((column) => `${row}.${column}`),
  )
}
