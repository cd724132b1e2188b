import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createHops } from '../runner/hops/hops.ts'
import { load, run } from './engine.ts'
import type { Bench, Figure } from './figure.ts'
import { withLoopback } from './loopback.ts'
import { titusBed } from './program.ts'

const machines = 50
const steps = 1000

/** The most memory that `titus-bed run` needs for a thousand steps on fifty machines, as the kernel tells it of the process. */
export async function measureMemory({ folder, say, signal }: Bench): Promise<Figure> {
  const samples: number[] = []
  await withLoopback({ folder, signal }, machines, async ({ hostsFile }) => {
    const file = join(folder, 'memory.yaml')
    const lines = Array.from(
      { length: steps },
      (_, index) => `  - { name: step ${index}, host: m${index % machines}, run: 'true' }\n`,
    ).join('')
    await writeFile(file, `scenario: memory\ntimeout: 1h\nsteps:\n${lines}`)
    say(`memory: ${steps} steps on ${machines} machines`)
    let most = 0
    const onStart = (pid: number) => {
      const timer = setInterval(() => {
        most = Math.max(most, readPeakMiB(pid) ?? 0)
      }, 50)
      return () => clearInterval(timer)
    }
    await titusBed(['run', file, '--testbed-file', hostsFile, '--allow-local', '--reporter', `json=${join(folder, 'memory.json')}`], {
      cwd: folder,
      onStart,
      signal,
    })
    samples.push(most)
  })
  return {
    name: 'memory of a run',
    cold: samples,
    warm: [],
    unit: 'MiB',
    how: `the most that \`titus-bed run\` needs for ${steps} steps on ${machines} machines; goal: 120 MiB`,
  }
}

/** How much a process grows that goes on running scenarios: memory and open files after each tenth of the time. */
export async function measureGrowth({ folder, minutes, say, signal }: Bench): Promise<readonly Figure[]> {
  const memory: number[] = []
  const files: number[] = []
  await withLoopback({ folder, signal }, 3, async ({ testbed }) => {
    const scenario = await load(
      folder,
      testbed,
      'growth',
      "steps:\n  - { name: everywhere, host: all, run: hostname, capture: { names: stdout } }\n  - { name: each, forEach: '${{ names }}', host: m0, run: 'echo ${{ item }}', until: { within: 5s } }\n",
    )
    const ends = performance.now() + minutes * 60_000
    const every = (minutes * 60_000) / 10
    let runs = 0
    for (let next = 0; performance.now() < ends && !signal.aborted; runs += 1) {
      const hops = createHops(testbed)
      try {
        await run(scenario, { testbed, hops, signal })
      } finally {
        await hops.close()
      }
      if (performance.now() < next) continue
      next = performance.now() + every
      // What nobody holds is no growth.
      globalThis.gc?.()
      memory.push(process.memoryUsage().rss / 2 ** 20)
      files.push(readdirSync('/proc/self/fd').length)
      say(`growth: ${runs + 1} runs, ${Math.round(memory.at(-1) ?? 0)} MiB, ${files.at(-1)} open files`)
    }
  })
  const how = `of one process that runs scenarios for ${minutes} min; cold: after the first run, warm: from then on`
  return [
    { name: 'growth, memory', cold: memory.slice(0, 1), warm: memory.slice(1), unit: 'MiB', how },
    { name: 'growth, open files', cold: files.slice(0, 1), warm: files.slice(1), unit: 'files', how },
  ]
}

/** The most memory that a process had so far; undefined when it has ended. @see proc(5), VmHWM */
function readPeakMiB(pid: number): number | undefined {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kib === undefined ? undefined : Number(kib) / 1024
  } catch {
    return undefined
  }
}
