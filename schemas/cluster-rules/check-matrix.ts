import { countOf } from '../../system/count-of.ts'
import { overrideCluster, overridableKeys } from './matrix-cells.ts'
import { checkCluster } from './check-cluster.ts'
import type { Broken } from './check-cluster.ts'
import type { Cluster } from '../cluster.ts'
import type { Flaw } from '../flaw.ts'
import type { Json } from '../json.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { schemaFile } from '../validation/schema-file.ts'
import { validateValue } from '../validation/validate.ts'

/** The most jobs that GitHub Actions makes of one matrix (docs, "Usage limits"). */
const mostCells = 256

/**
 * The keys of `matrix` are keys of the cluster, and each value is checked as the key itself would be.
 *
 * @param broken  values that did not fit the schema: those of the matrix are not judged again
 */
export function checkMatrix(cluster: Cluster, broken: Broken): readonly Flaw[] {
  const known = overridableKeys()
  const rows = Object.entries(cluster.matrix).filter(([, values]) => Array.isArray(values))
  const cells = rows.reduce((product, [, values]) => product * values.length, 1)
  if (cells > mostCells) {
    const at = { path: ['matrix'], ofKey: true }
    return [{ code: 'matrix-too-large', ...at, message: `the matrix has ${countOf(cells, 'cell')}`, expected: `at most ${mostCells}` }]
  }
  const flaws = checkCluster(cluster, broken)
  return rows.flatMap(([key, values]) => {
    if (known.includes(key)) return values.flatMap((value, index) => valueFlaws(key, value, ['matrix', key, String(index)]))
    const [message, expected] = [`matrix: there is no key ${key}`, `one of ${known.join(', ')}`]
    return [{ code: 'unknown-matrix-key', path: ['matrix', key], ofKey: true, message, expected, hint: didYouMean(key, known) }]
  })

  function valueFlaws(key: string, value: string, path: readonly string[]): readonly Flaw[] {
    if (broken.some((other) => other.join('\n') === path.join('\n'))) return []
    const cell = overrideCluster(cluster, { [key]: value })
    const invalid = validateValue(only(cell, key.split('.')), schemaFile('cluster-rules/cluster.schema.json'))
    // The value takes the place of what the cluster itself has there; all else that is wrong is told where it stands.
    const isReplaced = (other: readonly string[]): boolean => other.join('.') === key
    const before = new Set(flaws.filter(({ path: other }) => !isReplaced(other)).map(({ message }) => message))
    const after = checkCluster(
      cell,
      broken.filter((other) => !isReplaced(other)),
    )
    const errors = after.filter(({ severity, message }) => severity === undefined && !before.has(message))
    const told = invalid.length > 0 ? invalid : errors
    return told.map(({ code, message, expected, hint }) => ({ code, path, ofKey: false, message, expected, hint }))
  }
}

/** A value with nothing in it but what stands at a path: no key of a cluster has to be there. */
function only(value: unknown, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) return value as Json
  return { [key]: only((value as Readonly<Record<string, unknown>>)[key], rest) }
}
