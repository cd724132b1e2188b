import { KeyPair, SecurityGroup, SecurityGroupRule } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'

/** Who reaches what: the three security groups and the login key. */
export interface Access {
  readonly keyName: string
  readonly bastionGroup: SecurityGroup
  /** The group of task containers. */
  readonly appGroup: SecurityGroup
  /** The group of every machine but the bastion. */
  readonly mainGroup: SecurityGroup
}

/** What a set of rules is given for one protocol; `peer` is a CIDR or a security group. Ports as AWS writes them: `-1` for all of ICMP. */
interface Rule {
  readonly type: 'ingress' | 'egress'
  readonly protocol: 'tcp' | 'icmp' | '-1'
  readonly ports: readonly [from: number, to: number]
  readonly peer: string | SecurityGroup
}

const anyone = '0.0.0.0/0'
const everythingOut: Rule = { type: 'egress', protocol: '-1', ports: [0, 0], peer: anyone }
function ssh(peer: Rule['peer']): Rule {
  return { type: 'ingress', protocol: 'tcp', ports: [22, 22], peer }
}
function ping(peer: Rule['peer']): Rule {
  return { type: 'ingress', protocol: 'icmp', ports: [-1, -1], peer }
}

/** Fourteen resources: a key pair, three groups and the seed deployment's ten rules. Group names are unique in their VPC only. */
export function addAccess(
  stack: TerraformStack,
  vpcId: string,
  access: { keyName: string; publicKey: string; trustedCidr: string },
): Access {
  const key = new KeyPair(stack, 'titus_deployer', { keyName: access.keyName, publicKey: access.publicKey })
  const group = (name: string, description: string) => new SecurityGroup(stack, name, { name, description, vpcId })
  const bastionGroup = group('titusbastion', 'The bastion: the only way in')
  const appGroup = group('titusapp', 'Task containers')
  const mainGroup = group('titusmaster-mainvpc', 'The machines of Titus')

  const rule = (id: string, owner: SecurityGroup, { type, protocol, ports: [fromPort, toPort], peer }: Rule) =>
    new SecurityGroupRule(stack, id, {
      securityGroupId: owner.id,
      type,
      protocol,
      fromPort,
      toPort,
      ...(typeof peer === 'string' ? { cidrBlocks: [peer] } : { sourceSecurityGroupId: peer.id }),
    })

  rule('titusbastion_egress', bastionGroup, everythingOut)
  rule('titusbastion_ssh', bastionGroup, ssh(access.trustedCidr))
  rule('titusbastion_icmp', bastionGroup, ping(anyone))

  rule('titusapp_egress', appGroup, everythingOut)
  rule('titusapp_ssh', appGroup, ssh(bastionGroup))
  rule('titusapp_http', appGroup, { type: 'ingress', protocol: 'tcp', ports: [80, 80], peer: bastionGroup })

  rule('mainvpc_egress', mainGroup, everythingOut)
  rule('mainvpc_tcp', mainGroup, { type: 'ingress', protocol: 'tcp', ports: [0, 65535], peer: mainGroup })
  rule('mainvpc_ssh', mainGroup, ssh(bastionGroup))
  rule('mainvpc_icmp', mainGroup, ping(mainGroup))

  return { keyName: key.keyName, bastionGroup, appGroup, mainGroup }
}
