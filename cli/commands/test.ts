import { confirmOnAws } from '../testbed/confirm.ts'
import { flag } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { cellOption, loadClusterFor, targetOption } from '../files/cluster-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { expandFiles, readText } from '../files/load-files.ts'
import { runOptions } from '../running/run-options.ts'

/** `titus-bed test`: apply, run, destroy in one: what a CI job calls for one cell of the matrix. */
export const command: CommandDefinition = {
  arguments: [{ name: '[files...]', description: 'a cluster file and scenario files (default: cluster.yaml and scenarios/)' }],
  description:
    'The exit code is that of the scenarios; the testbed is destroyed whatever they came to. A testbed that was up before is kept.',
  options: [
    targetOption,
    cellOption,
    { flags: '--yes', description: 'do not ask before spending on AWS' },
    { flags: '--keep', description: 'leave the testbed up' },
    ...runOptions,
  ],
  examples: [
    ['titus-bed test', 'cluster.yaml with every scenario in scenarios/'],
    ['titus-bed test --cell m5.large --reporter junit=junit.xml', 'one cell of the matrix, reported as CI wants it'],
  ],
  async run(invocation) {
    const { terminal, signal, abandon, cwd, arguments: given } = invocation
    const files = await expandFiles(given.length > 0 ? given : ['cluster.yaml', 'scenarios'], cwd)
    const { kindOfFile } = await import('../../schemas/yaml/kind-of-file.ts')
    const kinds = await Promise.all(
      files.map(async (file) => ({ file, kind: kindOfFile(await readText(file, cwd, 'name an existing file')) })),
    )
    const clusterFile = kinds.find(({ kind }) => kind === 'cluster')?.file ?? 'cluster.yaml'
    const scenarioFiles = kinds.filter(({ kind }) => kind === 'scenario').map(({ file }) => file)
    const cluster = await loadClusterFor(invocation, clusterFile)
    const [{ raise }, { remove }, { prepareRun, runPrepared }, { readTestbed, workspaceAt }] = await Promise.all([
      import('../testbed/raise.ts'),
      import('../testbed/remove.ts'),
      import('../running/prepared-run.ts'),
      import('../../stack/workspace.ts'),
    ])
    // Files are checked before anything is raised.
    const prepared = await prepareRun(invocation, scenarioFiles)
    const workspace = workspaceAt(cwd, cluster.name)
    const keep = flag(invocation, 'keep') || readTestbed(workspace) !== undefined
    const confirm = confirmOnAws('Apply, test and destroy', cluster.region, flag(invocation, 'yes'), terminal, signal)
    try {
      const raised = await raise({ cluster, cwd, terminal, signal, abandon, confirm })
      if (raised === undefined) return exitCodes.usage
      return await runPrepared(invocation, prepared, workspace, raised.testbed)
    } finally {
      // An interruption ends the tests, not the clearing away.
      if (!keep)
        await remove({
          workspace,
          terminal,
          signal: new AbortController().signal,
          abandon: new AbortController().signal,
          confirm: async () => true,
          now: false,
        })
    }
  },
}
