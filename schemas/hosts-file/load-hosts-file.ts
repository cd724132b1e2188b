import type { Json, JsonObject } from '../json.ts'
import { byPlace } from '../problem.ts'
import type { Place, Problem } from '../problem.ts'
import type { Host, Hop, Testbed } from '../testbed.ts'
import { readYaml, emptyFile } from '../validation/read-yaml.ts'
import type { FittedNode } from '../validation/read-yaml.ts'
import { schemaFile } from '../validation/schema-file.ts'
import { isObject } from '../validation/schema-walk.ts'
import { placeIn, toJson } from '../yaml/located-node.ts'
import { deepFreeze } from '../../system/deep-freeze.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { knownHostKeys } from './known-host-keys.ts'

/** A file of hosts, as it is written. */
export interface HostsFile {
  readonly name?: string
  readonly user?: string
  readonly port?: number
  readonly identity?: string
  readonly knownHosts?: string
  readonly region?: string
  readonly account?: string
  readonly outputs?: Readonly<Record<string, string>>
  readonly capabilities?: readonly string[]
  readonly hosts: readonly HostEntry[]
}

/** A machine in it. */
export interface HostEntry {
  readonly name: string
  readonly alias?: string
  readonly address: string
  readonly user?: string
  readonly port?: number
  readonly identity?: string
  readonly hops?: readonly string[]
  readonly hostKeys?: readonly string[]
  readonly knownHosts?: string
  readonly knownAs?: string
}

/** What a file of hosts means depends on. */
export interface HostsFileWorld {
  /** The name of the testbed where the file has none. */
  readonly name: string
  /** The user where the file has none. */
  readonly user: string
  /** The absolute path of a file that is named in it. */
  readonly pathOf: (written: string) => string
  /** The text of a file; undefined when it cannot be read. */
  readonly readText: (path: string) => string | undefined
}

/** Where a key is looked for when none is named, as OpenSSH does. */
const usualIdentities = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa']
const usualKnownHosts = '~/.ssh/known_hosts'

/**
 * Reads a file of hosts that titus-bed did not raise. The schema is `hosts-file.schema.json`.
 *
 * @returns  the testbed, frozen, every host with a way there and the keys that it may show; or every problem of the file
 */
export function loadHostsFile(
  text: string,
  file: string,
  world: HostsFileWorld,
): { readonly testbed?: Testbed; readonly problems: readonly Problem[] } {
  const { node, problems: misfit, broken = [] } = readYaml(text, file, schemaFile('hosts-file/hosts-file.schema.json'))
  if (node === undefined) return { problems: misfit.length > 0 ? misfit : [emptyFile(file, 'hosts:')] }
  const { written, names, lines } = usableHosts(toJson(node), broken)
  const problems: Problem[] = [...misfit]
  const placeOf = (index: number, ...path: readonly (string | number)[]): Place =>
    placeIn(node, ['hosts', lines[index] ?? '', ...path.map(String)], false)
  const named = new Map<string, number>()
  for (const [index, { name }] of written.hosts.entries()) {
    if (named.has(name))
      problems.push({ code: 'name-taken', severity: 'error', place: placeOf(index, 'name'), message: `there are two hosts ${name}` })
    else named.set(name, index)
  }
  const hops = written.hosts.map((entry, index) => hopOf(entry, written, world, (key) => placeOf(index, key), problems))
  const routeOf = (index: number, inside: readonly number[]): readonly Hop[] => {
    const own = hops[index]
    const ways = (written.hosts[index]?.hops ?? []).map((hop, at) => {
      const next = named.get(hop)
      const place = placeOf(index, 'hops', at)
      if (next === undefined && names.includes(hop)) return []
      if (next === undefined) {
        const message = `there is no host ${hop} in this file`
        problems.push({ code: 'unknown-host', severity: 'error', place, message, expected: names.join(', '), hint: didYouMean(hop, names) })
        return []
      }
      if (next === index || inside.includes(next)) {
        problems.push({ code: 'hop-cycle', severity: 'error', place, message: `the way to ${hop} leads over ${hop} itself` })
        return []
      }
      return at === 0 ? routeOf(next, [...inside, index]) : [hops[next]].filter((each) => each !== undefined)
    })
    return own === undefined ? [] : [...ways.flat(), own]
  }
  const hosts = written.hosts.map((entry, index) => toHost(entry, routeOf(index, []), world, written))
  if (problems.length > 0) return { problems: once(problems).toSorted(byPlace) }
  const { name = world.name, region = '', account = '', outputs = {}, capabilities } = written
  const declared = capabilities === undefined ? {} : { capabilities }
  const testbed: Testbed = { name, target: 'hosts', region, account, hosts, outputs, ...declared, api: {} }
  return { testbed: deepFreeze(testbed), problems: [] }
}

