import type { Problem } from './problem.ts'
import type { Host, Testbed } from './testbed.ts'
import { didYouMean } from '../system/nearest-name.ts'

/** The hosts that a name can mean. */
export interface HostNames {
  readonly machines: readonly string[]
  /** A member is named by its index, all or any by a word: `agents[0]`, `agents.all`. */
  readonly groups: readonly string[]
  /** The hosts of a testbed that stands; absent where only the cluster is known, whose groups may have any member. */
  readonly raised?: readonly Host[]
}

/** The hosts that a name means. `all`: it must hold on every one; `any`: on the first that it holds on. */
export interface HostChoice {
  readonly mode: 'one' | 'all' | 'any'
  /** Names of hosts, or `local`. Never empty. */
  readonly names: readonly string[]
}

/** Why a name means no host. */
export type HostRefusal = Pick<Problem, 'code' | 'message' | 'expected' | 'hint'>

/** What may be named besides a single host. `local` is this computer. */
export interface Nameable {
  readonly local: boolean
  /** Whether `agents.all` and `agents.any` may stand there. */
  readonly several: boolean
}

/** Each step asks for the names of the same testbed, which does not change. */
const namesByTestbed = new WeakMap<Testbed, HostNames>()

/** The names of the hosts of a testbed. */
export function hostNamesOf(testbed: Testbed): HostNames {
  const known = namesByTestbed.get(testbed)
  if (known !== undefined) return known
  const { hosts } = testbed
  const names: HostNames = {
    machines: hosts.flatMap(({ name, group }) => (group === undefined ? [name] : [])),
    groups: [...new Set(hosts.flatMap(({ group }) => group ?? []))],
    raised: hosts,
  }
  namesByTestbed.set(testbed, names)
  return names
}

/**
 * Finds hosts by what a person or a step calls them: a machine's name, a member of a group, all or any of one, or `local`; of a testbed that
 * stands also by private address, EC2 name and instance id. This is the one dialect of `validate`, `run`, `ssh` and `exec`.
 */
export function resolveHost(text: string, hosts: HostNames, nameable: Nameable): HostChoice | HostRefusal {
  const { machines, groups, raised } = hosts
  const [, name = text, selector] = /^([A-Za-z][A-Za-z0-9_-]*)(\[\d+\]|\.all|\.any)?$/.exec(text) ?? []
  if (text === 'all' && nameable.several) return { mode: 'all', names: raised?.map(({ name: each }) => each) ?? [text] }
  const known = nameable.local ? [...machines, 'local'] : machines
  if (known.includes(text)) return { mode: 'one', names: [text] }
  if (groups.includes(name)) {
    const forms = formsOf(name, nameable)
    if (selector === undefined) return { code: 'bad-host', message: `${name} is a group of machines`, expected: listOf(forms, 'or') }
    const members = raised?.flatMap(({ name: member, group }) => (group === name ? [member] : []))
    if (selector.startsWith('[')) {
      if (members === undefined || members.includes(text)) return { mode: 'one', names: [text] }
      return { code: 'unknown-host', message: `there is no host ${text}`, expected: `one of ${listOf(members, 'or')}` }
    }
    if (nameable.several) return { mode: selector === '.all' ? 'all' : 'any', names: members ?? [text] }
    return { code: 'bad-host', message: `${text} means several machines`, expected: listOf(members ?? forms, 'or') }
  }
  if (known.includes(name)) {
    const message = `${name} is one machine and no group: there is no ${text}`
    return { code: 'bad-host', message, expected: name, hint: `write ${name} without ${selector}` }
  }
  const host = raised?.find(({ address, instanceId }) => [address, instanceId].includes(text) || isDnsName(text, address))
  return host === undefined ? unknownHost(text, selector, hosts, nameable) : { mode: 'one', names: [host.name] }
}

/** Whether a name means no host. */
export function isRefused(resolved: HostChoice | HostRefusal): resolved is HostRefusal {
  return 'code' in resolved
}

function unknownHost(text: string, selector: string | undefined, hosts: HostNames, nameable: Nameable): HostRefusal {
  const names = [
    ...hosts.machines,
    ...hosts.groups.flatMap((group) => formsOf(group, nameable)),
    ...(nameable.several ? ['all'] : []),
    ...(nameable.local ? ['local'] : []),
  ]
  const code = selector === '.all' || selector === '.any' ? 'empty-group' : 'unknown-host'
  const group = text.replace(/(\[\d+\]|\.all|\.any)$/, '')
  if (selector !== undefined && hosts.raised !== undefined && hosts.groups.length === 0)
    return { code, message: `no machine of the group ${group} runs`, expected: text, hint: '`titus-bed status` shows the machines that do' }
  const message = code === 'empty-group' ? `there is no group for ${text}` : `there is no host ${text}`
  const hint = didYouMean(text, [...names, ...hosts.groups])
  return { code, message, expected: `one of ${listOf(names, 'or')}`, ...(hint === undefined ? {} : { hint }) }
}

function formsOf(group: string, { several }: Nameable): readonly string[] {
  return [`${group}[0]`, ...(several ? [`${group}.all`, `${group}.any`] : [])]
}

function listOf(names: readonly string[], word: string): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`
}

/** EC2's own name for a private address: `ip-30-0-100-50`, with or without its domain. */
function isDnsName(name: string, address: string): boolean {
  return name.split('.')[0] === `ip-${address.replaceAll('.', '-')}`
}
