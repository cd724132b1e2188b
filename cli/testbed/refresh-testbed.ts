import type { LabInstance } from '../../lab/index.ts'
import { TestbedError } from '../../schemas/failure.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import { recordedHostKeys } from '../../stack/host-keys.ts'
import { describeTestbed, testbedOf } from '../../stack/testbed.ts'
import type { Instance, OpenWayIn } from '../../stack/testbed.ts'
import { writeTestbed } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { findHost } from './find-host.ts'
import { isWayInClosed, requireRunning } from './require-started.ts'
import { labFolder } from '../product/folders.ts'
import { findLabBehind } from '../target/lab-behind.ts'
import { openWatch } from '../target/watch.ts'
import type { MachineWatch } from '../target/watch.ts'

/** What looking again acts through. */
export interface RefreshParts {
  readonly describeTestbed: typeof describeTestbed
  readonly findLab: (stateDir: string) => Promise<unknown>
  readonly listInstances: (stateDir: string) => Promise<readonly LabInstance[]>
  /** The way from this computer to a public address in the lab. */
  readonly openRelay: (stateDir: string, address: string) => Promise<{ readonly host: string; readonly port: number }>
  /** What the target knows of the machines: what they have said on their consoles. */
  readonly openWatch: (testbed: Testbed, workspace: Workspace, signal?: AbortSignal) => Pick<MachineWatch, 'readConsole'>
}

const usualParts: RefreshParts = {
  describeTestbed,
  // Images and all else that starting a lab needs are not loaded to look at one.
  findLab: async (stateDir) => (await import('../../lab/find-lab.ts')).findLab(stateDir),
  listInstances: async (stateDir) => (await import('../../lab/list-machines.ts')).listInstances(stateDir),
  openRelay: async (stateDir, address) => (await import('../../lab/index.ts')).openRelay(stateDir, address, 22),
  openWatch,
}

/** The testbed with the machines that it has now (one that was not raised: those of its file): agents come and go with their autoscaling group. Files that OpenSSH reads follow.
 *  One that does not run now stays, as one that is down: a step that needs it meets that.
 *  @throws TestbedError when the lab is down, or EC2 does not answer */
export async function refreshTestbed(
  workspace: Workspace,
  testbed: Testbed,
  signal?: AbortSignal,
  parts: RefreshParts = usualParts,
): Promise<Testbed> {
  if (testbed.target === 'hosts') return testbed
  await requireRunningLab(workspace, testbed, parts)
  const [first] = testbed.hosts[0]?.route ?? []
  if (first === undefined) throw new TestbedError(`testbed ${testbed.name} has no bastion`, { hint: 'titus-bed apply' })
  const applied = {
    ...testbed,
    access: testbed.api,
    hostKeys: recordedHostKeys(testbed.hosts),
    identityFile: first.identityFile,
    loginUser: first.user,
    before: testbed.hosts,
  }
  const openWayIn: OpenWayIn = async (address) => {
    if (address === testbed.outputs['bastion_ip']) return { host: first.address, port: first.port }
    if (testbed.target === 'lab') return await parts.openRelay(labFolder(workspace), address)
    return await (await findLabBehind(process.env['AWS_ENDPOINT_URL']))?.openRelay(address, 22)
  }
  const { readConsole } = parts.openWatch(testbed, workspace, signal)
  const instances = testbed.target === 'lab' ? await labInstances(workspace, testbed, parts) : undefined
  const current =
    instances === undefined
      ? await parts.describeTestbed(applied, openWayIn, readConsole, signal)
      : await testbedOf(applied, instances, openWayIn, readConsole)
  if (JSON.stringify(current) !== JSON.stringify(testbed)) writeTestbed(workspace, current)
  return current
}

/** The host that a person named. Only members of groups, and what was down or booting, can have changed since, so only for them is EC2 asked.
 *  @throws InputError when there is no such host; TestbedError when it, or the lab, is down, or its host key is not known yet */
export async function currentHost(
  workspace: Workspace,
  testbed: Testbed,
  name: string,
  parts: RefreshParts = usualParts,
): Promise<{ readonly host: Host; readonly testbed: Testbed }> {
  await requireRunningLab(workspace, testbed, parts)
  const known = testbed.hosts.find((host) => host.name === name && host.group === undefined)
  const wasUp = known?.isDown !== true && known?.bootingSince === undefined && !isWayInClosed(testbed)
  if (known !== undefined && wasUp) return { host: known, testbed }
  const current = await refreshTestbed(workspace, testbed, undefined, parts)
  const host = findHost(current, name)
  requireRunning(current, host)
  return { host, testbed: current }
}

/** Does nothing for a testbed on AWS.
 *  @throws TestbedError when the lab that the testbed stands in has ended, as it does when it is killed and when this computer restarts */
export async function requireRunningLab(
  workspace: Workspace,
  { target }: Testbed,
  { findLab }: Pick<RefreshParts, 'findLab'> = usualParts,
): Promise<void> {
  if (target !== 'lab') return
  if ((await findLab(labFolder(workspace))) !== undefined) return
  throw new TestbedError(`the lab of testbed ${workspace.name} is not running`, {
    hint: 'titus-bed apply raises it anew (a lab keeps nothing when it ends); titus-bed destroy clears what it left',
  })
}

/** What the lab itself says of its instances: the same state that its EC2 answers from, and no AWS client has to be loaded for it.
 *  A lab that an older titus-bed started cannot say; its EC2 is asked then. */
async function labInstances(
  workspace: Workspace,
  { outputs }: Testbed,
  { listInstances }: RefreshParts,
): Promise<readonly Instance[] | undefined> {
  const instances = await listInstances(labFolder(workspace)).catch(() => undefined)
  return instances
    ?.filter(({ state, vpcId }) => !['shutting-down', 'terminated'].includes(state) && vpcId === outputs['vpc_id'])
    .map(({ id, state, privateAddress, publicAddress, launchedAt, tags }) => ({
      State: { Name: state },
      InstanceId: id,
      PrivateIpAddress: privateAddress,
      ...(publicAddress === undefined ? {} : { PublicIpAddress: publicAddress }),
      LaunchTime: new Date(launchedAt),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }))
}
