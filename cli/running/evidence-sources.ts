import { join } from 'node:path'
import { release } from 'node:os'
import type { Source } from '../../runner/collect/source.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { mostBytes, readRegularFile } from '../../system/regular-file.ts'
import { labFolder } from '../product/folders.ts'
import { version } from '../product/version.ts'

/** The most of the log of a lab that is kept: its end, in characters. */
const mostOfLog = 1_000_000

/** What this computer knows of a scenario that failed: versions, the cluster, the scenario, what it would do, and the log of the lab. */
export function evidenceSources(workspace: Workspace, testbed: Testbed, source: (file: string) => string | undefined) {
  return (scenario: Scenario): readonly Source[] => {
    const own = (name: string, tell: () => Promise<string> | string): Source => ({ of: 'titus-bed', name, tell: async () => tell() })
    return [
      own('versions', () =>
        [`titus-bed ${version()}`, `Node.js ${process.versions.node}`, `Linux ${release()}`, `${process.arch}`].join('\n'),
      ),
      own('scenario', () => source(scenario.file) ?? ''),
      own('plan', async () => {
        const [{ planScenario }, { renderPlan }] = await Promise.all([
          import('../../runner/plan/plan-scenario.ts'),
          import('../../runner/plan/render-plan.ts'),
        ])
        return renderPlan(await planScenario(scenario, testbed))
      }),
      ...(testbed.target === 'hosts' ? [] : [own('cluster', () => tellFile(join(workspace.folder, 'cluster.json')))]),
      ...(testbed.target === 'lab'
        ? [{ of: 'lab', name: 'log', tell: async () => tellFile(join(labFolder(workspace), 'supervisor.log')).slice(-mostOfLog) }]
        : []),
    ]
  }
}

function tellFile(path: string): string {
  return readRegularFile(path, mostBytes.carried).toString('utf8')
}
