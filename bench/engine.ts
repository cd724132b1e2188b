import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadScenarioFiles } from '../cli/files/load-files.ts'
import { createHops } from '../runner/hops/hops.ts'
import { runScenarios } from '../runner/index.ts'
import type { Scenario } from '../schemas/scenario.ts'
import type { Testbed } from '../schemas/testbed.ts'
import { time } from './figure.ts'
import type { Bench, Figure } from './figure.ts'
import { withLoopback } from './loopback.ts'
import type { Loopback } from './loopback.ts'

/** What the engine adds to what it does, over one OpenSSH server on loopback. */
export const engineFigures = ['overhead', 'polls', 'hosts'] as const

const steps = 1000
const machines = 50

/** Measures those that are wanted. */
export async function measureEngine(bench: Bench, wanted: ReadonlySet<string>, add: (figure: Figure) => void): Promise<void> {
  const measure = async (loopback: Loopback) => {
    if (wanted.has('overhead')) (await measureOverhead(bench, loopback)).forEach(add)
    if (wanted.has('polls')) (await measurePolls(bench, loopback)).forEach(add)
    if (wanted.has('hosts')) add(await measureHosts(bench, loopback))
  }
  await withLoopback(bench, machines, measure)
}

/** A thousand steps, and as many commands over the bare channel, in blocks of a hundred by turns. */
async function measureOverhead({ folder, say, signal }: Bench, { testbed }: Loopback): Promise<readonly Figure[]> {
  const block = 100
  const lines = Array.from({ length: block }, (_, index) => `  - { name: step ${index}, host: m0, run: 'true' }\n`).join('')
  const scenario = await load(folder, testbed, 'overhead', `steps:\n${lines}`)
  const hops = createHops(testbed)
  const overheads: number[] = []
  const busy: number[] = []
  try {
    const bare = () => hops.machine('m0').exec(['true'], { timeoutMs: 30_000, signal })
    await bare()
    await run(scenario, { testbed, hops, signal })
    for (let done = 0; done < steps; done += block) {
      say(`overhead: ${done} of ${steps} steps`)
      const stepped = await timeBoth(() => run(scenario, { testbed, hops, signal }))
      const raw = await timeBoth(async () => {
        for (let index = 0; index < block; index += 1) await bare()
      })
      busy.push((stepped.cpuMs - raw.cpuMs) / block)
      overheads.push((stepped.ms - raw.ms) / block)
    }
  } finally {
    await hops.close()
  }
  const how = `${steps} steps of \`true\` less as many commands over the bare channel, for each; goal: 1 ms`
  return [
    { name: 'a step, what is ours', cold: [], warm: overheads, how },
    { name: 'a step, our processor', cold: [], warm: busy, how: 'the same in time of processor, which a busy computer does not change' },
  ]
}

/** A step that is busy on the machine, alone and beside ten invariants that are polled ten times a second each, by turns. */
async function measurePolls({ folder, runs, say, signal }: Bench, { testbed }: Loopback): Promise<readonly Figure[]> {
  const busy = "steps:\n  - { name: busy, host: m0, timeout: 1m, script: 'i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done' }\n"
  const polls = Array.from({ length: 10 }, (_, index) => `  p${index}: { assert: { testbed.name: loopback }, every: 100ms }\n`).join('')
  const [alone, beside] = [
    await load(folder, testbed, 'alone', busy),
    await load(folder, testbed, 'beside', `invariants:\n${polls}${busy}`),
  ]
  const hops = createHops(testbed)
  const ratios: number[] = []
  const shares: number[] = []
  const times: number[] = []
  try {
    await run(alone, { testbed, hops, signal })
    for (let round = 0; round < Math.max(runs, 3); round += 1) {
      say(`polls: round ${round + 1}`)
      const without = await timeBoth(async () => times.push(await busyMs(alone, { testbed, hops, signal })))
      const during = await timeBoth(async () => times.push(await busyMs(beside, { testbed, hops, signal })))
      const [before = 0, after = 0] = times.splice(0)
      ratios.push((after / before - 1) * 100)
      shares.push(((during.cpuMs - without.cpuMs) / during.ms) * 100)
    }
  } finally {
    await hops.close()
  }
  const how = 'how much longer a busy step takes beside 100 invariant polls a second; goal: under 5 %'
  return [
    { name: 'a step beside polls', cold: [], warm: ratios, unit: '%', how },
    { name: '100 polls a second', cold: [], warm: shares, unit: '%', how: 'what they take of one processor' },
  ]
}

/** One command on fifty machines: cold, with fifty connections to be made, and over those. */
async function measureHosts({ folder, runs, say, signal }: Bench, { testbed }: Loopback): Promise<Figure> {
  const scenario = await load(folder, testbed, 'all', "steps:\n  - { name: everywhere, host: all, run: 'true' }\n")
  const samples: number[] = []
  const cold: number[] = []
  for (let round = 0; round < runs; round += 1) {
    say(`hosts: round ${round + 1}`)
    const hops = createHops(testbed)
    try {
      cold.push(await time(() => run(scenario, { testbed, hops, signal })))
      samples.push(await time(() => run(scenario, { testbed, hops, signal })))
    } finally {
      await hops.close()
    }
  }
  return {
    name: `a command on ${machines} machines`,
    cold,
    warm: samples,
    how: 'one step with `host: all`; cold: connecting to all of them, on this computer; goal: 1 s',
  }
}

interface World {
  readonly testbed: Testbed
  readonly hops: ReturnType<typeof createHops>
  readonly signal: AbortSignal
}

/** A scenario, as a run loads it. @throws Error for one that is not sound */
export async function load(folder: string, testbed: Testbed, name: string, text: string): Promise<Scenario> {
  const file = join(folder, `${name}.yaml`)
  await writeFile(file, `scenario: ${name}\ntimeout: 1h\n${text}`)
  const { scenarios, problems } = await loadScenarioFiles([file], folder, { allowLocal: true, testbed })
  const [scenario] = scenarios
  if (scenario === undefined) throw new Error(problems.map(({ message }) => message).join('\n'))
  return scenario
}

/** Runs a scenario. @throws Error when it does not pass: that has no figure */
export async function run(scenario: Scenario, { testbed, hops, signal }: World): Promise<Awaited<ReturnType<typeof runScenarios>>> {
  const report = await runScenarios({ testbed, scenarios: [scenario], hops, signal, onEvent: () => undefined })
  if (report.outcome !== 'passed')
    throw new Error(`${scenario.name}: ${JSON.stringify(report.scenarios[0]?.steps.find(({ outcome }) => outcome !== 'passed'))}`)
  return report
}

/** Times work by the clock, and by the processor that this process takes for it. */
async function timeBoth(work: () => Promise<unknown>): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const before = process.cpuUsage()
  const ms = await time(work)
  const { user, system } = process.cpuUsage(before)
  return { ms, cpuMs: (user + system) / 1000 }
}

async function busyMs(scenario: Scenario, world: World): Promise<number> {
  const report = await run(scenario, world)
  return report.scenarios[0]?.steps.find(({ name }) => name === 'busy')?.durationMs ?? Number.NaN
}
