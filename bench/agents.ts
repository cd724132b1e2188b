import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Testbed } from '../schemas/testbed.ts'
import { readCpuMs } from './cpu.ts'
import { time } from './figure.ts'
import type { Bench, Figure } from './figure.ts'

/** How many agents the larger testbed has. */
const manyAgents = 16
/** The pause between two questions for the status, in milliseconds. */
const lookEveryMs = 1000

/** The processor that each agent has used since it was made, in milliseconds. */
export function cpuOfAgents(testbed: Testbed | undefined): readonly number[] {
  return (testbed?.hosts ?? []).filter(({ group }) => group === 'agents').map(({ instanceId }) => readCpuMs(instanceId))
}

/** A testbed with one agent that is ready. */
export interface OneAgent {
  /** What the agent's boot cost, `cpuOfAgents` before anything else ran there. */
  readonly alone: readonly number[]
  /** `titus-bed apply` of the cluster file, to its end. */
  readonly apply: () => Promise<unknown>
  readonly status: () => Promise<unknown>
  /** The testbed as it is now. */
  readonly testbed: () => Testbed | undefined
  /** The cluster file, with one agent; it is left with sixteen. */
  readonly clusterFile: string
}

/** What an agent's boot costs, alone and among sixteen that boot at once, how long the sixteen take, and `status` meanwhile. */
export async function measureAgents(
  { say }: Pick<Bench, 'say'>,
  { alone, apply, status, testbed, clusterFile }: OneAgent,
): Promise<readonly Figure[]> {
  const text = readFileSync(clusterFile, 'utf8')
  const scaled = text.replace(/^( *capacity:).*$/m, `$1 { min: 1, desired: ${manyAgents}, max: ${manyAgents} }`)
  if (scaled === text) throw new Error(`${clusterFile} names no capacity of the agents`)
  writeFileSync(clusterFile, scaled)
  say(`agents: from one to ${manyAgents}`)
  const asked = [await time(status)]
  let isScaling = true
  const watch = async () => {
    const samples: number[] = []
    for (; isScaling; await setTimeout(lookEveryMs)) samples.push(await time(status))
    return samples
  }
  const [scaledIn, meanwhile] = await Promise.all([time(apply).finally(() => (isScaling = false)), watch()])
  const [one, ...others] = cpuOfAgents(testbed())
  if (one === undefined || others.length !== manyAgents - 1) throw new Error(`${others.length + 1} agents came instead of ${manyAgents}`)
  return [
    {
      name: 'CPU of an agent',
      cold: alone,
      warm: others,
      how: `first boot until ready, from its cgroup; cold: alone, warm: ${others.length} at once`,
    },
    {
      name: `1 -> ${manyAgents} agents`,
      cold: [scaledIn],
      warm: [],
      how: '`titus-bed apply` after `desired:` was changed, until every agent is ready',
    },
    {
      name: 'status',
      cold: asked,
      warm: meanwhile,
      how: `cold: nothing else runs, warm: a second apart while ${others.length} agents boot`,
    },
  ]
}
