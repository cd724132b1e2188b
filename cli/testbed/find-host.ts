import { inputError } from '../../schemas/failure.ts'
import { hostNamesOf, isRefused, resolveHost } from '../../schemas/resolve-host.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'

/** The one host that a person means, as {@link resolveHost} finds it. @throws InputError that lists the hosts */
export function findHost(testbed: Testbed, name: string): Host {
  const resolved = resolveHost(name, hostNamesOf(testbed), { local: false, several: false })
  if (isRefused(resolved)) throw inputError({ ...resolved, message: `testbed ${testbed.name}: ${resolved.message}` })
  return testbed.hosts.find((host) => host.name === resolved.names[0]) as Host
}
