import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from '../../schemas/cluster.ts'
import { inputError, TestbedError } from '../../schemas/failure.ts'
import type { AwsAccess } from '../../schemas/testbed.ts'
import { describeAccount, findZone } from '../../stack/account.ts'
import { writeDurably } from '../../stack/durable-file.ts'
import { discardState } from '../../stack/terraform.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { cacheFolder, labFolder } from '../product/folders.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { builtPackages, pathWithTools } from '../product/version.ts'

/** An AWS API to raise a testbed on, AWS's own or the lab's, and what depends on which it is. */
export interface Target {
  readonly access: AwsAccess
  readonly account: string
  /** Who we are there: an ARN. */
  readonly identity: string
  readonly zone: string
  /** `access.trustedCidr` with `auto` resolved to this computer's address as the target sees it. */
  readonly trustedCidr: string
  /** A machine that the target itself knows to have failed, with what it said last; undefined while all is well. */
  readonly failedMachine: () => Promise<{ readonly instanceId: string; readonly log: string } | undefined>
  /** Where the first SSH hop goes, when that is not the bastion's public address. */
  readonly bastionAt: (publicAddress: string) => Promise<{ readonly host: string; readonly port: number } | undefined>
}

/** What is on record of a testbed's target, from before anything is created: with it `destroy` works after any interruption. */
export interface TargetRecord {
  readonly target: 'lab' | 'aws'
  readonly region: string
  readonly account?: string
}

/** Reads the record; undefined where nothing was ever created.
 *  @throws TestbedError when it is damaged */
export function readTargetRecord(workspace: Workspace): TargetRecord | undefined {
  const file = recordFile(workspace)
  if (!existsSync(file)) return undefined
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as TargetRecord
    if (!['lab', 'aws'].includes(record.target) || record.region === undefined) throw new TypeError('target or region is missing')
    return record
  } catch (cause) {
    const hint = 'write into it where the testbed stands: {"target": "lab" or "aws", "region": "eu-west-1"}'
    throw new TestbedError(`${file} is damaged`, { cause, hint })
  }
}

/** Writes the record, on the disk before it returns. */
export function writeTargetRecord(workspace: Workspace, record: TargetRecord): void {
  writeDurably(recordFile(workspace), `${JSON.stringify(record, null, 2)}\n`)
}

/** The file of the record. */
export function recordFile(workspace: Workspace): string {
  return join(workspace.folder, 'target.json')
}

/** Opens the target that a cluster asks for: finds or starts the lab, or asks AWS who we are.
 *  @throws InputError when the testbed stands on another target already; TestbedError when the target cannot be had */
export async function openTarget(cluster: Cluster, workspace: Workspace, terminal: Terminal, signal: AbortSignal): Promise<Target> {
  const before = readTargetRecord(workspace)
  if (before !== undefined && (before.target !== cluster.target || before.region !== cluster.region)) {
    throw inputError({
      code: 'target-changed',
      message: `testbed ${cluster.name} stands on ${before.target} in ${before.region}, and the file says ${cluster.target} in ${cluster.region}`,
      hint: `titus-bed destroy --testbed ${cluster.name} first, or give the testbed another name`,
    })
  }
  if (cluster.target === 'lab') return openLab(cluster, workspace, terminal, signal)
  if (cluster.titus.packages === 'lab') terminal.err(`${terminal.colour.yellow('warning:')} ${standInsOnAws}`)
  const endpoint = process.env['AWS_ENDPOINT_URL']
  if (endpoint !== undefined)
    terminal.err(`${terminal.colour.yellow('warning:')} AWS_ENDPOINT_URL is set: this goes to ${endpoint}, not to AWS`)
  return openAws(cluster, signal)
}

const standInsOnAws =
  'titus.packages is lab: the stand-ins speak to a Mesos master that only the lab has, so agents will not join on AWS; name your own packages'

async function openLab(cluster: Cluster, workspace: Workspace, terminal: Terminal, signal: AbortSignal): Promise<Target> {
  const [{ findLab, listMachines, openRelay, readMachineLog, standardImages, startLab }, { containerImages }] = await Promise.all([
    import('../../lab/index.ts'),
    import('../../deb/images/index.ts'),
  ])
  const stateDir = labFolder(workspace)
  const running = await findLab(stateDir)
  if (running === undefined) await (await import('../../lab/doctor.ts')).requireLab({ stateDir: workspace.folder, path: pathWithTools() })
  // A lab keeps nothing when it ends: a state that outlived it describes what is no more.
  if (running === undefined) discardState(workspace.terraform)
  writeTargetRecord(workspace, { target: 'lab', region: cluster.region })
  const connection =
    running ??
    (await startLab({
      stateDir,
      cacheDir: cacheFolder(),
      region: cluster.region,
      images: [...standardImages, ...containerImages(builtPackages())],
      progress: (line) => terminal.status(`lab: ${line}`),
      signal,
    }))
  const access = { endpoint: connection.endpoint, credentialsFile: connection.credentialsFile }
  return {
    access,
    account: connection.account,
    identity: `the lab's admin`,
    zone: `${cluster.region}a`,
    trustedCidr: cluster.access.trustedCidr === 'auto' ? `${connection.internetAddress}/32` : cluster.access.trustedCidr,
    failedMachine: async () => {
      const failed = (await listMachines(stateDir)).find(({ state }) => state === 'failed')
      return failed === undefined ? undefined : { instanceId: failed.instanceId, log: await readMachineLog(stateDir, failed.instanceId) }
    },
    bastionAt: (publicAddress) => openRelay(stateDir, publicAddress, 22),
  }
}

async function openAws(cluster: Cluster, signal: AbortSignal): Promise<Target> {
  const account = await describeAccount({}, cluster.region, signal)
  return {
    access: {},
    account: account.id,
    identity: account.identity,
    zone: await findZone({}, cluster.region, signal),
    trustedCidr: cluster.access.trustedCidr === 'auto' ? `${await publicAddress(signal)}/32` : cluster.access.trustedCidr,
    failedMachine: async () => undefined,
    bastionAt: async () => undefined,
  }
}

/** This computer's address on the internet, as AWS's own service sees it. */
async function publicAddress(signal: AbortSignal): Promise<string> {
  const failure = (cause: unknown) =>
    new TestbedError('this computer cannot tell its own public address', {
      cause,
      hint: 'write it into cluster.yaml: access: { trustedCidr: ADDRESS/32 }',
    })
  const answer = await fetch('https://checkip.amazonaws.com', { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) }).catch(
    (error: unknown) => {
      throw failure(error)
    },
  )
  const text = (await answer.text()).trim()
  if (!/^\d+(\.\d+){3}$/.test(text)) throw failure(text)
  return text
}
