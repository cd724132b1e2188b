import type { Graph, GraphNetwork, MachineNode, SecurityGroupNode } from '../../schemas/graph.ts'

/** Machines of one network that the same security groups hold; or a group that holds no machine of the stack. */
export interface Box {
  readonly id: string
  readonly network: GraphNetwork | undefined
  readonly groups: readonly SecurityGroupNode[]
  readonly machines: readonly MachineNode[]
  /** What its machines may send each other. */
  readonly among: readonly string[]
}

/** All that may go from one box, or block of addresses, to another. */
export interface Arrow {
  /** The id of a box, or a block of addresses. */
  readonly from: string
  readonly to: string
  readonly what: readonly string[]
}

/** What is drawn, whatever draws it. */
export interface Picture {
  readonly graph: Graph
  /** Blocks of addresses that something may come from. */
  readonly outside: readonly string[]
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
}

/** Sorts the machines of a graph into boxes, and its rules into arrows between them. */
export function pictureOf(graph: Graph): Picture {
  const sorted = groupBy(graph.machines, keyOf)
  const held = [...sorted.values()].map((machines) => ({ network: machines[0]?.network, groups: machines[0]?.groups ?? [], machines }))
  const free = graph.groups.filter(({ id }) => !graph.machines.some(({ groups }) => groups.includes(id)))
  const all = [...held, ...free.map(({ id }) => ({ network: undefined, groups: [id], machines: [] }))]
  const bare = all.map(({ network, groups, machines }, index) => ({
    id: `box${index + 1}`,
    network: graph.networks.find(({ id }) => id === network),
    groups: graph.groups.filter(({ id }) => groups.includes(id)),
    machines,
  }))
  const boxesOf = (group: string) => bare.filter(({ groups }) => groups.some(({ id }) => id === group)).map(({ id }) => id)
  const ways = graph.allowed.flatMap(({ from, to, what }) =>
    ('cidr' in from ? [from.cidr] : boxesOf(from.group)).flatMap((source) => boxesOf(to).map((target) => ({ source, target, what }))),
  )
  const arrows = [...groupBy(ways, ({ source, target }) => JSON.stringify([source, target])).values()].map((same): Arrow => {
    const [{ source, target } = { source: '', target: '' }] = same
    return { from: source, to: target, what: [...new Set(same.map(({ what }) => what))] }
  })
  return {
    graph,
    outside: [...new Set(graph.allowed.flatMap(({ from }) => ('cidr' in from ? [from.cidr] : [])))],
    boxes: bare.map((box) => ({ ...box, among: arrows.find(({ from, to }) => from === box.id && to === box.id)?.what ?? [] })),
    arrows: arrows.filter(({ from, to }) => from !== to),
  }
}

/** A graph in one line, for whoever does not see it. */
export function describeGraph({ name, place, machines }: Graph): string {
  return `testbed ${name}, ${place}: ${machines.map((machine) => machine.name).join(', ')}`
}

/** What a role is, in a few words: who carries it, who may take it on, what it may call, a line each. */
export function describeRole({ machines, roles }: Graph, id: string): readonly string[] {
  const role = roles.find((each) => each.id === id)
  const carriers = new Set(machines.filter((machine) => machine.role === id).map(({ name }) => name.replace(/\[\d+\]$/, '')))
  const named = (list: readonly string[]) => list.map((who) => roles.find((each) => each.id === who)?.name ?? who).join(', ')
  const allow = role?.allow ?? []
  const everywhere = allow.filter((entry) => typeof entry === 'string')
  const somewhere = allow.filter((entry) => typeof entry !== 'string')
  return [
    ...(carriers.size === 0 ? [] : [`carried by ${[...carriers].join(', ')}`]),
    `assumed by ${named(role?.assumedBy ?? []) || 'nobody'}`,
    ...(everywhere.length > 0 || somewhere.length === 0 ? [`may ${everywhere.join(', ') || 'call nothing'}`] : []),
    ...somewhere.map(({ actions, resources }) => `may ${actions.join(', ')} on ${named(resources)}`),
  ]
}

/** What is told of a machine besides its name: its group only where that stands for machines to come. */
export function machineFacts({ facts, state, autoScalingGroup }: MachineNode): readonly string[] {
  if (state !== undefined) return [...facts, state]
  return autoScalingGroup === undefined ? facts : [...facts, `group ${autoScalingGroup}`]
}

/** What is told of a network: its name, then its addresses and its zone. */
export function networkFacts({ name, isPublic, cidr, zone }: GraphNetwork): readonly [string, ...string[]] {
  return [`${name}${isPublic ? ' (public)' : ''}`, ...[cidr, zone].flatMap((fact) => (fact === undefined || fact === '' ? [] : [fact]))]
}

/** What is told of a box: the names of its groups, then what they are, what may pass among its machines, and what may go out; a line each. */
export function boxFacts({ groups, among }: Box): readonly [string, ...string[]] {
  const about = [
    groups.map(({ description }) => description).join('; '),
    among.length === 0 ? '' : `among themselves: ${among.join(', ')}`,
    ...groups.flatMap(({ out }) => out.map((what) => `out: ${what}`)),
  ]
  return [groups.map(({ name }) => name).join(', '), ...about.filter((line) => line !== '')]
}

function keyOf({ network, groups }: MachineNode): string {
  return JSON.stringify([network, groups.toSorted()])
}

function groupBy<T>(values: readonly T[], key: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, readonly T[]>()
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value])
  return groups
}
