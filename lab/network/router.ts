import { writeFileSync } from 'node:fs'
import { runProgram } from '../run-program.ts'
import { buildLinkCommands, type Link } from './links.ts'

/** The router of the region: the network namespace that the caller runs in. Every method may be called again. */
export interface Router {
  /** Gives the router addresses of its own. */
  addAddresses(addresses: readonly string[]): Promise<void>
  /** Replaces the packet filter by a transaction of nft. */
  filter(ruleset: string): Promise<void>
  /** Makes a machine's network namespace. */
  addNamespace(name: string): Promise<void>
  /** Removes a machine's network namespace, with its ends of links: the router's ends go with them. */
  removeNamespace(name: string): Promise<void>
  attach(link: Link, namespace: string): Promise<void>
  detach(device: string): Promise<void>
  /** Sends exactly these addresses to a link. */
  route(device: string, change: { readonly add: readonly string[]; readonly remove: readonly string[] }): Promise<void>
}

const batch = (commands: readonly string[], namespace?: string): Promise<string> =>
  runProgram(['ip', ...(namespace === undefined ? [] : ['-netns', namespace]), '-batch', '-'], { input: `${commands.join('\n')}\n` })

/** Creates the router over ip(8) and nft(8). */
export const createRouter = (): Router => {
  const own = new Set<string>()
  let applied = ''
  return {
    addAddresses: async (addresses) => {
      const missing = addresses.filter((address) => !own.has(address))
      if (missing.length > 0) await batch(missing.map((address) => `address replace ${address}/32 dev lo`))
      for (const address of missing) own.add(address)
    },
    filter: async (ruleset) => {
      if (ruleset === applied) return
      await runProgram(['nft', '-f', '-'], { input: ruleset })
      applied = ruleset
    },
    addNamespace: async (name) => {
      await batch([`netns add ${name}`])
      await batch(['link set lo up'], name)
      // systemd's own default, which a system in a namespace that is not its own does not get to set: ping without privilege
      await runProgram(['ip', 'netns', 'exec', name, 'sysctl', '--quiet', '--write', 'net.ipv4.ping_group_range=0 2147483647'])
    },
    removeNamespace: async (name) => {
      await batch([`netns delete ${name}`])
    },
    attach: async (link, namespace) => {
      const commands = buildLinkCommands(link, namespace)
      const [add = '', ...rest] = commands.router
      await batch([add])
      // the default delays every first answer to ARP by up to 0.8 s, and a namespace does not inherit another
      writeFileSync(`/proc/sys/net/ipv4/neigh/${link.device}/proxy_delay`, '0')
      writeFileSync(`/proc/sys/net/ipv4/conf/${link.device}/proxy_arp`, '1')
      await batch(rest)
      await batch(commands.machine, namespace)
    },
    detach: async (device) => {
      await batch([`link delete ${device}`])
    },
    route: async (device, { add, remove }) => {
      await batch([
        ...remove.map((address) => `route delete ${address}/32 dev ${device}`),
        ...add.map((address) => `route replace ${address}/32 dev ${device}`),
      ])
    },
  }
}
