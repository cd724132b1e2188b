import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shell } from '../image/shell.ts'
import { machineIds } from '../machine-ids.ts'
import { formatCommand, mountCommand } from '../machines/volume.ts'
import { buildFinding } from './finding.ts'
import type { Finding } from './finding.ts'

const probe = fileURLToPath(new URL('./probe.sh', import.meta.url))
const elsewhere = 'Run it with sudo on a computer or virtual machine; in a container, start that with: docker run --privileged'

/** Tries namespaces (those of users too), the network parts, overlayfs and loop devices for real, in namespaces that end with the trial. `stateDir` need not exist. */
export async function examineKernel(stateDir: string): Promise<readonly Finding[]> {
  return Promise.all([examineNamespaces(), examineUserNamespaces(), examineNetwork(), examineOverlay(stateDir), examineVolume(stateDir)])
}

/** The first trial may have to load modules, on a computer that has other things to do. */
const trialSeconds = 30

async function attempt(argv: readonly string[]): Promise<string | undefined> {
  const result = await shell({ nothrow: true, timeout: `${trialSeconds}s` })`${argv}`
  if (result.exitCode === 0) return undefined
  if (result.exitCode === null) return `no answer within ${trialSeconds} s`
  return result.stderr.trim().split('\n')[0] || `ended with code ${result.exitCode}`
}

async function examineNamespaces(): Promise<Finding> {
  const problem = await attempt(['unshare', '--mount', '--net', '--ipc', '--uts', '--pid', '--fork', '--mount-proc', 'true'])
  return buildFinding('namespaces', problem === undefined, `new mount, network, ipc, uts and pid namespaces${tell(problem)}`, elsewhere)
}

async function examineUserNamespaces(): Promise<Finding> {
  const what = 'user namespaces, which keep root in a machine from being root here'
  const problem = (await attempt(['unshare', '--user', '--net', 'true'])) ?? missingIds(await readFile('/proc/self/uid_map', 'utf8'))
  return buildFinding('user-namespaces', problem === undefined, `${what}${tell(problem)}`, 'sysctl -w user.max_user_namespaces=10000')
}

/** What is wrong with a map of ids in which the machines' own ids are missing, as in a container that has a user namespace itself. */
function missingIds(map: string): string | undefined {
  const last = machineIds.first + machineIds.count - 1
  const isMapped = map
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => first <= machineIds.first && last < first + count)
  return isMapped ? undefined : `this process may not use the user ids ${machineIds.first} to ${last}: ${elsewhere}`
}

async function examineNetwork(): Promise<Finding> {
  const problem = await attempt(['unshare', '--mount', '--net', 'sh', probe, 'network'])
  return buildFinding(
    'network',
    problem === undefined,
    `veth links, nftables with connection tracking${tell(problem)}`,
    'modprobe -a veth nf_tables nf_conntrack nft_ct',
  )
}

async function examineOverlay(stateDir: string): Promise<Finding> {
  const parent = nearestFolder(resolve(stateDir))
  const folder = await mkdtemp(join(parent, '.titus-bed-probe-')).catch(() => undefined)
  if (folder === undefined) return buildFinding('overlay', false, `overlayfs: ${parent} cannot be written to`, `chmod u+w ${parent}`)
  const problem = await attempt(['unshare', '--mount', '--propagation', 'private', 'sh', probe, 'overlay', folder])
  await rm(folder, { recursive: true, force: true })
  const cure = `Keep the testbed on a filesystem that overlayfs can write to (ext4, xfs, btrfs; a container's own root is none: mount a volume there), or: modprobe overlay`
  return buildFinding('overlay', problem === undefined, `overlayfs in ${parent}${tell(problem)}`, cure)
}

async function examineVolume(stateDir: string): Promise<Finding> {
  const parent = nearestFolder(resolve(stateDir))
  const folder = await mkdtemp(join(parent, '.titus-bed-probe-')).catch(() => undefined)
  const unshared = ['unshare', '--mount', '--propagation', 'private', 'sh', probe]
  const problem =
    folder === undefined
      ? `${parent} cannot be written to`
      : ((await attempt(['sh', probe, 'format', folder, ...formatCommand])) ??
        (await attempt([...unshared, 'mount', folder, ...mountCommand])))
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  const what = `loop devices for the machines' disks${problem === undefined ? '' : `: ${problem.replace(/\.$/, '')}. Without them a machine may fill the disk of this computer`}`
  const cure = 'modprobe loop; in a container: docker run --privileged --volume /dev:/dev'
  return { ...buildFinding('volume', problem === undefined, what, cure), ...(problem === undefined ? {} : { isWarning: true }) }
}

/** The folder itself, or the nearest above it that exists. */
export function nearestFolder(path: string): string {
  return existsSync(path) || path === '/' ? path : nearestFolder(dirname(path))
}

function tell(problem: string | undefined): string {
  return problem === undefined ? '' : `: ${problem}`
}
