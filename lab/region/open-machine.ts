import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { reachableFolder } from '../fence.ts'
import { openDisk } from '../machines/disk.ts'
import { createMachine } from '../machines/machine.ts'
import type { Machine } from '../machines/machine.ts'
import { addressAt } from '../../system/ipv4.ts'
import { fixedAddresses } from '../network/addresses.ts'
import type { Link } from '../network/links.ts'
import { hostName, machineDomain } from '../network/resolver-answers.ts'
import type { Router } from '../network/router.ts'
import type { Instance, RegionState } from '../region-state.ts'
import type { RegionOptions } from './options.ts'
import { buildStockFiles } from './stock-files.ts'
import { containerHostTag, loginUserTag } from '../../schemas/tags.ts'

/** What the machines of a region have in common. */
export interface Surroundings {
  readonly stateDir: string
  /** The lab's cgroup. */
  readonly groupPath: string
  readonly options: RegionOptions
  /** Node.js where the machines reach it; absent where their image has its own. */
  readonly node: string | undefined
  readonly router: Router
  readonly state: () => RegionState
  /** Certificate of the lab's authority. */
  readonly authorityFile: string
  readonly log: (line: string) => void
}

/** Of a machine without a tag that says another one. */
const usualLoginUser = 'ubuntu'

/**
 * Opens the machine of an instance: its folder, its disk, its names. Nothing runs yet.
 * @param links       of the instance, the first interface first
 * @param onPowerOff  called when the system has switched itself off
 */
export async function openMachine(
  { stateDir, groupPath, options, node, router, state, authorityFile, log }: Surroundings,
  instance: Instance,
  [primary]: readonly Link[],
  onPowerOff: () => void,
): Promise<Machine> {
  const folder = join(stateDir, 'machines', instance.id)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const address = primary?.addresses[0] ?? instance.privateAddress
  const vpc = state().vpcs.find(({ id }) => id === instance.vpcId)
  const identity = {
    instanceId: instance.id,
    address,
    hostName: hostName(address),
    loginUser: instance.tags[loginUserTag] ?? usualLoginUser,
    domain: machineDomain(options.region),
    resolver: (vpc === undefined ? undefined : addressAt(vpc.cidr, 2)) ?? fixedAddresses.resolver,
  }
  const isContainerHost = instance.tags[containerHostTag] === 'true'
  const disk = await openDisk({
    folder,
    sizeGiB: instance.volumeGiB,
    reachable: reachableFolder(instance.id),
    layers: options.images,
    isContainerHost,
    identity,
    authorityFile,
    files: options.mirrors === undefined ? [] : buildStockFiles(options.mirrors),
  })
  return createMachine({
    instanceId: instance.id,
    hostName: identity.hostName,
    disk,
    router,
    groupPath: `${groupPath}/machines`,
    isContainerHost,
    consoleFile: join(folder, 'console.log'),
    onPowerOff,
    log,
    ...(node === undefined ? {} : { node }),
  })
}
