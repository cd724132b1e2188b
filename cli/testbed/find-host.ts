import { inputError } from '../../schemas/failure.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'

/** The host that a person means: its name, its private address, or `agent` for the first agent.
 *  @throws InputError that lists the hosts */
export function findHost(testbed: Testbed, name: string): Host {
  const asked = name === 'agent' ? 'agents[0]' : name
  const found = testbed.hosts.find((host) => host.name === asked || host.address === asked)
  if (found !== undefined) return found
  const names = testbed.hosts.map((host) => host.name)
  throw inputError({
    code: 'unknown-host',
    message: `testbed ${testbed.name} has no host "${name}"`,
    expected: names.join(', '),
    hint: didYouMean(asked, names),
  })
}
