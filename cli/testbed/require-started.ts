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

/** The machine that every connection goes through; none for hosts that were not raised. */
function wayInOf(testbed: Testbed): Host | undefined {
  return testbed.target === 'hosts' ? undefined : namedHosts(testbed).find(({ name }) => name === wayIn)
}

/** Whether nobody gets through the machine that every connection goes through: it does not run, or its host key is not known yet. */
export function isWayInClosed(testbed: Testbed): boolean {
  const { isDown, bootingSince } = wayInOf(testbed) ?? {}
  return isDown === true || bootingSince !== undefined
}

/** @throws TestbedError when the testbed is stopped, or its way in is: nothing of it can be reached then */
export function requireStarted(testbed: Testbed): void {
  if (isStopped(testbed)) throw new TestbedError(`testbed ${testbed.name} is stopped`, { hint: 'titus-bed start' })
  if (wayInOf(testbed)?.isDown === true)
    throw new TestbedError(`the ${wayIn} of testbed ${testbed.name} does not run, and every other machine is reached through it`, {
      hint: 'titus-bed start; titus-bed apply where it is gone',
    })
}

/** @throws TestbedError when the host, or the way to it, does not run, or its host key is not known yet */
export function requireRunning(testbed: Testbed, host: Host): void {
  requireStarted(testbed)
  const way = wayInOf(testbed)
  for (const each of way === undefined ? [host] : [way, host]) {
    const boots = bootingOf(each)?.how
    if (boots !== undefined)
      throw new TestbedError(`${each.name} of testbed ${testbed.name} ${boots}`, {
        hint: 'try again in a moment; titus-bed run waits for it, titus-bed status tells how it stands',
      })
  }
  if (host.isDown === true)
    throw new TestbedError(`${host.name} of testbed ${testbed.name} does not run`, {
      hint: 'titus-bed start; titus-bed apply where it is gone',
    })
}
