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
  if (Array.isArray(wanted)) return chooseEach(wanted, testbed, allowLocal)
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

/** All that a list of hosts means, each once. */
function chooseEach(wanted: readonly Json[], testbed: Testbed, allowLocal: boolean): HostChoice {
  const choices = wanted.map((each) => chooseHosts(each, testbed, allowLocal))
  if (choices.some(({ mode }) => mode === 'any'))
    throw new StepError('bad-host', `a list of hosts means all of them: ${renderJson(wanted)}`, { hint: 'name .any by itself' })
  const names = [...new Set(choices.flatMap((choice) => choice.names))]
  if (names.length === 0) throw new StepError('empty-group', 'the list names no host')
  return { mode: 'all', names }
}
