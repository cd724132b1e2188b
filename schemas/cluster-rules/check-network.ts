import type { ClusterCheck, ClusterFlaw } from './cluster-check.ts'
import { contains, defaultSubnets, isPrivate, networkOf, overlaps, parseNetwork } from '../../system/ipv4.ts'
import type { Network } from '../../system/ipv4.ts'

/** The largest network that AWS takes, for a VPC and for a subnet. */
const shortestPrefix = 16

/** The smallest networks: AWS takes a subnet of /28; in the private one the fixed host numbers go up to 12, and the agents and their
 *  containers need addresses behind them; the VPC holds both. */
const longestPrefix = { cidr: 25, public: 28, private: 26 }

/** Space that no VPC can have: AWS refuses the first four (this host, loopback, link-local, multicast and above); no network has the others,
 *  which are for documentation (RFC 5737), and the lab gives them to what stands for the internet. */
const unusable = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24']

/** The network of the shipped cluster.yaml, where a comment says that it is public space. */
const shippedNetwork = '30.0.0.0/16'

/** The networks parse, have sizes that AWS takes, the subnets lie in the VPC and apart from each other; public space is a note. */
export const checkNetwork: ClusterCheck = ({ network }) => {
  const problems: ClusterFlaw[] = []
  const read = (key: 'cidr' | 'public' | 'private'): Network | undefined => {
    const text = network[key]
    const at = { path: ['network', key], ofKey: false }
    const found = parseNetwork(text)
    if ('fault' in found) {
      problems.push({
        code: 'bad-cidr',
        ...at,
        message: `network.${key}: ${text} ${found.fault}`,
        expected: 'an IPv4 CIDR such as 10.30.0.0/16',
        hint: found.instead === undefined ? undefined : `write ${found.instead}`,
      })
      return undefined
    }
    const limit = longestPrefix[key]
    if (found.prefix < shortestPrefix || found.prefix > limit) {
      const reason =
        found.prefix > limit && key !== 'public'
          ? 'has too few addresses for the machines and their containers'
          : 'has a size that AWS does not take'
      problems.push({
        code: 'bad-prefix',
        ...at,
        message: `network.${key}: ${text} ${reason}`,
        expected: `a prefix from /${shortestPrefix} to /${limit}`,
      })
      return undefined
    }
    return found
  }
  const vpc = read('cidr')
  // Subnets that are not written follow from the VPC: what is wrong with it is told once.
  const defaults = defaultSubnets(network.cidr)
  const readSubnet = (key: 'public' | 'private'): Network | undefined =>
    vpc === undefined && network[key] === defaults[key] ? undefined : read(key)
  const subnets = { public: readSubnet('public'), private: readSubnet('private') }
  if (subnets.public !== undefined && subnets.private !== undefined && overlaps(subnets.public, subnets.private)) {
    const message = `network.private ${network.private} overlaps network.public ${network.public}`
    problems.push({
      code: 'cidr-overlap',
      path: ['network', 'private'],
      ofKey: false,
      needs: [['network', 'public']],
      message,
      expected: 'two subnets that share no address',
    })
  }
  if (vpc === undefined) return problems
  for (const key of ['public', 'private'] as const) {
    const subnet = subnets[key]
    if (subnet === undefined || contains(vpc, subnet)) continue
    const message = `network.${key}: ${network[key]} is not inside network.cidr ${network.cidr}`
    problems.push({
      code: 'cidr-outside',
      path: ['network', key],
      ofKey: false,
      needs: [['network', 'cidr']],
      message,
      expected: `a CIDR inside ${network.cidr}`,
    })
  }
  const taken = unusable.find((text) => overlaps(vpc, networkOf(text)))
  if (taken !== undefined) {
    problems.push({
      code: 'unusable-address-space',
      path: ['network', 'cidr'],
      ofKey: false,
      message: `network.cidr ${network.cidr} has addresses of ${taken}, which no network of one's own can have`,
      expected: 'private space, such as 10.30.0.0/16',
    })
  } else if (!isPrivate(vpc) && network.cidr !== shippedNetwork) {
    const message = `network.cidr ${network.cidr} is public address space: the machines cannot reach whoever owns it on the internet`
    problems.push({
      code: 'public-address-space',
      severity: 'note',
      path: ['network', 'cidr'],
      ofKey: false,
      message,
      hint: 'private space works as well: network: { cidr: 10.30.0.0/16 }',
    })
  }
  return problems
}
