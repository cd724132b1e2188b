import { linkPrefix, metadataPort } from './routing.ts'
import type { TaskNetwork } from './routing.ts'

/**
 * The agent's packet filter, whole: one transaction replaces the one before it. A task sends from its own address only, asks
 * the metadata proxy and never the real metadata service, and reaches nothing else of the agent but through the VPC; nobody but tasks
 * reaches the proxy.
 *
 * @param agentAddress  the agent's own address, where the proxy listens
 * @param tasks         all tasks with a network
 * @returns             text for `nft -f -`
 */
export function buildGuard(agentAddress: string, tasks: readonly TaskNetwork[]): string {
  const pairs = tasks.map((task) => `"${task.link}" . ${task.address}`)
  const elements = pairs.length === 0 ? '' : `elements = { ${pairs.join(', ')} }`
  const fromTask = `iifname "${linkPrefix}*"`
  return `table ip titus
delete table ip titus
table ip titus {
  set tasks { type ifname . ipv4_addr; ${elements} }
  chain spoofing {
    type filter hook prerouting priority raw; policy accept;
    ${fromTask} iifname . ip saddr != @tasks drop
  }
  chain metadata {
    type nat hook prerouting priority dstnat; policy accept;
    ${fromTask} ip daddr 169.254.169.254 tcp dport 80 dnat to ${agentAddress}:${metadataPort}
  }
  chain forwarded {
    type filter hook forward priority filter; policy accept;
    ${fromTask} ip daddr 169.254.0.0/16 drop
  }
  chain arriving {
    type filter hook input priority filter; policy accept;
    ${fromTask} ct status dnat accept
    ${fromTask} drop
    tcp dport ${metadataPort} drop
  }
  chain leaving {
    type filter hook output priority filter; policy accept;
    oifname "${linkPrefix}*" ct state != established drop
  }
}
`
}
