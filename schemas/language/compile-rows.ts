import { countOf } from '../../system/count-of.ts'
import { showOnOneLine } from '../../system/display.ts'
import { renderJson } from '../json-text.ts'
import type { Json } from '../json.ts'
import type { Place, Problem } from '../problem.ts'
import type { Row, Scenario } from '../scenario.ts'
import { variablesIn } from '../validation/read-variables.ts'
import type { Variables } from '../validation/read-variables.ts'
import { childOf, entryOf } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import { defineName } from './names.ts'
import type { Names } from './names.ts'

/** The most rows that a scenario may have. */
const mostRows = 1000

/** The longest that a value is in the name of a row, in characters. */
const longestValue = 40

/** The rows of `matrix:`, or of `cross:`, each with the values of its variables; undefined for a scenario that has neither. */
export function compileRows(node: LocatedNode, names: Names, problems: Problem[]): readonly Row[] | undefined {
  const [matrix, cross] = [childOf(node, 'matrix'), childOf(node, 'cross')]
  if (matrix !== undefined && cross !== undefined) {
    const place = entryOf(node, 'cross')?.keyPlace ?? node.place
    problems.push({
      code: 'key-not-here',
      severity: 'error',
      place,
      message: 'a scenario with matrix has no cross',
      hint: 'keep one of the two',
    })
  }
  const rows = matrix !== undefined ? rowsOf(matrix, problems) : cross !== undefined ? crossOf(cross, problems) : undefined
  for (const { name, place } of rows?.[0]?.variables ?? []) defineName(name, place, names, problems)
  return rows?.map(({ variables }) => ({
    label: variables.map(({ name, value }) => `${name}: ${showValue(value)}`).join(', '),
    vars: variables.map(({ name, value, place }) => ({ key: name, keyPlace: place, value: { type: 'literal', value, place } })),
  }))
}

/** The scenarios that one with rows stands for; the scenario itself when it has none. */
export function expandRows(scenario: Scenario): readonly Scenario[] {
  const { rows, ...rest } = scenario
  if (rows === undefined) return [scenario]
  return rows.map((row) => ({ ...rest, row, name: `${rest.name} (${row.label})`, vars: [...row.vars, ...rest.vars] }))
}

interface LocatedRow extends Pick<Variables, 'variables'> {
  readonly place: Place
}

function rowsOf(node: LocatedNode, problems: Problem[]): readonly LocatedRow[] {
  const items = node.kind === 'list' ? node.items : []
  const rows = items.flatMap((item) => (item.kind === 'map' ? [read(item, problems)] : []))
  const columns = rows[0]?.variables.map(({ name }) => name) ?? []
  for (const { variables, place } of rows) {
    const own = variables.map(({ name }) => name)
    const expected = `the variables of the first row: ${columns.join(', ')}`
    for (const { name, place: at } of variables)
      if (!columns.includes(name))
        problems.push({ code: 'unknown-cell', severity: 'error', place: at, message: `the first row has no ${name}`, expected })
    const missing = columns.filter((name) => !own.includes(name))
    if (missing.length > 0)
      problems.push({ code: 'missing-cell', severity: 'error', place, message: `the row has no ${missing.join(', ')}`, expected })
  }
  refuseEqualRows(rows, problems)
  return rows
}

function crossOf(node: LocatedNode, problems: Problem[]): readonly LocatedRow[] {
  const { variables } = read(node, problems)
  const lists = variables.map(({ name, value, place }) => ({ name, place, values: Array.isArray(value) ? (value as readonly Json[]) : [] }))
  const count = lists.reduce((product, { values }) => product * values.length, 1)
  if (count > mostRows) {
    problems.push({
      code: 'matrix-too-large',
      severity: 'error',
      place: node.place,
      message: `the values make ${countOf(count, 'row')}`,
      expected: `at most ${mostRows}`,
      hint: 'remove values, or write the rows that matter under matrix',
    })
    return []
  }
  const rows = lists.reduce<readonly LocatedRow[]>(
    (before, { name, place, values }) =>
      before.flatMap((row) => values.map((value) => ({ place, variables: [...row.variables, { name, value, place }] }))),
    [{ place: node.place, variables: [] }],
  )
  refuseEqualRows(rows, problems)
  return rows
}

function read(node: LocatedNode, problems: Problem[]): LocatedRow {
  const { variables, problems: found } = variablesIn(node)
  problems.push(...found)
  return { variables, place: node.place }
}

function refuseEqualRows(rows: readonly LocatedRow[], problems: Problem[]): void {
  const seen = new Set<string>()
  for (const { variables, place } of rows) {
    const text = renderJson(variables.map(({ name, value }) => `${name}: ${renderJson(value)}`).toSorted())
    if (seen.has(text))
      problems.push({
        code: 'duplicate-row',
        severity: 'error',
        place,
        message: 'a row with the same values stands above',
        expected: 'rows that differ',
        hint: 'remove one of the two: to run a scenario several times is what --repeat is for',
      })
    seen.add(text)
  }
}

function showValue(value: Json): string {
  const text = showOnOneLine(typeof value === 'string' ? value : renderJson(value))
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`
}
