import { join } from 'node:path'
import type { Cluster } from '../../schemas/cluster.ts'
import { TestbedError } from '../../schemas/failure.ts'
import type { Placing } from '../../schemas/flaw.ts'
import { machineImage } from '../../schemas/images.ts'
import { placeFailure } from '../../schemas/place-failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { recordedHostKeys } from '../../stack/host-keys.ts'
import { loadLoginKey } from '../../stack/key-store.ts'
import { placePackages, resolvePackages } from '../../stack/packages.ts'
import { discardPlan } from '../../stack/terraform.ts'
import type { PlanSummary, Terraform } from '../../stack/terraform.ts'
import { describeTestbed } from '../../stack/testbed.ts'
import { keepRaisedStack, lockWorkspace, makeWorkspace, writeStack, writeTestbed } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { cacheFolder } from '../product/folders.ts'
import { rememberLastRaised } from './select-testbed.ts'
import { openTarget } from '../target/open-target.ts'
import { readTargetRecord, writeTargetRecord } from '../target/target-record.ts'
import type { Target } from '../target/target.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { timeTable } from '../terminal/phase.ts'
import { openProgress } from '../terminal/progress.ts'
import type { Progress } from '../terminal/progress.ts'
import { writeDurably } from '../../system/durable-file.ts'
import { finish } from '../terminal/unfinished.ts'
import { openShownTerraform } from './terraform-progress.ts'
import { builtPackages } from '../product/folders.ts'
import { standInImages } from '../product/stand-in-images.ts'
import { bringUp, bringUpParts } from './bring-up.ts'
import type { BringUpParts } from './bring-up.ts'
import type { AskedPlan } from './confirm.ts'
import { lastWords } from './last-words.ts'
import { startMachines, stoppedMachines } from './machine-power.ts'
import { knownTestbed, wake } from './wake.ts'
import type { WakeParts } from './wake.ts'
import { asTypedHere } from '../product/typed-as.ts'

/** What it takes to raise a testbed, or to plan it. */
export interface RaiseRequest {
  readonly cluster: Cluster
  /** Where values of the cluster stand in its file, for what is found wrong with one only now. */
  readonly placeOf?: Placing | undefined
  readonly cwd: string
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly abandon: AbortSignal
  /** Until when the testbed may stand: RFC 3339. Absent: as it was before. */
  readonly lease?: string | undefined
  /** Asked before anything is spent on AWS, with account and region, and the plan where there is one by then; false ends the command. */
  readonly confirm: (target: Target, plan?: AskedPlan) => Promise<boolean>
}

/** What came of it. `changes` counts what Terraform did. */
export interface Raised {
  readonly testbed: Testbed
  readonly changes: PlanSummary
}

/** A request, and where its work is told. */
type Told = Omit<RaiseRequest, 'confirm'> & { readonly progress: Progress }

/** What a plan is made of. */
interface Readied extends Pick<Prepared, 'workspace' | 'target'> {
  readonly loginKey: ReturnType<typeof loadLoginKey>
  readonly packages: Parameters<typeof placePackages>[1]
}

/** What raising acts through. */
export interface RaiseParts extends WakeParts, BringUpParts {
  readonly openTarget: typeof openTarget
  readonly openTerraform: typeof openShownTerraform
  readonly describeTestbed: typeof describeTestbed
  readonly standInImages: typeof standInImages
}

const usualParts: RaiseParts = {
  openTarget,
  openTerraform: openShownTerraform,
  describeTestbed,
  stoppedMachines,
  startMachines,
  ...bringUpParts,
  standInImages,
}

/** A testbed that can be planned: where it is worked on, with what, and the key that logs in to its machines. */
export interface Prepared {
  readonly workspace: Workspace
  readonly target: Target
  readonly terraform: Terraform
  readonly plan: () => Promise<PlanSummary>
  readonly identityFile: string
}

/** Everything up to Terraform, and then what the caller wants of it. The workspace is locked all along. */
export async function withPlan<T>(
  request: Omit<RaiseRequest, 'confirm'>,
  command: string,
  use: (prepared: Prepared) => Promise<T>,
  parts: RaiseParts = usualParts,
): Promise<T> {
  return withToldPlan({ ...request, progress: openProgress(request.terminal) }, command, use, parts)
}

async function withToldPlan<T>(request: Told, command: string, use: (prepared: Prepared) => Promise<T>, parts: RaiseParts): Promise<T> {
  const { cluster, cwd, progress, signal } = request
  const { phase, terminal } = progress
  const workspace = makeWorkspace(cwd, cluster.name)
  const lock = lockWorkspace(workspace, command)
  try {
    const loginKey = loadLoginKey(workspace, cluster.access)
    const sources = { standIns: builtPackages(), cache: cacheFolder() }
    const debs = await phase('packages', async () => resolvePackages(cluster, sources, signal))
    const target = await phase(cluster.target, async () => parts.openTarget(cluster, workspace, terminal, signal))
    rememberLastRaised(cwd, cluster.name)
    const packages = await phase('images', async () => {
      const images = await parts.standInImages(cluster, terminal.status, signal)
      await placePackages(workspace.terraform, [...debs, ...images])
      return [...debs, ...images]
    })
    return await use(await phase('stack', async () => prepare(request, { workspace, target, loginKey, packages }, parts)))
  } catch (error) {
    throw placeFailure(error, request.placeOf ?? (() => undefined))
  } finally {
    discardPlan(workspace.terraform)
    lock.release()
  }
}

