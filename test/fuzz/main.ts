// Fuzzes the loader, the engine and every reporter. usage: npm run fuzz -- [--count 200000] [--seed 1] [--target NAME] [--jobs 4]
// What is found is told with its target and seed: `--target NAME --seed SEED --count 1` shows it again.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import type { Fuzzed } from './fuzz.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
})
/** Of each process: what needs more ends it, which is a finding as well. */
const heapMiB = 256
const [wanted, seed] = [Number(values.count), Number(values.seed)]
const jobs = Math.min(Number(values.jobs), wanted)
const isJob = process.send !== undefined
const fuzzed = isJob ? [await fuzzHere()] : await Promise.all(Array.from({ length: jobs }, (_, job) => fuzzBeside(job)))
const count = fuzzed.reduce((sum, part) => sum + part.count, 0)
const found = fuzzed.flatMap(({ findings }) => findings)
const [slowest, most] = [Math.max(...fuzzed.map((part) => part.slowestSeconds)), Math.max(...fuzzed.map((part) => part.mostMemory))]
if (isJob) process.send?.(fuzzed[0])
else
  say(
    `${count} inputs, ${found.length} found; the slowest took ${slowest.toFixed(2)} s of processor, the largest process ${most.toFixed(0)} MiB`,
  )
process.exitCode = found.length === 0 ? 0 : 1
if (process.connected) process.disconnect()

function fuzzHere(): Promise<Fuzzed> {
  return fuzz(wanted, seed, values.target, {
    progress: (done) => void process.stderr.write(`${done} inputs from seed ${seed} on\n`),
    found: ({ target, seed, what }) => say(`--target ${target} --seed ${seed}: ${what}`),
  })
}

/** Gives a process of its own the inputs of one job: the same ones as one process would take, each job those that follow another's. */
async function fuzzBeside(job: number): Promise<Fuzzed> {
  const [first, next] = [job, job + 1].map((part) => Math.floor((wanted * part) / jobs)) as [number, number]
  const target = values.target === undefined ? [] : ['--target', values.target]
  const args = ['--count', String(next - first), '--seed', String(seed + first), ...target]
  // Without a bound V8 lets garbage grow with the memory of the computer, and a process of hundreds of MiB would say nothing of the product.
  const child = fork(new URL(import.meta.url), args, { execArgv: [...process.execArgv, `--max-old-space-size=${heapMiB}`] })
  const ended = once(child, 'exit')
  const [part] = (await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => Promise.reject(new Error(`the job from seed ${seed + first} on ended with ${String(code)}`))),
  ])) as [Fuzzed]
  await ended
  return part
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
