import type { Cluster } from '../../schemas/cluster.ts'
import { machineImage } from '../../schemas/images.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { HostKeys } from '../../stack/inputs.ts'
import { loadHostKeys, loadLoginKey } from '../../stack/key-store.ts'
import { placePackages, resolvePackages } from '../../stack/packages.ts'
import type { PlanSummary, Terraform } from '../../stack/terraform.ts'
import { describeTestbed } from '../../stack/testbed.ts'
import { lockWorkspace, makeWorkspace, writeStack, writeTestbed } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { cacheFolder } from '../product/folders.ts'
import { rememberLastRaised } from './select-testbed.ts'
import { openTarget } from '../target/open-target.ts'
import { writeTargetRecord } from '../target/target-record.ts'
import type { Target } from '../target/target.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { finish } from '../terminal/unfinished.ts'
import { openShownTerraform } from './terraform-progress.ts'
import { builtPackages } from '../product/folders.ts'
import { standInImages } from '../product/stand-in-images.ts'
import { waitForBoot } from './wait-for-boot.ts'

/** What it takes to raise a testbed, or to plan it. */
export interface RaiseRequest {
  readonly cluster: Cluster
  readonly cwd: string
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly abandon: AbortSignal
  /** Asked before anything is spent on AWS, with account and region; false ends the command. */
  readonly confirm: (target: Target, plan: PlanSummary) => Promise<boolean>
}

/** What came of it. `changes` counts what Terraform did. */
export interface Raised {
  readonly testbed: Testbed
  readonly changes: PlanSummary
}

/** What raising acts through. */
export interface RaiseParts {
  readonly openTarget: typeof openTarget
  readonly openTerraform: typeof openShownTerraform
  readonly describeTestbed: typeof describeTestbed
  readonly waitForBoot: typeof waitForBoot
  readonly standInImages: typeof standInImages
}

const usualParts: RaiseParts = { openTarget, openTerraform: openShownTerraform, describeTestbed, waitForBoot, standInImages }

/** A testbed that is planned: where it is worked on, with what, and the keys that its machines are born with. */
interface Prepared {
  readonly workspace: Workspace
  readonly target: Target
  readonly terraform: Terraform
  readonly plan: PlanSummary
  readonly hostKeys: HostKeys
  readonly identityFile: string
}

/** Everything up to Terraform, and then what the caller wants of it. The workspace is locked all along. */
export async function withPlan<T>(
  request: Omit<RaiseRequest, 'confirm'>,
  command: string,
  use: (prepared: Prepared) => Promise<T>,
  parts: RaiseParts = usualParts,
): Promise<T> {
  const { cluster, cwd, terminal, signal } = request
  const workspace = makeWorkspace(cwd, cluster.name)
  const lock = lockWorkspace(workspace, command)
  try {
    const loginKey = loadLoginKey(workspace, cluster.access)
    const hostKeys = loadHostKeys(workspace)
    const debs = await resolvePackages(cluster.titus.packages, { standIns: builtPackages(), cache: cacheFolder() }, signal)
    const target = await parts.openTarget(cluster, workspace, terminal, signal)
    rememberLastRaised(cwd, cluster.name)
    const images = await parts.standInImages(cluster, (line) => terminal.status(line), signal)
    const packages = [...debs, ...images]
    await placePackages(workspace.terraform, packages)
    const { synthesize } = await import('../../stack/synth.ts')
    const stack = synthesize(cluster, {
      account: target.account,
      trustedCidr: target.trustedCidr,
      publicKey: loginKey.publicKey,
      hostKeys,
      packages,
      emulated: target.access.endpoint !== undefined,
      zone: target.zone,
    })
    writeStack(workspace, stack)
    terminal.status('terraform: planning')
    const terraform = await parts.openTerraform(request, workspace, cluster.region, target.access)
    return await use({ workspace, target, terraform, plan: await terraform.plan(), hostKeys, identityFile: loginKey.identityFile })
  } finally {
    lock.release()
  }
}

/** Raises the testbed that a cluster describes, or brings it back to what the file says, and waits until every machine is ready.
 *  @returns undefined when the user said no */
export async function raise(request: RaiseRequest, parts: RaiseParts = usualParts): Promise<Raised | undefined> {
  const { cluster, terminal, signal } = request
  const work = async ({ workspace, target, terraform, plan, hostKeys, identityFile }: Prepared): Promise<Raised | undefined> => {
    const planned = plan.add + plan.change + plan.destroy
    if (planned > 0 && !(await request.confirm(target, plan))) return undefined
    writeTargetRecord(workspace, { target: cluster.target, region: cluster.region, account: target.account, zone: target.zone })
    const outputs = planned > 0 ? (await finish(() => terraform.apply({ planned: true }))).outputs : await terraform.outputs()
    const bastionAt = await target.bastionAt(outputs['bastion_ip'] ?? '')
    const testbed = await parts.describeTestbed(
      {
        name: cluster.name,
        target: cluster.target,
        region: cluster.region,
        account: target.account,
        access: target.access,
        outputs,
        hostKeys,
        identityFile,
        loginUser: machineImage(cluster.image).user,
        ...(bastionAt === undefined ? {} : { bastionAt }),
      },
      signal,
    )
    writeTestbed(workspace, testbed)
    await parts.waitForBoot(testbed, target.failedMachine, (line) => terminal.status(line), signal)
    return { testbed, changes: plan }
  }
  return withPlan(request, 'apply', work, parts)
}
