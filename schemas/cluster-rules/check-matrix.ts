import { overrideCluster, overridableKeys } from './cells.ts'
import { checkCluster } from './check-cluster.ts'
import type { ClusterCheck } from './cluster-check.ts'
import type { Json } from '../json.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { Place, Problem } from '../problem.ts'
import { schemaFile } from '../validation/schema-file.ts'
import { validateValue } from '../validation/validate.ts'

/** The most jobs that GitHub Actions makes of one matrix (docs, "Usage limits"). */
const mostCells = 256

/** The keys of `matrix` are keys of the cluster, and each value is checked as the key itself would be. */
export const checkMatrix: ClusterCheck = (cluster, placeOf) => {
  const known = overridableKeys()
  const cells = Object.values(cluster.matrix).reduce((product, values) => product * values.length, 1)
  if (cells > mostCells) {
    const message = `the matrix has ${cells} cells`
    return [{ code: 'matrix-too-large', severity: 'error', place: placeOf(['matrix'], 'key'), message, expected: `at most ${mostCells}` }]
  }
  return Object.entries(cluster.matrix).flatMap(([key, values]) => {
    if (!known.includes(key)) {
      const hint = didYouMean(key, known)
      const place = placeOf(['matrix', key], 'key')
      return [
        {
          code: 'unknown-matrix-key',
          severity: 'error',
          place,
          message: `matrix: there is no key ${key}`,
          expected: `one of ${known.join(', ')}`,
          hint,
        },
      ]
    }
    return values.flatMap((value, index) => checkCell(key, value, placeOf(['matrix', key, String(index)])))
  })

  function checkCell(key: string, value: string, place: Place): readonly Problem[] {
    const cell = overrideCluster(cluster, { [key]: value })
    const invalid = validateValue(cell as unknown as Json, schemaFile('cluster-rules/cluster.schema.json'), () => place)
    const found = invalid.length > 0 ? invalid : checkCluster(cell, () => place).filter(({ severity }) => severity === 'error')
    return found.map((problem) => ({ ...problem, place }))
  }
}
