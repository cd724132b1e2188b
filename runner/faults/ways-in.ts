import type { Testbed } from '../../schemas/testbed.ts'

/** A connection over SSH between machines, by their ids; from this computer where `from` is absent. */
export interface Way {
  readonly from?: string
  readonly to: string
}

/** The connections by which titus-bed gets to a machine, and through it to others: they have to pass when it is cut off. */
export function waysThrough(name: string, { hosts }: Pick<Testbed, 'hosts'>): readonly Way[] {
  const idOf = (hop: string | undefined) => hosts.find((host) => host.name === hop)?.instanceId
  const ways = hosts.flatMap(({ route }) =>
    route.flatMap((hop, index) => {
      const before = route[index - 1]?.name
      const [from, to] = [idOf(before), idOf(hop.name)]
      if (to === undefined || (hop.name !== name && before !== name)) return []
      return [{ ...(from === undefined ? {} : { from }), to }]
    }),
  )
  return ways.filter((way, index) => ways.findIndex(({ from, to }) => from === way.from && to === way.to) === index)
}
