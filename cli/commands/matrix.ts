import type { Cluster } from '../../schemas/cluster.ts'
import { inputError } from '../../schemas/failure.ts'
import { priceOf } from '../../stack/price/testbed-price.ts'
import { textOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { loadClusterFile } from '../files/load-files.ts'

/** `titus-bed matrix`: the cells of `matrix:`, for a CI system to spread over its machines. */
export const command: CommandDefinition = {
  arguments: [{ name: '[cluster]', description: 'the cluster file (default: cluster.yaml)', completes: 'yaml' }],
  description:
    'CI spreads the cells over its machines; each runs `titus-bed test --cell NAME`. .github/workflows/matrix.yml shows it whole. `usdPerHour` is what an hour of the cell costs on AWS, on demand; null where the price of something is not known.',
  options: [
    {
      flags: '--format <format>',
      description: 'json, github (a line for $GITHUB_OUTPUT) or names',
      default: 'json',
      completes: ['json', 'github', 'names'],
    },
  ],
  examples: [
    ['titus-bed matrix', 'the cells as JSON'],
    ['titus-bed matrix --format github >> "$GITHUB_OUTPUT"', 'as the strategy matrix of a GitHub Actions job'],
  ],
  async run(invocation) {
    const { arguments: given, terminal, cwd } = invocation
    const { matrixCells } = await import('../../schemas/cluster-rules/matrix-cells.ts')
    const { cluster } = await loadClusterFile(given[0] ?? 'cluster.yaml', cwd, terminal, given.length > 0)
    const cells = matrixCells(cluster).map(({ name, overrides, cluster: cell }) => ({
      cell: name,
      ...overrides,
      usdPerHour: usdPerHour(cell),
    }))
    const format = textOption(invocation, 'format') ?? 'json'
    const print: Record<string, () => void> = {
      json: () => terminal.out(JSON.stringify(cells, null, 2)),
      github: () => terminal.out(`matrix=${JSON.stringify({ include: cells })}`),
      names: () => cells.forEach(({ cell }) => terminal.out(cell)),
    }
    const chosen = print[format]
    if (chosen === undefined) {
      throw inputError({ code: 'unknown-format', message: `--format ${format} is not known`, expected: Object.keys(print).join(', ') })
    }
    chosen()
    return exitCodes.passed
  },
}

/** What an hour of a cell costs on AWS, to a hundredth of a cent; null where the table of prices lacks something of it. */
function usdPerHour(cell: Cluster): number | null {
  const { total, unknown } = priceOf(cell)
  return unknown.length > 0 ? null : Number(total.toFixed(4))
}
