import { join, resolve } from 'node:path'
import { TestbedError } from '../schemas/failure.ts'
import { askSocket, LabRefusal } from './bundle/open-relay.ts'
import type { LabMachine } from './lab.ts'
import type { LabInstance } from './region-state.ts'
import { controlSocket } from './region/control.ts'

/** The control socket of a lab: an absolute path, which may be longer than connect(2) takes. */
export function controlSocketOf(stateDir: string): string {
  return join(resolve(stateDir), controlSocket)
}

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
 * What a machine of a lab that runs said last: on its console, then what its user data printed; of each the last 64 KiB. Undefined where the
 * lab has no such machine, or has not made it yet.
 * @param instanceId  `i-` and hexadecimal digits
 * @throws TestbedError when the lab does not answer, or that is no id of a machine
 */
export async function readMachineLog(stateDir: string, instanceId: string): Promise<string | undefined> {
  if (/^i-[0-9a-f]+$/.test(instanceId))
    return askSocket<string>(resolve(stateDir), controlSocket, 'GET', `/logs/${instanceId}`).catch((error: unknown) => {
      if (error instanceof LabRefusal && error.status === 404) return undefined
      throw error
    })
  throw new TestbedError(`the lab has no machine ${instanceId}`, { hint: 'titus-bed status' })
}
