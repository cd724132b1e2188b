import type { JsonObject } from '../../schemas/json.ts'
import { splitWords } from '../../system/split-words.ts'
import { nameHosts } from './adopted.ts'
import type { Adopted, Candidate } from './adopted.ts'
import { readIniInventory, readYamlInventory } from './ansible-groups.ts'
import type { AnsibleGroups } from './ansible-groups.ts'

/**
 * The hosts of an Ansible inventory, in YAML or INI. Variables of a host win over those of its groups, those of a group over those of the groups
 * around it.
 *
 * @param machines  as `nameHosts` takes it
 */
export function adoptAnsible(text: string, machines: readonly string[]): Adopted {
  const groups =
    /^[ \t]*\[[^\]\n]+\][ \t\r]*$/m.test(text) || /^[^:\s]+\s+ansible_/m.test(text) ? readIniInventory(text) : readYamlInventory(text)
  const notes: string[] = []
  const names = [...new Set(Object.values(groups).flatMap(({ hosts }) => Object.keys(hosts)))]
  const candidates = names.flatMap((name) => {
    const chain = groupsOf(name, groups)
    const vars = {
      ...chain.toReversed().reduce<JsonObject>((all, group) => ({ ...all, ...groups[group]?.vars }), {}),
      ...ownVars(name, groups),
    }
    const candidate = toCandidate(name, vars, chain, notes)
    return candidate === undefined ? [] : [candidate]
  })
  const known = new Set(candidates.map(({ calledThere }) => calledThere))
  const unknown = [...new Set(candidates.flatMap(({ hops = [] }) => hops))].filter((hop) => !known.has(hop))
  const extra = unknown.map((hop): Candidate => hopCandidate(hop))
  const renamed = candidates.map((each) => ({ ...each, ...(each.hops === undefined ? {} : { hops: each.hops.map(withoutUser) }) }))
  return { hosts: nameHosts([...extra, ...renamed], machines), notes }
}

/** The groups of a host, the nearest first, `all` last; `all` and `ungrouped` are no groups that a person made. */
function groupsOf(host: string, groups: AnsibleGroups): readonly string[] {
  const direct = Object.entries(groups).flatMap(([name, { hosts }]) => (Object.hasOwn(hosts, host) ? [name] : []))
  const found: string[] = []
  for (let level: readonly string[] = direct; level.length > 0;) {
    const fresh = level.filter((name) => !found.includes(name))
    found.push(...fresh)
    level = Object.entries(groups).flatMap(([name, { children }]) => (children.some((child) => fresh.includes(child)) ? [name] : []))
  }
  return [...found.filter((name) => name !== 'all'), 'all']
}

function ownVars(host: string, groups: AnsibleGroups): JsonObject {
  return Object.values(groups).reduce<JsonObject>((all, { hosts }) => ({ ...all, ...hosts[host] }), {})
}

function toCandidate(name: string, vars: JsonObject, chain: readonly string[], notes: string[]): Candidate | undefined {
  const text = (key: string): string | undefined => {
    const value = vars[key]
    if (value === undefined || value === null || typeof value === 'object') return undefined
    const written = String(value)
    if (!written.includes('{{')) return written
    notes.push(`${name}: ${key} is a template, which only Ansible fills in: left out`)
    return undefined
  }
  if (text('ansible_connection') === 'local') {
    notes.push(`${name} is this computer (ansible_connection: local): scenarios call it local`)
    return undefined
  }
  const [port, user, identity] = [
    text('ansible_port') ?? text('ansible_ssh_port'),
    text('ansible_user'),
    text('ansible_ssh_private_key_file'),
  ]
  const hops = ['ansible_ssh_common_args', 'ansible_ssh_extra_args'].flatMap((key) => hopsIn(text(key) ?? '', name, notes))
  return {
    calledThere: name,
    groups: chain.filter((group) => group !== 'all' && group !== 'ungrouped'),
    address: text('ansible_host') ?? text('ansible_ssh_host') ?? name,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
    ...(identity === undefined ? {} : { identity }),
    ...(hops.length === 0 ? {} : { hops }),
  }
}

/** The hops that options of OpenSSH name: `-J a,b`, `-o ProxyJump=a`, `-o ProxyCommand="ssh -W %h:%p a"`. */
function hopsIn(args: string, host: string, notes: string[]): readonly string[] {
  const split = splitWords(args)
  const words = 'message' in split ? args.split(/\s+/) : split.map(({ text }) => text)
  return words.flatMap((word, index) => {
    const after = words[index + 1] ?? ''
    if (word === '-J') return after.split(',')
    const option = word === '-o' ? after : word.startsWith('-o') ? word.slice(2) : ''
    const [, jump] = /^ProxyJump[= ](.*)$/i.exec(option) ?? []
    if (jump !== undefined) return jump.split(',')
    const [, command] = /^ProxyCommand[= ](.*)$/i.exec(option) ?? []
    if (command === undefined) return []
    const jumpHost = hostOfCommand(command)
    if (jumpHost !== undefined) return [jumpHost]
    notes.push(`${host}: its ProxyCommand is no jump over another host: left out`)
    return []
  })
}

/** The options of ssh(1) that take a word. */
const withWord = /^-[BbcDEeFIiJLlmOopQRSWw]$/

/** The host that a ProxyCommand jumps over: `ssh -W %h:%p -q bastion`. */
function hostOfCommand(command: string): string | undefined {
  const split = splitWords(command)
  const words = 'message' in split ? command.split(/\s+/) : split.map(({ text }) => text)
  if (!/(^|\/)ssh$/.test(words[0] ?? '') || !words.includes('%h:%p')) return undefined
  return words.find((word, index) => index > 0 && !word.startsWith('-') && !withWord.test(words[index - 1] ?? ''))
}

function withoutUser(hop: string): string {
  return hop.replace(/^.*@/, '').replace(/:\d+$/, '')
}

/** A jump host that the inventory does not have. */
function hopCandidate(hop: string): Candidate {
  const [, user, , port] = /^(?:(.*)@)?([^@]*?)(?::(\d+))?$/.exec(hop) ?? []
  const address = withoutUser(hop)
  return {
    calledThere: address,
    groups: [],
    address,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  }
}
