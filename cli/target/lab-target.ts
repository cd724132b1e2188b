import type { Cluster } from '../../schemas/cluster.ts'
import { discardState } from '../../stack/terraform.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { builtPackages, cacheFolder, labFolder } from '../product/folders.ts'
import { pathWithTools } from '../product/tools.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { warnOnce } from '../terminal/warn-once.ts'
import type { Target } from './target.ts'
import { readTargetRecord, writeTargetRecord } from './target-record.ts'
import { watchLab } from './watch.ts'

/** The lab of a testbed as a target: the one that runs, or a new one. @throws TestbedError when it cannot be had */
export async function openLab(cluster: Cluster, workspace: Workspace, terminal: Terminal, signal: AbortSignal): Promise<Target> {
  const [{ controlSocketOf, findLab, openRelay, standardImages, startLab }, { containerImages }] = await Promise.all([
    import('../../lab/index.ts'),
    import('../../deb/images/index.ts'),
  ])
  const stateDir = labFolder(workspace)
  const running = await findLab(stateDir)
  const warn = warnOnce(terminal)
  if (running === undefined) {
    const { requireLab } = await import('../../lab/doctor.ts')
    for (const { what, cure } of await requireLab({ stateDir: workspace.folder, path: pathWithTools() }))
      warn(`${what}${cure === undefined ? '' : ` (cure: ${cure})`}`)
  }
  // A lab keeps nothing when it ends, so that a Terraform state that is older than the lab describes what is no more.
  if (running === undefined) discardState(workspace.terraform)
  const record = readTargetRecord(workspace)
  if (record === undefined) writeTargetRecord(workspace, { target: 'lab', region: cluster.region })
  const standIns = containerImages(builtPackages())
  const connection =
    running ??
    (await startLab({
      stateDir,
      cacheDir: cacheFolder(),
      region: cluster.region,
      images: [...standardImages, ...standIns],
      packed: cluster.titus.packages === 'lab' ? standIns : [],
      machines: cluster.lab.image,
      progress: (line) => terminal.status(line),
      signal,
    }))
  const { endpoint, credentialsFile } = connection
  const access = { endpoint, credentialsFile, controlSocket: controlSocketOf(stateDir) }
  return {
    access,
    account: connection.account,
    identity: `the lab's admin`,
    zone: cluster.zone ?? record?.zone ?? `${cluster.region}a`,
    trustedCidr: cluster.access.trustedCidr === 'auto' ? `${connection.internetAddress}/32` : cluster.access.trustedCidr,
    ...watchLab(workspace, warn),
    bastionAt: (publicAddress) => openRelay(stateDir, publicAddress, 22),
  }
}