/** Synthesises the stack and makes Terraform ready, which then says what is not as the stack wants it. */
async function prepare(request: Told, { workspace, target, loginKey, packages }: Readied, parts: RaiseParts): Promise<Prepared> {
  const { cluster, progress } = request
  const { synthesize } = await import('../../stack/synth.ts')
  const stack = synthesize(cluster, {
    account: target.account,
    trustedCidr: target.trustedCidr,
    publicKey: loginKey.publicKey,
    packages,
    emulated: target.access.endpoint !== undefined,
    lease: leaseFor(request, workspace),
    zone: target.zone,
  })
  writeStack(workspace, stack)
  const terraform = await parts.openTerraform(request, workspace, cluster.region, target.access)
  const plan = () =>
    progress.phase('plan', async () => {
      progress.terminal.status('Terraform compares the stack with what there is')
      return await terraform.plan()
    })
  return { workspace, target, terraform, plan, identityFile: loginKey.identityFile }
}

/** Raises the testbed that a cluster describes, or brings it back to what the file says, and waits until every machine is ready.
 *  @returns undefined when the user said no */
export async function raise(request: RaiseRequest, parts: RaiseParts = usualParts): Promise<Raised | undefined> {
  const { cluster, terminal, signal } = request
  const progress = openProgress(terminal)
  const work = async (prepared: Prepared): Promise<Raised | undefined> => {
    const { workspace, target, terraform, identityFile } = prepared
    const started = await wake(workspace, target, request.confirm, progress, signal, parts)
    if (started === undefined) return tellRefused([], terminal)
    const plan = await prepared.plan()
    const planned = plan.add + plan.change + plan.destroy
    if (planned > 0 && !(await request.confirm(target, { ...plan, changes: terraform.changes }))) return tellRefused(started, terminal)
    const { machines, agents } = cluster
    const sizes = { machines, agents: { instanceType: agents.instanceType, volumeGiB: agents.volumeGiB } }
    const lease = leaseFor(request, workspace)
    writeTargetRecord(workspace, {
      target: cluster.target,
      region: cluster.region,
      account: target.account,
      zone: target.zone,
      sizes,
      ...(lease === undefined ? {} : { lease }),
    })
    const outputs = planned > 0 ? await applyPlan(progress, terraform, target, planned) : await terraform.outputs()
    // What stands and what was asked for: who looks at a failure wants both, whatever is planned by then.
    keepRaisedStack(workspace)
    writeDurably(join(workspace.folder, 'cluster.json'), `${JSON.stringify(cluster, null, 2)}\n`)
    const applied = {
      name: cluster.name,
      target: cluster.target,
      region: cluster.region,
      account: target.account,
      access: target.access,
      outputs,
      identityFile,
      loginUser: machineImage(cluster.image).user,
    }
    // Each look starts with the host keys that those before it have found.
    let hostKeys = recordedHostKeys(knownTestbed(workspace)?.hosts ?? [])
    const describe = async () => {
      const testbed = await parts.describeTestbed({ ...applied, hostKeys }, target.bastionAt, target.readConsole, signal)
      writeTestbed(workspace, testbed)
      hostKeys = new Map([...hostKeys, ...recordedHostKeys(testbed.hosts)])
      return testbed
    }
    const testbed = await bringUp({ workspace, target, describe, agents: agents.capacity.desired, started, progress, signal }, parts)
    return { testbed, changes: plan }
  }
  try {
    return await withToldPlan({ ...request, progress }, 'apply', work, parts)
  } finally {
    // What was refused before anything was done took no time that is worth a table.
    const times = progress.times()
    if (times.some(({ failed }) => !failed) && !signal.aborted) for (const line of timeTable(times)) terminal.err(line)
  }
}

/** Tells what a no leaves: also what was started before there was a plan to say no to. */
function tellRefused(started: readonly string[], terminal: Terminal): undefined {
  terminal.err(
    started.length === 0
      ? 'nothing was changed'
      : asTypedHere(`started: ${started.join(', ')} (titus-bed stop stops them); nothing else was changed`),
  )
}

/** The lease that was asked for, or the one that the testbed has. */
function leaseFor({ lease }: Pick<RaiseRequest, 'lease'>, workspace: Workspace): string | undefined {
  return lease ?? readTargetRecord(workspace)?.lease
}

/** Applies the plan. Where that fails, and a machine failed, what the machine said last is told, since Terraform only knows that it waits.
 *  @returns Terraform's outputs */
async function applyPlan(progress: Progress, terraform: Terraform, target: Target, planned: number) {
  try {
    return await progress.phase('apply', async () => (await finish(() => terraform.apply({ planned: true }))).outputs, planned)
  } catch (error) {
    if (!(error instanceof TestbedError)) throw error
    const failed = await target.failedMachine().catch(() => undefined)
    if (failed === undefined) throw error
    throw new TestbedError(`${error.message}\n${lastWords(failed.instanceId, failed.log)}`, { hint: error.hint, cause: error })
  }
}
