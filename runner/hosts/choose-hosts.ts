import type { Json } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import { hostNamesOf, isRefused, resolveHost } from '../../schemas/resolve-host.ts'
import type { HostChoice } from '../../schemas/resolve-host.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { StepError } from '../step-error.ts'

/**
 * The hosts that a `host:` means, as {@link resolveHost} finds them.
 * @throws StepError `unknown-host`, `bad-host`, `empty-group`, `local-not-allowed`
 */
export function chooseHosts(wanted: Json, testbed: Testbed, allowLocal: boolean): HostChoice {
  if (typeof wanted !== 'string') throw new StepError('unknown-host', `a host is named by a text, not by ${renderJson(wanted)}`)
  const resolved = resolveHost(wanted, hostNamesOf(testbed), { local: true, several: true })
  if (isRefused(resolved)) {
    const hint = [resolved.hint, `expected: ${resolved.expected}`].filter((part) => part !== undefined).join('; ')
    throw new StepError(resolved.code, `${resolved.message}, in testbed ${testbed.name}`, { hint })
  }
  if (resolved.names.includes('local') && !allowLocal)
    throw new StepError('local-not-allowed', 'the step acts on this computer, which is not allowed', {
      hint: 'titus-bed run --allow-local',
    })
  return resolved
}
