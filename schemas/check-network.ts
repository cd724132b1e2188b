import type { ClusterCheck } from './cluster-check.ts'
import { contains, isPrivate, overlaps, parseNetwork, type Network } from './network.ts'
import type { Problem } from './problem.ts'

/** Prefixes that AWS takes for a VPC and for a subnet. */
const [shortest, longest] = [16, 28]

/** The fixed host numbers go up to 12, and the agents and their containers need addresses behind them. */
const longestPrivate = 26

/** The networks parse, have sizes that AWS takes, the subnets lie in the VPC and apart from each other; public space is a note. */
export const checkNetwork: ClusterCheck = ({ network }, placeOf) => {
  const problems: Problem[] = []
  const read = (key: 'cidr' | 'public' | 'private'): Network | undefined => {
    const text = network[key]
    const place = placeOf(['network', key])
    const found = parseNetwork(text)
    if ('fault' in found) {
      const hint = found.instead === undefined ? undefined : { hint: `write ${found.instead}` }
      problems.push({
        code: 'bad-cidr',
        severity: 'error',
        place,
        message: `network.${key}: ${text} ${found.fault}`,
        expected: 'an IPv4 CIDR such as 10.30.0.0/16',
        ...hint,
      })
      return undefined
    }
    const limit = key === 'private' ? longestPrivate : longest
    if (found.prefix < shortest || found.prefix > limit) {
      const reason =
        key === 'private' && found.prefix <= longest
          ? 'has too few addresses for the machines and their containers'
          : 'has a size that AWS does not take'
      problems.push({
        code: 'bad-prefix',
        severity: 'error',
        place,
        message: `network.${key}: ${text} ${reason}`,
        expected: `a prefix from /${shortest} to /${limit}`,
      })
      return undefined
    }
    return found
  }
  const vpc = read('cidr')
  const subnets = { public: read('public'), private: read('private') }
  if (vpc === undefined) return problems
  for (const key of ['public', 'private'] as const) {
    const subnet = subnets[key]
    if (subnet === undefined || contains(vpc, subnet)) continue
    const message = `network.${key}: ${network[key]} is not inside network.cidr ${network.cidr}`
    problems.push({
      code: 'cidr-outside',
      severity: 'error',
      place: placeOf(['network', key]),
      message,
      expected: `a CIDR inside ${network.cidr}`,
    })
  }
  if (subnets.public !== undefined && subnets.private !== undefined && overlaps(subnets.public, subnets.private)) {
    const message = `network.private ${network.private} overlaps network.public ${network.public}`
    problems.push({
      code: 'cidr-overlap',
      severity: 'error',
      place: placeOf(['network', 'private']),
      message,
      expected: 'two subnets that share no address',
    })
  }
  if (!isPrivate(vpc)) {
    const message = `network.cidr ${network.cidr} is public address space: the machines cannot reach whoever owns it on the internet`
    problems.push({
      code: 'public-address-space',
      severity: 'note',
      place: placeOf(['network', 'cidr']),
      message,
      hint: 'private space works as well: network: { cidr: 10.30.0.0/16 }',
    })
  }
  return problems
}
