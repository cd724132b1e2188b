import type { HostEntry, HostsFile } from '../../schemas/hosts-file/load-hosts-file.ts'

/** Hosts that somebody else's description names, as a file of hosts says them. */
export interface Adopted extends Omit<HostsFile, 'hosts' | 'name'> {
  readonly hosts: readonly HostEntry[]
  /** What was left out, and what a person should look at: sentences. */
  readonly notes: readonly string[]
}

/** A host before it has its name: what it is called where it comes from, and the groups that it is in, the nearest first. */
export interface Candidate extends Omit<HostEntry, 'name' | 'alias'> {
  readonly calledThere: string
  readonly groups: readonly string[]
}

/**
 * Gives hosts the names that scenarios use. A group that is the name of a machine of a cluster (`gateway`) and has one host gives it that name;
 * other hosts of groups are `group[0]`, `group[1]`, and known by their old name too; a host without a group keeps its name.
 *
 * @param machines  the names that a cluster has once
 */
export function nameHosts(candidates: readonly Candidate[], machines: readonly string[]): readonly HostEntry[] {
  const sizes = new Map<string, number>()
  for (const { groups } of candidates) {
    const [group] = groups
    if (group !== undefined) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  }
  const given = new Map<string, number>()
  const names = new Map(
    candidates.map(({ calledThere, groups: [group] }) => {
      if (group === undefined) return [calledThere, calledThere] as const
      if (machines.includes(group) && sizes.get(group) === 1) return [calledThere, group] as const
      const index = given.get(group) ?? 0
      given.set(group, index + 1)
      return [calledThere, `${group}[${index}]`] as const
    }),
  )
  return candidates.map(({ calledThere, ...candidate }) => {
    const { address, user, port, identity, hops } = candidate
    const given = { user, port, identity }
    const entry = { address, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
    const name = names.get(calledThere) ?? calledThere
    const alias = name === calledThere ? {} : { alias: calledThere }
    return { name, ...alias, ...entry, ...(hops === undefined ? {} : { hops: hops.map((hop) => names.get(hop) ?? hop) }) }
  })
}
