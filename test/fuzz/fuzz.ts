import { createRandom } from './random.ts'
import { closeTargets, targets } from './targets.ts'

/** Something that went wrong, and how to see it again. */
export interface Finding {
  readonly target: string
  readonly seed: number
  readonly what: string
}

/** What a run of the fuzzer came to. */
export interface Fuzzed {
  readonly count: number
  readonly findings: readonly Finding[]
  /** Of one input, in seconds of processor. */
  readonly slowestSeconds: number
  /** Of the process, in MiB. */
  readonly mostMemory: number
}

/** What is told on the way. */
export interface Telling {
  readonly progress: (done: number) => void
  readonly found: (finding: Finding) => void
}

/** The most that one input may take: seconds of processor, all threads together, and MiB of the process. */
export const limits = { seconds: 2.5, memory: 512 } as const

/**
 * Gives generated files, expressions, templates, answers and results to the product, and tells exceptions of ours, what hangs, and what
 * takes too much memory.
 *
 * @param seed  the first input's; the others count on from there, so that each can be tried alone
 * @param only  the name of one target; all take turns where none is named
 */
export async function fuzz(count: number, seed: number, only?: string, tell: Partial<Telling> = {}): Promise<Fuzzed> {
  const names = only === undefined ? Object.keys(targets) : [only]
  const findings: Finding[] = []
  let [slowestSeconds, mostMemory] = [0, 0]
  for (let index = 0; index < count; index += 1) {
    const own = seed + index
    const target = names[own % names.length] ?? ''
    const find = (what: string) => {
      findings.push({ target, seed: own, what })
      tell.found?.({ target, seed: own, what })
    }
    const before = process.cpuUsage()
    try {
      await targets[target]?.(createRandom(own))
    } catch (error) {
      find(error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
    const { user, system } = process.cpuUsage(before)
    const seconds = (user + system) / 1e6
    const memory = process.memoryUsage.rss() / 2 ** 20
    slowestSeconds = Math.max(slowestSeconds, seconds)
    mostMemory = Math.max(mostMemory, memory)
    if (seconds > limits.seconds) find(`it took ${seconds.toFixed(1)} s`)
    if (memory > limits.memory) find(`the process has ${memory.toFixed(0)} MiB`)
    if ((index + 1) % 1000 === 0) tell.progress?.(index + 1)
  }
  await closeTargets()
  return { count, findings, slowestSeconds, mostMemory }
}