/** What can be checked of a file, whatever else does not fit in it: a host without a name or an address, or with a value of another form, is left out. */
function usableHosts(
  value: Json,
  broken: FittedNode['broken'],
): {
  readonly written: HostsFile
  /** The names of all hosts, those that are left out too. */
  readonly names: readonly string[]
  /** Where each host stands in the list of the file. */
  readonly lines: readonly string[]
} {
  const wrong = broken.filter(({ ofKey }) => !ofKey).map(({ path }) => path)
  const isWrong = (...at: readonly string[]): boolean => wrong.some((path) => at.every((step, index) => path[index] === step))
  const file = isObject(value) ? value : {}
  const all = Array.isArray(file['hosts']) ? file['hosts'].map((entry) => (isObject(entry) ? entry : {})) : []
  const usable = [...all.entries()].filter(
    ([index, { name, address }]) => typeof name === 'string' && typeof address === 'string' && !isWrong('hosts', String(index)),
  )
  const rest = Object.fromEntries(Object.entries(file).filter(([key]) => !isWrong(key)))
  return {
    written: { ...(rest as JsonObject as unknown as HostsFile), hosts: usable.map(([, entry]) => entry as unknown as HostEntry) },
    names: [...new Set(all.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])))],
    lines: usable.map(([index]) => String(index)),
  }
}

function toHost({ name, alias, address, user }: HostEntry, route: readonly Hop[], world: HostsFileWorld, file: HostsFile): Host {
  const [, group] = /^(.+)\[\d+\]$/.exec(name) ?? []
  const member = group === undefined ? {} : { group }
  return { name, ...member, instanceId: alias ?? name, address, user: user ?? file.user ?? world.user, route }
}

function hopOf(entry: HostEntry, file: HostsFile, world: HostsFileWorld, placeOf: (key: string) => Place, problems: Problem[]): Hop {
  const { name, address, knownAs } = entry
  const port = entry.port ?? file.port ?? 22
  const refuse = (problem: Omit<Problem, 'severity'>) => void problems.push({ ...problem, severity: 'error' })
  const identity = entry.identity ?? file.identity
  const tried = (identity === undefined ? usualIdentities : [identity]).map((path) => world.pathOf(path))
  const identityFile = tried.find((path) => world.readText(path) !== undefined)
  if (identityFile === undefined) {
    const hint = 'name the file of a private key: identity:'
    refuse({ code: 'no-such-key', place: placeOf('identity'), message: `${name}: there is no key ${tried.join(', ')}`, hint })
  }
  const known = entry.knownHosts ?? file.knownHosts ?? usualKnownHosts
  // OpenSSH looks an alias up as it is, without the port.
  const [asked, askedPort] = knownAs === undefined ? [address, port] : [knownAs, 22]
  const lookedUp = (): readonly string[] => knownHostKeys(world.readText(world.pathOf(known)) ?? '', asked, askedPort)
  const hostKeys = entry.hostKeys ?? lookedUp()
  if (hostKeys.length === 0) {
    const message = `no host key of ${name} is known: ${known} has none for ${asked}${askedPort === 22 ? '' : `, port ${askedPort}`}`
    const hint = 'log in with ssh once and compare the fingerprint, or list the key: hostKeys: [ssh-ed25519 AAAA…]'
    refuse({ code: 'no-host-key', place: placeOf('name'), message, hint })
  }
  return { name, address, port, user: entry.user ?? file.user ?? world.user, identityFile: identityFile ?? '', hostKeys }
}

/** A host that is a hop of several has its problems told once. */
function once(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}
