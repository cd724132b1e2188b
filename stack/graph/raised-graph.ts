import type { Host, Testbed } from '../../schemas/testbed.ts'
import type { Graph, MachineNode } from '../../schemas/graph.ts'

/** The graph of a stack with the machines that stand: their addresses and states, and a machine for each member of a group.
 *  @param states  by instance id; a machine that is not in it runs, unless the testbed says that it is down */
export function withTestbed(graph: Graph, { hosts, outputs }: Testbed, states: ReadonlyMap<string, string>): Graph {
  const stateOf = ({ instanceId, isDown }: Host) => (isDown === true ? 'down' : (states.get(instanceId) ?? 'running'))
  const standing = (machine: MachineNode): readonly MachineNode[] => {
    const [type = ''] = machine.facts
    const members = hosts.filter(({ name, group }) =>
      machine.autoScalingGroup === undefined
        ? name === machine.name
        : group !== undefined && outputs['agent_asg_name'] === machine.autoScalingGroup,
    )
    if (members.length === 0) return [{ ...machine, state: 'none runs' }]
    return members.map((host) => ({ ...machine, name: host.name, facts: [type, host.address], state: stateOf(host) }))
  }
  return { ...graph, machines: graph.machines.flatMap(standing) }
}

/** Hosts that titus-bed did not raise: nothing is known of their networks and of who may reach whom, but for the way that we take.
 *  @param states  by the name of the host */
export function hostsGraph({ name, hosts }: Testbed, states: ReadonlyMap<string, string>): Graph {
  const ways = hosts.flatMap(({ route }) => {
    const [to, via] = [route.at(-1), route.at(-2)]
    if (to === undefined) return []
    const isHost = hosts.some((host) => host.name === via?.name)
    return [{ from: via !== undefined && isHost ? { group: via.name } : { cidr: via?.name ?? 'this computer' }, to: to.name, what: 'ssh' }]
  })
  return {
    name,
    place: 'hosts that titus-bed did not raise',
    networks: [{ id: 'hosts', name: 'hosts', isPublic: false }],
    groups: hosts.map((host) => ({ id: host.name, name: host.name, description: '', out: [] })),
    machines: hosts.map((host): MachineNode => {
      const state = states.get(host.name)
      return { name: host.name, network: 'hosts', groups: [host.name], facts: [host.address], ...(state === undefined ? {} : { state }) }
    }),
    allowed: ways,
    roles: [],
  }
}
