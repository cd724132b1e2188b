import { inputError } from '../../schemas/failure.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { LoadedCluster } from '../../schemas/cluster-rules/load-cluster.ts'
import { textOption } from '../command.ts'
import type { CommandOption, Invocation } from '../command.ts'
import { loadClusterFile } from './load-files.ts'

/** Overrides `target:` of the cluster file. */
export const targetOption: CommandOption = {
  flags: '--target <target>',
  description: 'lab or aws, whatever the file says',
  completes: ['lab', 'aws'],
}

/** Takes one cell of the matrix. */
export const cellOption: CommandOption = { flags: '--cell <name>', description: 'one cell of the matrix (titus-bed matrix lists them)' }

/** The cluster that a command line means: the file, then `--cell`, then `--target`. What a cell gives stands in the matrix, and what an
 *  option gives stands nowhere in the file.
 *  @throws InputError with every problem of the file, or for an unknown cell or target */
export async function loadClusterFor(invocation: Invocation, file = invocation.arguments[0] ?? 'cluster.yaml'): Promise<LoadedCluster> {
  const loaded = await loadClusterFile(file, invocation.cwd, invocation.terminal, invocation.arguments.includes(file))
  const cell = textOption(invocation, 'cell')
  const chosen = cell === undefined ? loaded : await chooseCell(loaded, cell)
  const target = textOption(invocation, 'target')
  if (target === undefined) return chosen
  if (target !== 'lab' && target !== 'aws') {
    throw inputError({ code: 'unknown-target', message: `--target ${target} is not known`, expected: 'lab or aws' })
  }
  const { cluster, placeOf } = chosen
  return { cluster: { ...cluster, target }, placeOf: (path, ofKey) => (path.join('.') === 'target' ? undefined : placeOf(path, ofKey)) }
}

async function chooseCell({ cluster, placeOf }: LoadedCluster, name: string): Promise<LoadedCluster> {
  const { matrixCells } = await import('../../schemas/cluster-rules/matrix-cells.ts')
  const cells = matrixCells(cluster)
  const found = cells.find((cell) => cell.name === name)
  if (found !== undefined) {
    const written = (path: readonly string[]): readonly string[] => {
      const key = path.join('.')
      const value = found.overrides[key]
      return value === undefined ? path : ['matrix', key, String(cluster.matrix[key]?.indexOf(value))]
    }
    return { cluster: found.cluster, placeOf: (path, ofKey) => placeOf(written(path), ofKey) }
  }
  const names = cells.map((cell) => cell.name)
  const message = `the matrix has no cell "${name}"`
  throw inputError({ code: 'unknown-cell', message, expected: names.join(', '), hint: didYouMean(name, names) })
}
