import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TestbedError } from '../../schemas/failure.ts'
import { describeAccount } from '../../stack/account.ts'
import { discardState } from '../../stack/terraform.ts'
import { countResources } from '../../stack/terraform/count-resources.ts'
import { stateFile } from '../../stack/terraform/layout.ts'
import { forgetTestbed, lockWorkspace } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { countOf } from '../../system/count-of.ts'
import { labFolder } from '../product/folders.ts'
import { readTargetRecord, recordFile } from '../target/target-record.ts'
import type { Target } from '../target/target.ts'
import type { TargetRecord } from '../target/target-record.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { openProgress } from '../terminal/progress.ts'
import { finish } from '../terminal/unfinished.ts'
import { requireSameAccount } from './same-account.ts'
import { forgetStopped } from './stopped-record.ts'
import { openShownTerraform } from './terraform-progress.ts'

/** What it takes to remove a testbed. */
export interface RemoveRequest {
  readonly workspace: Workspace
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly abandon: AbortSignal
  readonly confirm: (target: Pick<Target, 'access' | 'account' | 'identity'>) => Promise<boolean>
  /** In the lab: take the region down as it is, without having Terraform destroy each resource first. */
  readonly now: boolean
}

/** What removing acts through. */
export interface RemoveParts {
  readonly describeAccount: typeof describeAccount
  readonly openTerraform: typeof openShownTerraform
  readonly loadLab: () => Promise<Pick<typeof import('../../lab/index.ts'), 'findLab' | 'hasProcesses' | 'stopLab'>>
}

const usualParts: RemoveParts = { describeAccount, openTerraform: openShownTerraform, loadLab: () => import('../../lab/index.ts') }

/** Destroys what the workspace knows of, whatever state it is in. Doing so twice does no harm.
 *  @returns false when the user said no
 *  @throws TestbedError when something may be left; the state then still knows of it */
export async function remove(request: RemoveRequest, parts: RemoveParts = usualParts): Promise<boolean> {
  const { workspace } = request
  const lock = lockWorkspace(workspace, 'destroy')
  try {
    const record = await findRecord(workspace, parts)
    if (record?.target === 'lab') await removeLab(request, record, parts)
    if (record?.target === 'aws' && !(await removeFromAws(request, record, parts))) return false
    forgetTestbed(workspace)
    forgetStopped(workspace)
    discardState(workspace.terraform)
    rmSync(recordFile(workspace), { recursive: true, force: true })
    return true
  } finally {
    lock.release()
  }
}

/** Where the testbed stands. A record that is gone or damaged is not taken for nothing: the lab is asked, and Terraform's state.
 *  @throws TestbedError when something may stand, and nothing says where */
async function findRecord(workspace: Workspace, parts: RemoveParts): Promise<TargetRecord | undefined> {
  const record = readOrFail(workspace)
  if (record !== undefined && !(record instanceof TestbedError)) return record
  if ((await parts.loadLab()).hasProcesses(labFolder(workspace))) return { target: 'lab', region: '' }
  const left = countResources(workspace.terraform)
  if (left === 0) return existsSync(labFolder(workspace)) ? { target: 'lab', region: '' } : undefined
  const what = record?.message ?? `${recordFile(workspace)} is not there`
  throw new TestbedError(`${what}, and Terraform's state still lists ${countOf(left, 'resource')}`, {
    hint: 'write into it where they stand: {"target": "lab" or "aws", "region": "eu-west-1"}, then titus-bed destroy',
  })
}

function readOrFail(workspace: Workspace): TargetRecord | TestbedError | undefined {
  try {
    return readTargetRecord(workspace)
  } catch (error) {
    if (error instanceof TestbedError) return error
    throw error
  }
}

async function removeLab(request: RemoveRequest, record: TargetRecord, parts: RemoveParts): Promise<void> {
  const { workspace, terminal, signal, now } = request
  const { findLab, stopLab } = await parts.loadLab()
  // A lab that does not say how it is reached goes as a whole.
  const lab = await findLab(labFolder(workspace)).catch((error: Error) => {
    terminal.err(error.message)
    return undefined
  })
  if (lab !== undefined && !now && existsSync(join(workspace.terraform, stateFile))) {
    try {
      await destroyResources(
        request,
        { ...record, region: lab.region },
        { endpoint: lab.endpoint, credentialsFile: lab.credentialsFile },
        parts,
      )
    } catch (error) {
      if (signal.aborted || !(error instanceof TestbedError)) throw error
      // Everything that Terraform made is inside the lab, and the lab goes as a whole.
      terminal.err(`${error.message}\nterraform destroy did not end well; the lab is taken down with all that is in it`)
    }
  }
  terminal.status('lab: taking it down')
  await finish(() => stopLab(labFolder(workspace)))
}

/** @returns false when the user said no */
async function removeFromAws(request: RemoveRequest, record: TargetRecord, parts: RemoveParts): Promise<boolean> {
  const account = await parts.describeAccount({}, record.region, request.signal)
  requireSameAccount(request.workspace.name, record.account, account.id)
  if (!(await request.confirm({ access: {}, account: account.id, identity: account.identity }))) return false
  await destroyResources(request, record, {}, parts)
  return true
}

async function destroyResources(
  request: RemoveRequest,
  { region }: TargetRecord,
  access: Target['access'],
  parts: RemoveParts,
): Promise<void> {
  const progress = openProgress(request.terminal)
  const terraform = await parts.openTerraform({ ...request, progress }, request.workspace, region, access)
  const listed = countResources(request.workspace.terraform)
  await progress.phase('destroy', async () => finish(terraform.destroy), listed)
}
