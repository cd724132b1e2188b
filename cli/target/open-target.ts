import type { Cluster } from '../../schemas/cluster.ts'
import { inputError } from '../../schemas/failure.ts'
import type { Workspace } from '../../stack/workspace.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { openAws } from './aws-target.ts'
import { openLab } from './lab-target.ts'
import type { Target } from './target.ts'
import { readTargetRecord } from './target-record.ts'

/** What opens each kind of target. */
export interface Openers {
  readonly lab: typeof openLab
  readonly aws: typeof openAws
}

/** Opens the target that a cluster asks for: finds or starts the lab, or asks AWS who we are.
 *  @throws InputError when the testbed stands on another target already; TestbedError when the target cannot be had */
export async function openTarget(
  cluster: Cluster,
  workspace: Workspace,
  terminal: Terminal,
  signal: AbortSignal,
  open: Openers = { lab: openLab, aws: openAws },
): Promise<Target> {
  refuseOtherTarget(cluster, workspace)
  if (cluster.target === 'lab') return open.lab(cluster, workspace, terminal, signal)
  const warning = terminal.colour.yellow('warning:')
  const endpoint = process.env['AWS_ENDPOINT_URL']
  if (endpoint !== undefined) terminal.err(`${warning} AWS_ENDPOINT_URL is set: this goes to ${endpoint}, not to AWS`)
  return open.aws(cluster, workspace, (line) => terminal.err(`${warning} ${line}`), signal)
}

function refuseOtherTarget({ name, target, region }: Cluster, workspace: Workspace): void {
  const before = readTargetRecord(workspace)
  if (before === undefined || (before.target === target && before.region === region)) return
  const path = [before.target === target ? 'region' : 'target']
  throw inputError({
    code: 'target-changed',
    path,
    message: `testbed ${name} stands on ${before.target} in ${before.region}, and the file says ${target} in ${region}`,
    hint: `titus-bed destroy --testbed ${name} first, or give the testbed another name`,
  })
}
