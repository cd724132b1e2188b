import type { HostEntry } from '../../schemas/hosts-file/load-hosts-file.ts'
import { fitsWildcards } from '../../system/wildcards.ts'
import type { Adopted } from './adopted.ts'

/** What OpenSSH says of a name: `ssh -G` prints it, the keys in small letters, each with its values in order. */
export type Resolved = ReadonlyMap<string, readonly string[]>

/** What an OpenSSH configuration is read with. */
export interface SshWorld {
  /** The lines of `ssh -G -F FILE NAME`. */
  readonly resolve: (name: string) => Promise<string>
  /** The texts of the files that a pattern of `Include` means. */
  readonly included: (pattern: string) => Promise<readonly string[]>
}

/** The names that an OpenSSH configuration and the files that it includes give hosts: those without wildcards, in their order. */
export async function hostsNamed(text: string, included: SshWorld['included'], depth = 0): Promise<readonly string[]> {
  const names: string[] = []
  for (const line of text.split('\n')) {
    const [, key = '', rest = ''] = /^([A-Za-z]+)(?:\s*=|\s)(.*)$/.exec(line.trim()) ?? []
    const words = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    if (key.toLowerCase() === 'host') names.push(...words.filter((word) => !/[*?!]/.test(word)))
    // OpenSSH follows sixteen levels of includes.
    if (key.toLowerCase() !== 'include' || depth === 16) continue
    for (const word of words) for (const inner of await included(word)) names.push(...(await hostsNamed(inner, included, depth + 1)))
  }
  return [...new Set(names)]
}

/**
 * The hosts of an OpenSSH configuration, each as OpenSSH itself resolves it. A host that is jumped over is added where it has no name there. Names
 * that resolve to the same are one machine, which is taken under the first of them.
 *
 * @param wanted  the names to take; those of `hostsNamed` that fit one of them, with `*` for any text; all when empty
 */
export async function adoptSshConfig(text: string, world: SshWorld, wanted: readonly string[]): Promise<Adopted> {
  const isWanted = (name: string) => wanted.length === 0 || wanted.some((pattern) => fitsWildcards(name, pattern))
  const named = (await hostsNamed(text, world.included)).filter(isWanted)
  const notes: string[] = []
  const hosts = new Map<string, HostEntry>()
  // What a host is beside its name -> the first name of it; another name of it -> that first one.
  const firstNames = new Map<string, string>()
  const otherNames = new Map<string, string>()
  const add = async (name: string, given: Partial<HostEntry> = {}): Promise<void> => {
    if (hosts.has(name) || otherNames.has(name)) return
    const resolved = parseResolved(await world.resolve(name))
    const [command] = resolved.get('proxycommand') ?? ['none']
    if (command !== undefined && command !== 'none')
      return void notes.push(`${name}: it is reached by a ProxyCommand, which only ssh runs: left out`)
    const jumps = (resolved.get('proxyjump') ?? []).flatMap((jump) => (jump === 'none' ? [] : jump.split(',')))
    const hops = jumps.map(parseJump)
    const { name: own, ...rest } = {
      ...toEntry(name, resolved),
      ...given,
      ...(hops.length === 0 ? {} : { hops: hops.map((hop) => hop.name) }),
    }
    const what = JSON.stringify(rest)
    const first = firstNames.get(what)
    if (first !== undefined) return void otherNames.set(own, first)
    firstNames.set(what, own)
    hosts.set(own, { name: own, ...rest })
    for (const { name: hop, ...more } of hops) await add(hop, more)
  }
  for (const name of named) await add(name)
  for (const first of new Set(otherNames.values())) {
    const others = [...otherNames].flatMap(([other, of]) => (of === first ? [other] : []))
    notes.push(`${first}: is also called ${others.join(', ')}: it is taken once`)
  }
  const firstName = (hop: string) => otherNames.get(hop) ?? hop
  return {
    hosts: [...hosts.values()].map((host) => (host.hops === undefined ? host : { ...host, hops: host.hops.map(firstName) })),
    notes,
  }
}

function toEntry(name: string, resolved: Resolved): HostEntry {
  const first = (key: string): string | undefined => resolved.get(key)?.[0]
  const port = Number(first('port') ?? 22)
  const [user, identity, alias] = [first('user'), first('identityfile'), first('hostkeyalias')]
  const [knownHosts] = (first('userknownhostsfile') ?? '').split(' ')
  return {
    name,
    address: first('hostname') ?? name,
    ...(user === undefined ? {} : { user }),
    ...(port === 22 ? {} : { port }),
    // Without a line of its own OpenSSH lists every usual name, and so does the file of hosts.
    ...(identity === undefined || resolved.get('identityfile')?.length !== 1 ? {} : { identity }),
    ...(knownHosts === undefined || knownHosts === '' || knownHosts.endsWith('/.ssh/known_hosts') ? {} : { knownHosts }),
    ...(alias === undefined || alias === 'none' ? {} : { knownAs: alias }),
  }
}

function parseResolved(lines: string): Resolved {
  const found = new Map<string, string[]>()
  for (const line of lines.split('\n')) {
    const [, key, value = ''] = /^(\S+) (.*)$/.exec(line) ?? []
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), value])
  }
  return found
}

/** `user@host:port`, or a URL of the same. */
function parseJump(text: string): { readonly name: string; readonly user?: string; readonly port?: number } {
  const [, user, bracketed, plain = '', port] = /^(?:ssh:\/\/)?(?:(.*)@)?(?:\[([^\]]+)\]|([^:@]+))(?::(\d+))?$/.exec(text.trim()) ?? []
  return {
    name: bracketed ?? plain,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  }
}
