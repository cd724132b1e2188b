import type { Flaw } from '../../schemas/flaw.ts'
import type { Json } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { readCalls } from './read-calls.ts'

/** The verbs of calls that change nothing. */
const readingVerbs = ['Describe', 'Get', 'List', 'Head', 'Lookup']

/** Calls that read and whose answer is a credential: what a report holds must open nothing. */
export const credentialCalls: readonly string[] = [
  'GetPasswordData',
  'GetVpnConnectionDeviceSampleConfiguration',
  'GetSessionToken',
  'GetFederationToken',
  'GetDelegatedAccessToken',
  'GetWebIdentityToken',
]

/** The calls of a service that may be made. */
export function callsOf(service: string): readonly string[] {
  return (readCalls[service] ?? '').split(/\s+/).filter((name) => name !== '')
}

/** What is wrong with a call, as far as it is fixed: that it changes something, gives a credential away, or that there is none of that name. */
export function callFlaws(params: Json): readonly Flaw[] {
  const { service, call } = isObject(params) ? params : {}
  if (typeof call !== 'string') return []
  const flaw = { path: ['call'], ofKey: false }
  if (!readingVerbs.some((verb) => new RegExp(`^${verb}[A-Z]`).test(call))) {
    const message = `${call} is no call that only reads`
    const expected = `a call that begins with ${readingVerbs.slice(0, -1).join(', ')} or ${readingVerbs.at(-1)}`
    const hint = isCliName(call)
      ? `write it as the API does: ${apiName(call)}`
      : 'what changes something belongs to the cluster, not to a scenario'
    return [{ ...flaw, code: 'changing-call', message, expected, hint }]
  }
  if (credentialCalls.includes(call)) {
    const message = `${call} gives a credential away`
    return [{ ...flaw, code: 'credential-call', message, expected: 'a call whose answer may stand in a report' }]
  }
  const known = typeof service === 'string' ? callsOf(service) : []
  if (known.length === 0 || known.includes(call)) return []
  const hint = didYouMean(call, known)
  return [{ ...flaw, code: 'unknown-call', message: `the service has no call ${call}`, expected: 'a call of its API', hint }]
}

/** Whether a call is written as the AWS CLI has it: `describe-instances`. */
function isCliName(call: string): boolean {
  return /^[a-z]+(-[a-z0-9]+)+$/.test(call)
}

function apiName(call: string): string {
  return call.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase())
}
