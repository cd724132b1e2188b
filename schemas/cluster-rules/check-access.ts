import type { ClusterCheck } from './cluster-check.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { parseNetwork } from '../../system/ipv4.ts'

/** `access.trustedCidr` is `auto` or a CIDR; one that holds everybody is a warning. */
export const checkAccess: ClusterCheck = ({ access }) => {
  const { trustedCidr } = access
  if (trustedCidr === 'auto') return []
  const at = { path: ['access', 'trustedCidr'], ofKey: false }
  const network = parseNetwork(trustedCidr)
  if ('fault' in network) {
    const isAddress = /^\d+(\.\d+){3}$/.test(trustedCidr)
    const hint =
      network.instead === undefined
        ? isAddress
          ? `add the prefix of one address: ${trustedCidr}/32`
          : didYouMean(trustedCidr, ['auto'])
        : `write ${network.instead}`
    return [
      {
        code: 'bad-cidr',
        ...at,
        message: `access.trustedCidr: ${trustedCidr} ${network.fault}`,
        expected: 'auto, or an IPv4 CIDR such as 203.0.113.7/32',
        hint,
      },
    ]
  }
  if (network.prefix > 0) return []
  const hint = 'write auto to let in this computer alone'
  return [
    {
      code: 'open-to-everyone',
      severity: 'warning',
      ...at,
      message: `access.trustedCidr ${trustedCidr} lets the whole internet reach SSH on the bastion`,
      hint,
    },
  ]
}
