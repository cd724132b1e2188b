import { TestbedError } from '../../schemas/failure.ts'
import { wayIn } from '../../schemas/roles/index.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import { bootingOf } from './booting.ts'
import { namedHosts } from './machine-power.ts'

/** Whether a raised testbed is stopped: none of the machines that exist once runs. */
export function isStopped(testbed: Testbed): boolean {
  const hosts = namedHosts(testbed)
  return testbed.target !== 'hosts' && hosts.length > 0 && hosts.every(({ isDown }) => isDown)
}

/** Whether the machine that every connection goes through does not run. */
export function isWayInDown(testbed: Testbed): boolean {
  return testbed.target !== 'hosts' && namedHosts(testbed).find(({ name }) => name === wayIn)?.isDown === true
}

/** @throws TestbedError when the testbed is stopped, or its way in is: nothing of it can be reached then */
export function requireStarted(testbed: Testbed): void {
  if (isStopped(testbed)) throw new TestbedError(`testbed ${testbed.name} is stopped`, { hint: 'titus-bed start' })
  if (isWayInDown(testbed))
    throw new TestbedError(`the ${wayIn} of testbed ${testbed.name} does not run, and every other machine is reached through it`, {
      hint: 'titus-bed start; titus-bed apply where it is gone',
    })
}

/** @throws TestbedError when the host, or the way to it, does not run, or its host key is not known yet */
export function requireRunning(testbed: Testbed, host: Host): void {
  requireStarted(testbed)
  const boots = bootingOf(host)?.how
  if (boots !== undefined)
    throw new TestbedError(`${host.name} of testbed ${testbed.name} ${boots}`, {
      hint: 'try again in a moment; titus-bed run waits for it, titus-bed status tells how it stands',
    })
  if (host.isDown === true)
    throw new TestbedError(`${host.name} of testbed ${testbed.name} does not run`, {
      hint: 'titus-bed start; titus-bed apply where it is gone',
    })
}
