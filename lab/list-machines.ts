import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TestbedError } from '../schemas/failure.ts'
import { askSocket } from './bundle/open-relay.ts'
import type { LabMachine } from './lab.ts'
import type { LabInstance } from './region-state.ts'
import { controlSocket } from './region/control.ts'

/**
 * The machines of a lab that runs, as its reconciler sees them.
 * @throws TestbedError when the lab does not run
 */
export function listMachines(stateDir: string): Promise<readonly LabMachine[]> {
  return askSocket<readonly LabMachine[]>(resolve(stateDir), controlSocket, 'GET', '/machines')
}

/**
 * The instances of a lab that runs, as its EC2 would describe them now: the answer of DescribeInstances without an AWS client.
 * @throws TestbedError when the lab does not run
 */
export function listInstances(stateDir: string): Promise<readonly LabInstance[]> {
  return askSocket<readonly LabInstance[]>(resolve(stateDir), controlSocket, 'GET', '/instances')
}

/**
 * What a machine said on its console, then what its user data printed. Works on a lab that was killed, too.
 * @param instanceId  `i-` and hexadecimal digits
 * @throws TestbedError when there is no such machine
 */
export async function readMachineLog(stateDir: string, instanceId: string): Promise<string> {
  const folder = join(resolve(stateDir), 'machines', instanceId)
  const console = /^i-[0-9a-f]+$/.test(instanceId) ? await readWithin(folder, 'console.log') : undefined
  if (console === undefined) throw new TestbedError(`the lab has no machine ${instanceId}`, { hint: 'titus-bed status' })
  const userData = await readWithin(join(folder, 'upper'), 'var/log/cloud-init-output.log')
  return `${console}${userData ?? ''}`
}

/** The machine may have put links in place of its files: only a plain file that is really in the folder is read. */
async function readWithin(folder: string, path: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(folder, path))
    if (file !== join(root, path)) return undefined
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      return (await handle.stat()).isFile() ? await handle.readFile('utf8') : undefined
    } finally {
      await handle.close()
    }
  } catch {
    return undefined
  }
}
