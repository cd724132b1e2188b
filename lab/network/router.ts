import { writeFileSync } from 'node:fs'
import { runProgram } from '../run-program.ts'
import { buildLinkCommands } from './links.ts'
import type { Link } from './links.ts'
import { addMachineNamespaces, removeMachineNamespaces } from './machine-namespaces.ts'
import { shapeLink } from './shape-link.ts'
import type { Shape } from './shape-link.ts'

/** The router of the region: the network namespace that the caller runs in. Every method may be called again. */
export interface Router {
  /** Makes the router's own addresses exactly these. */
  setAddresses(addresses: readonly string[]): Promise<void>
  /** Replaces the packet filter by a transaction of nft. */
  filter(ruleset: string): Promise<void>
  /** Makes a machine's namespaces. */
  addNamespace(name: string): Promise<void>
  /** Removes a machine's namespaces, with its ends of links: the router's ends go with them. */
  removeNamespace(name: string): Promise<void>
  attach(link: Link, namespace: string): Promise<void>
  detach(device: string): Promise<void>
  /** Sends other addresses to a link than before. */
  route(device: string, before: readonly string[], now: readonly string[]): Promise<void>
  /** Makes the machine's end of a link send as a shape says. @throws NoNetem when this computer cannot do it */
  shape(link: Link, namespace: string, shape: Shape): Promise<void>
}

async function batch(commands: readonly string[], namespace?: string): Promise<void> {
  if (commands.length === 0) return
  await runProgram(['ip', ...(namespace === undefined ? [] : ['-netns', namespace]), '-batch', '-'], { input: `${commands.join('\n')}\n` })
}

function compareAddresses(before: readonly string[], now: readonly string[]): Record<'add' | 'remove', readonly string[]> {
  return {
    add: now.filter((address) => !before.includes(address)),
    remove: before.filter((address) => !now.includes(address)),
  }
}

/** Creates the router over ip(8) and nft(8). */
export function createRouter(): Router {
  let own: readonly string[] = []
  let applied = ''
  return {
    setAddresses: async (addresses) => {
      const { add, remove } = compareAddresses(own, addresses)
      await batch([
        ...remove.map((address) => `address delete ${address}/32 dev lo`),
        ...add.map((address) => `address replace ${address}/32 dev lo`),
      ])
      own = addresses
    },
    filter: async (ruleset) => {
      if (ruleset === applied) return
      await runProgram(['nft', '-f', '-'], { input: ruleset })
      applied = ruleset
    },
    addNamespace: async (name) => {
      await addMachineNamespaces(name)
      await batch(['link set lo up'], name)
      // Systemd allows ping without privilege by default, but cannot set it in a network namespace that is not its own.
      await runProgram(['ip', 'netns', 'exec', name, 'sysctl', '--quiet', '--write', 'net.ipv4.ping_group_range=0 2147483647'])
    },
    removeNamespace: async (name) => {
      await removeMachineNamespaces(name)
    },
    attach: async (link, namespace) => {
      const commands = buildLinkCommands(link, namespace)
      const [add = '', ...rest] = commands.router
      await batch([add])
      // The kernel's default delays every first answer to ARP by up to 0.8 s, and a namespace does not inherit another value.
      writeFileSync(`/proc/sys/net/ipv4/neigh/${link.device}/proxy_delay`, '0')
      writeFileSync(`/proc/sys/net/ipv4/conf/${link.device}/proxy_arp`, '1')
      await batch(rest)
      await batch(commands.machine, namespace)
    },
    detach: async (device) => {
      await batch([`link delete ${device}`])
    },
    shape: (link, namespace, shape) => shapeLink(namespace, `eth${link.deviceIndex}`, shape),
    route: async (device, before, now) => {
      const { add, remove } = compareAddresses(before, now)
      await batch([
        ...remove.map((address) => `route delete ${address}/32 dev ${device}`),
        ...add.map((address) => `route replace ${address}/32 dev ${device}`),
      ])
    },
  }
}
