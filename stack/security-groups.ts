import type { HostRole } from '../schemas/roles/host-role.ts'
import { DefaultSecurityGroup, SecurityGroup, SecurityGroupRule } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'

/** The security groups: those that a role names, and that of task containers. */
export type SecurityGroups = Readonly<Record<HostRole['securityGroup'] | 'app', SecurityGroup>>

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

/** Fourteen resources: three groups and the seed deployment's ten rules, and the VPC's own group without any. Group names are unique in their VPC only.
 *  @param trustedCidr  who may log in to the bastion */
export function addSecurityGroups(stack: TerraformStack, vpcId: string, trustedCidr: string): SecurityGroups {
  const group = (name: string, description: string) => new SecurityGroup(stack, name, { name, description, vpcId })
  const bastion = group('titusbastion', 'The bastion: the only way in')
  const app = group('titusapp', 'Task containers')
  const main = group('titusmaster-mainvpc', 'The machines of Titus')

  const rule = (id: string, owner: SecurityGroup, { type, protocol, ports: [fromPort, toPort], peer }: Rule) =>
    new SecurityGroupRule(stack, id, {
      securityGroupId: owner.id,
      type,
      protocol,
      fromPort,
      toPort,
      ...(typeof peer === 'string' ? { cidrBlocks: [peer] } : { sourceSecurityGroupId: peer.id }),
    })

  // What is launched without a group gets this one, in which AWS lets everything pass between members, and out.
  new DefaultSecurityGroup(stack, 'default_group', { vpcId, ingress: [], egress: [] })

  rule('titusbastion_egress', bastion, everythingOut)
  rule('titusbastion_ssh', bastion, ssh(trustedCidr))
  rule('titusbastion_icmp', bastion, ping(anyone))

  rule('titusapp_egress', app, everythingOut)
  rule('titusapp_ssh', app, ssh(bastion))
  rule('titusapp_http', app, { type: 'ingress', protocol: 'tcp', ports: [80, 80], peer: bastion })

  rule('mainvpc_egress', main, everythingOut)
  rule('mainvpc_tcp', main, { type: 'ingress', protocol: 'tcp', ports: [0, 65535], peer: main })
  rule('mainvpc_ssh', main, ssh(bastion))
  rule('mainvpc_icmp', main, ping(main))

  return { bastion, app, main }
}
