import type { GroupName } from '../../schemas/roles/index.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { agentGroupResource } from '../names.ts'
import type { Allowed, Graph, GraphNetwork, IamRoleNode, MachineNode, SecurityGroupNode } from '../../schemas/graph.ts'

/** How groups of machines are called in scenarios, by the name of their resource. */
const groupsByResource: Readonly<Record<string, GroupName>> = { [agentGroupResource]: 'agents' }

type Resource = Readonly<Record<string, unknown>>

/** What the content of `cdk.tf.json` makes, as a graph: nothing is known here of what the stack should be.
 *  @param place  where it is, as people read it */
export function readGraph(stack: JsonObject, name: string, place: string): Graph {
  const all = (type: string) => Object.entries((stack['resource'] as Readonly<Record<string, Resource>> | undefined)?.[type] ?? {})
  const of = (type: string) => all(type).map(([id, value]) => ({ id, value: value as Resource }))
  const profiles = new Map(of('aws_iam_instance_profile').map(({ id, value }) => [id, resourceIn(value['role'])]))
  const templates = new Map(of('aws_launch_template').map(({ id, value }) => [id, value]))
  const subnets = of('aws_subnet')
  const instances = of('aws_instance')
  const cidr = of('aws_vpc').map(({ value }) => text(value['cidr_block']))[0]
  const isPublic = (id: string) =>
    instances.some(({ value }) => resourceIn(value['subnet_id']) === id && value['associate_public_ip_address'] === true)
  const roleOf = (profile: unknown) => {
    const role = profiles.get(resourceIn(profile) ?? '')
    return role === undefined ? {} : { role }
  }
  const machines = [
    ...instances.map(({ id, value }): MachineNode => ({
      name: id,
      network: resourceIn(value['subnet_id']) ?? '',
      groups: resourcesIn(value['vpc_security_group_ids']),
      facts: [text(value['instance_type']), text(value['private_ip'])],
      ...roleOf(value['iam_instance_profile']),
    })),
    ...of('aws_autoscaling_group').map(({ id, value }): MachineNode => {
      const template = templates.get(resourceIn((value['launch_template'] as Resource | undefined)?.['id']) ?? '') ?? {}
      const [least, most] = [text(value['min_size']), text(value['max_size'])]
      return {
        name: groupsByResource[id] ?? id,
        network: resourcesIn(value['vpc_zone_identifier'])[0] ?? '',
        groups: resourcesIn(template['vpc_security_group_ids']),
        facts: [
          text(template['instance_type']),
          `${text(value['desired_capacity'])} of them${least === most ? '' : `, ${least} to ${most}`}`,
        ],
        autoScalingGroup: text(value['name']),
        ...roleOf((template['iam_instance_profile'] as Resource | undefined)?.['name']),
      }
    }),
  ]
  const rules = of('aws_security_group_rule').map(({ value }) => value)
  return {
    name,
    place,
    ...(cidr === undefined ? {} : { cidr }),
    networks: subnets.map(({ id, value }): GraphNetwork => ({
      id,
      name: id,
      cidr: text(value['cidr_block']),
      zone: text(value['availability_zone']),
      isPublic: isPublic(id),
    })),
    groups: of('aws_security_group').map(({ id, value }): SecurityGroupNode => ({
      id,
      name: text(value['name']),
      description: text(value['description']),
      out: rules
        .filter((rule) => rule['type'] === 'egress' && resourceIn(rule['security_group_id']) === id)
        .flatMap((rule) => peersOf(rule).map((peer) => `${serviceOf(rule)} to ${'cidr' in peer ? peer.cidr : peer.group}`)),
    })),
    machines,
    allowed: rules
      .filter((rule) => rule['type'] === 'ingress')
      .flatMap((rule) =>
        peersOf(rule).map((from): Allowed => ({ from, to: resourceIn(rule['security_group_id']) ?? '', what: serviceOf(rule) })),
      ),
    roles: of('aws_iam_role').map(({ id, value }): IamRoleNode => {
      const own = of('aws_iam_role_policy').filter((policy) => resourceIn(policy.value['role']) === id)
      return {
        id,
        name: text(value['name']),
        allow: own.flatMap((policy) => statementsOf(policy.value['policy']).flatMap(allowedBy)),
        assumedBy: statementsOf(value['assume_role_policy'])
          .flatMap(({ Principal }) => Object.values((Principal ?? {}) as Resource).flatMap(listOf))
          .map((who) => resourceIn(who) ?? who),
      }
    }),
  }
}

function peersOf(rule: Resource): readonly Allowed['from'][] {
  const group = resourceIn(rule['source_security_group_id'])
  const self = rule['self'] === true ? resourceIn(rule['security_group_id']) : undefined
  const groups = [group, self].filter((each) => each !== undefined).map((each) => ({ group: each }))
  return [...groups, ...[...listOf(rule['cidr_blocks']), ...listOf(rule['ipv6_cidr_blocks'])].map((cidr) => ({ cidr }))]
}

/** A rule's protocol and ports as people say them. @see docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
function serviceOf(rule: Resource): string {
  const [protocol, from, to] = [text(rule['protocol']), Number(rule['from_port']), Number(rule['to_port'])]
  if (protocol === '-1' || protocol === 'all') return 'everything'
  if (protocol.startsWith('icmp')) return protocol
  if (from === 0 && to === 65_535) return `all of ${protocol}`
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`
}

interface Statement {
  readonly Action?: unknown
  readonly Resource?: unknown
  readonly Principal?: unknown
}

/** The statements of a policy, which stands in the stack as JSON in a text. */
function statementsOf(policy: unknown): readonly Statement[] {
  const { Statement: statements } = JSON.parse(text(policy) || '{}') as { readonly Statement?: Statement | readonly Statement[] }
  return statements === undefined ? [] : [statements].flat()
}

/** What a statement allows: its actions, and where it is not everything, what they may be taken on. */
function allowedBy({ Action, Resource }: Statement): IamRoleNode['allow'] {
  const [actions, resources] = [listOf(Action), listOf(Resource)]
  return resources.includes('*') ? actions : [{ actions, resources: resources.map((each) => resourceIn(each) ?? each) }]
}

/** The name of the resource that a reference such as `${aws_subnet.private.id}` leads to. */
function resourceIn(value: unknown): string | undefined {
  return typeof value === 'string' ? /^\$\{\w+\.([\w-]+)\.\w+\}$/.exec(value)?.[1] : undefined
}

function resourcesIn(values: unknown): readonly string[] {
  return listOf(values).flatMap((value) => resourceIn(value) ?? [])
}

function listOf(value: unknown): readonly string[] {
  return value === undefined || value === null ? [] : [value].flat().map(text)
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
