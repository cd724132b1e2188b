import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TestbedError } from '../../schemas/failure.ts'
import { describeAccount } from '../../stack/account.ts'
import { discardState } from '../../stack/terraform.ts'
import { stateFile } from '../../stack/terraform/layout.ts'
import { forgetTestbed, lockWorkspace } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { labFolder } from '../product/folders.ts'
import { readTargetRecord, recordFile } from '../target/target-record.ts'
import type { Target } from '../target/target.ts'
import type { TargetRecord } from '../target/target-record.ts'
import type { Terminal } from '../terminal/terminal.ts'
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
  readonly loadLab: () => Promise<Pick<typeof import('../../lab/index.ts'), 'findLab' | 'stopLab'>>
}

const usualParts: RemoveParts = { describeAccount, openTerraform: openShownTerraform, loadLab: () => import('../../lab/index.ts') }

/** Destroys what the workspace knows of, whatever state it is in. Doing so twice does no harm.
 *  @returns false when the user said no
 *  @throws TestbedError when something may be left; the state then still knows of it */
export async function remove(request: RemoveRequest, parts: RemoveParts = usualParts): Promise<boolean> {
  const { workspace } = request
  const lock = lockWorkspace(workspace, 'destroy')
  try {
    const record = readTargetRecord(workspace)
    if (record?.target === 'lab') await removeLab(request, record, parts)
    if (record?.target === 'aws' && !(await removeFromAws(request, record, parts))) return false
    forgetTestbed(workspace)
    discardState(workspace.terraform)
    rmSync(recordFile(workspace), { force: true })
    return true
  } finally {
    lock.release()
  }
}

async function removeLab(request: RemoveRequest, record: TargetRecord, parts: RemoveParts): Promise<void> {
  const { workspace, terminal, signal, now } = request
  const { findLab, stopLab } = await parts.loadLab()
  const lab = await findLab(labFolder(workspace))
  if (lab !== undefined && !now && existsSync(join(workspace.terraform, stateFile))) {
    try {
      await destroyResources(request, record, { endpoint: lab.endpoint, credentialsFile: lab.credentialsFile }, parts)
    } catch (error) {
      if (signal.aborted || !(error instanceof TestbedError)) throw error
      // Everything that Terraform made is inside the lab, and the lab goes as a whole.
      terminal.err(`${error.message}\nterraform destroy did not end well; the lab is taken down with all that is in it`)
    }
  }
  terminal.status('lab: taking it down')
  await stopLab(labFolder(workspace))
}

/** @returns false when the user said no */
async function removeFromAws(request: RemoveRequest, record: TargetRecord, parts: RemoveParts): Promise<boolean> {
  const account = await parts.describeAccount({}, record.region, request.signal)
  if (record.account !== undefined && record.account !== account.id) {
    throw new TestbedError(
      `testbed ${request.workspace.name} stands in account ${record.account}, and you are logged in to ${account.id}`,
      { hint: `log in to account ${record.account}` },
    )
  }
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
  await (await parts.openTerraform(request, request.workspace, region, access)).destroy()
}
