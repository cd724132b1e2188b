import { confirmOnAws } from '../testbed/confirm.ts'
import { flag } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { cellOption, loadClusterFor, targetOption } from '../files/cluster-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { expandFiles } from '../files/expand-files.ts'
import { readText } from '../files/load-files.ts'
import { notScenarios } from '../files/scenarios-among.ts'
import { leaseOf, leaseOption } from '../testbed/lease.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { finish } from '../terminal/unfinished.ts'
import { runOptions } from '../running/run-options.ts'
import type { Cluster } from '../../schemas/cluster.ts'
import { InputError } from '../../schemas/failure.ts'
import { priceOf } from '../../stack/price/testbed-price.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { readTargetRecord } from '../target/target-record.ts'
import { asTypedHere } from '../product/typed-as.ts'

/** `titus-bed test`: apply, run, destroy in one: what a CI job calls for one cell of the matrix. */
export const command: CommandDefinition = {
  arguments: [
    { name: '[files...]', description: 'a cluster file and scenario files (default: cluster.yaml and scenarios/)', completes: 'yaml' },
  ],
  description:
    'The exit code is that of the scenarios; the testbed is destroyed whatever they came to. A testbed that was up before is kept.',
  options: [
    targetOption,
    cellOption,
    leaseOption,
    { flags: '--yes', description: 'do not ask before spending on AWS' },
    { flags: '--keep', description: 'leave the testbed up' },
    ...runOptions,
  ],
  examples: [
    ['titus-bed test', 'cluster.yaml with every scenario in scenarios/'],
    ['titus-bed test --cell m5.large --reporter junit=junit.xml', 'one cell of the matrix, reported as CI wants it'],
  ],
  run: (invocation) => applyRunDestroy(invocation),
}

/** What the command acts through, loaded once the files are known to be sound. */
export type TestParts = Pick<typeof import('../testbed/raise.ts'), 'raise'> &
  Pick<typeof import('../testbed/remove.ts'), 'remove'> &
  Pick<typeof import('../running/run-prepared.ts'), 'runPrepared'>

async function loadParts(): Promise<TestParts> {
  const [{ raise }, { remove }, { runPrepared }] = await Promise.all([
    import('../testbed/raise.ts'),
    import('../testbed/remove.ts'),
    import('../running/run-prepared.ts'),
  ])
  return { raise, remove, runPrepared }
}

/** Applies, runs the scenarios and destroys. The exit code is that of the scenarios. */
export async function applyRunDestroy(invocation: Invocation, load: () => Promise<TestParts> = loadParts): Promise<number> {
  const { terminal, signal, abandon, cwd, arguments: given } = invocation
  const { files, notes } = await expandFiles(given, cwd, ['cluster.yaml', 'scenarios'])
  const { kindOfFile } = await import('../../schemas/yaml/kind-of-file.ts')
  const kinds = files.map((file) => ({ file, kind: kindOfFile(readText(file, cwd, 'name an existing file')) }))
  const others = kinds.filter(({ kind }) => kind === 'steps' || kind === 'hosts').map(({ file }) => file)
  await tellProblems([...notes, ...notScenarios(others)], terminal)
  const clusterFile = kinds.find(({ kind }) => kind === 'cluster')?.file ?? 'cluster.yaml'
  const scenarioFiles = kinds.filter(({ kind }) => kind === 'scenario').map(({ file }) => file)
  const { cluster, placeOf } = await loadClusterFor(invocation, clusterFile)
  const lease = leaseOf(invocation)
  const { prepareRun } = await import('../running/prepare-run.ts')
  // Files are checked before anything is raised.
  const options = ['target', 'cell', 'yes', 'keep', 'var', 'vars', 'noConfig', 'allowLocal']
  const prepared = await prepareRun(invocation, scenarioFiles, { words: ['test', clusterFile], options }, undefined, cluster.name)
  const { raise, remove, runPrepared } = await load()
  const { readTestbed, workspaceAt } = await import('../../stack/workspace.ts')
  const workspace = workspaceAt(cwd, cluster.name)
  const yes = flag(invocation, 'yes')
  const keep = flag(invocation, 'keep') || readTestbed(workspace) !== undefined
  const ask = confirmOnAws({ what: 'Apply, test and destroy', region: cluster.region, price: priceOf(cluster) }, yes, terminal, signal)
  let begun = false
  let failure: unknown
  try {
    const raised = await raise({
      cluster,
      placeOf,
      cwd,
      terminal,
      signal,
      abandon,
      lease,
      confirm: async (target, plan) => (begun = await ask(target, plan)),
    })
    if (raised === undefined) return exitCodes.usage
    begun = true
    return await runPrepared(invocation, prepared, workspace, raised.testbed)
  } catch (error) {
    failure = error
    // What was refused began nothing, and what stood there before on AWS is removed by nobody who was not asked. A lab may run by then.
    begun ||= cluster.target === 'lab' ? standsInLab(workspace, cluster) : yes && !(error instanceof InputError)
    throw error
  } finally {
    // An interruption ends the tests, not the clearing away.
    const signals = { signal: new AbortController().signal, abandon: new AbortController().signal }
    if (begun && !keep)
      await finish(() => remove({ ...signals, workspace, terminal, confirm: async () => true, now: false })).catch((error: unknown) => {
        if (failure === undefined) throw error
        terminal.err(
          `clearing away failed, too: ${error instanceof Error ? error.message : String(error)}\n${asTypedHere(`titus-bed destroy --testbed ${workspace.name} takes it up again`)}`,
        )
      })
  }
}

/** Whether a lab was started for the cluster, or may have been. */
function standsInLab(workspace: Workspace, { region }: Cluster): boolean {
  const record = readTargetRecord(workspace)
  return record?.target === 'lab' && record.region === region
}
