import { didYouMean } from '../../system/nearest-name.ts'
import type { Json } from '../../schemas/json.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { StepError } from '../step-error.ts'

/** The hosts that a `host:` means. `all`: it must hold on every one; `any`: on the first that it holds on. */
export interface HostChoice {
  readonly mode: 'one' | 'all' | 'any'
  /** Names of the testbed, or `local`. Never empty. */
  readonly names: readonly string[]
}

/**
 * Finds hosts by a machine's name, its private address, EC2 name or instance id, `GROUP.all`, `GROUP.any`, or `local`.
 * @throws StepError `unknown-host`, `empty-group`, `local-not-allowed`
 */
export function chooseHosts(wanted: Json, testbed: Testbed, allowLocal: boolean): HostChoice {
  if (typeof wanted !== 'string') throw new StepError('unknown-host', `a host is named by a text, not by ${JSON.stringify(wanted)}`)
  if (wanted === 'local') {
    if (!allowLocal)
      throw new StepError('local-not-allowed', 'the step acts on this computer, which is not allowed', {
        hint: 'titus-bed run --allow-local',
      })
    return { mode: 'one', names: ['local'] }
  }
  const group = /^(.+)\.(all|any)$/.exec(wanted)
  if (group !== null) {
    const [, name = '', mode] = group
    const names = testbed.hosts.filter((host) => host.group === name).map((host) => host.name)
    if (names.length > 0) return { mode: mode as 'all' | 'any', names }
    const groups = groupsOf(testbed)
    throw new StepError('empty-group', `no machine is in the group ${name} of testbed ${testbed.name}`, {
      hint: groups.length === 0 ? 'it has no groups' : `its groups: ${groups.join(', ')}`,
    })
  }
  const host = testbed.hosts.find(
    ({ name, address, instanceId }) => [name, address, instanceId].includes(wanted) || isDnsName(wanted, address),
  )
  if (host !== undefined) return { mode: 'one', names: [host.name] }
  const known = [...testbed.hosts.map(({ name }) => name), ...groupsOf(testbed).flatMap((name) => [`${name}.all`, `${name}.any`])]
  const near = didYouMean(wanted, known)
  throw new StepError('unknown-host', `no host ${wanted} in testbed ${testbed.name}`, {
    hint: `${near === undefined ? '' : `${near} `}there are: ${known.join(', ')}`,
  })
}

/** EC2's own name for a private address: `ip-30-0-100-50`, with or without its domain. */
function isDnsName(name: string, address: string): boolean {
  return name.split('.')[0] === `ip-${address.replaceAll('.', '-')}`
}

function groupsOf(testbed: Testbed): string[] {
  return [...new Set(testbed.hosts.flatMap(({ group }) => (group === undefined ? [] : [group])))]
}
