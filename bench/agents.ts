import { readFileSync, writeFileSync } from 'node:fs'
import type { Testbed } from '../schemas/testbed.ts'
import { readCpuMs } from './cpu.ts'
import { time } from './figure.ts'
import type { Bench, Figure } from './figure.ts'

/** How many agents the larger testbed has. */
const manyAgents = 16

/**
 * What an agent's boot costs, alone and among sixteen that boot at once, and how long the sixteen take.
 *
 * @param apply        `titus-bed apply` of the cluster file, to its end
 * @param testbed      the testbed as it is now
 * @param clusterFile  the cluster file, with one agent; it is left with sixteen
 */
export async function measureAgents(
  { say }: Pick<Bench, 'say'>,
  apply: () => Promise<unknown>,
  testbed: () => Testbed | undefined,
  clusterFile: string,
): Promise<readonly Figure[]> {
  const cpuOfAgents = (): readonly number[] =>
    (testbed()?.hosts ?? []).filter(({ group }) => group === 'agents').map(({ instanceId }) => readCpuMs(instanceId))
  const alone = cpuOfAgents()
  const text = readFileSync(clusterFile, 'utf8')
  const scaled = text.replace(/^( *capacity:).*$/m, `$1 { min: 1, desired: ${manyAgents}, max: ${manyAgents} }`)
  if (scaled === text) throw new Error(`${clusterFile} names no capacity of the agents`)
  writeFileSync(clusterFile, scaled)
  say(`agents: from one to ${manyAgents}`)
  const scaling = [await time(apply)]
  const together = cpuOfAgents()
  const [one, ...others] = together
  if (one === undefined || others.length !== manyAgents - 1) throw new Error(`${together.length} agents came instead of ${manyAgents}`)
  return [
    {
      name: 'CPU of an agent',
      cold: alone,
      warm: others,
      how: `first boot until ready, from its cgroup; cold: alone, warm: ${others.length} at once`,
    },
    {
      name: `1 -> ${manyAgents} agents`,
      cold: scaling,
      warm: [],
      how: '`titus-bed apply` after `desired:` was changed, until every agent is ready',
    },
  ]
}
