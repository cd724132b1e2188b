// Fuzzes the loader, the engine and every reporter. usage: npm run fuzz -- [--count 200000] [--seed 1] [--target NAME]
// What is found is told with its target and seed: `--target NAME --seed SEED --count 1` shows it again.
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'

const { values } = parseArgs({
  options: { count: { type: 'string', default: '200000' }, seed: { type: 'string', default: '1' }, target: { type: 'string' } },
})
const { count, findings, slowestSeconds, mostMemory } = await fuzz(Number(values.count), Number(values.seed), values.target, {
  progress: (done) => void process.stderr.write(`${done} inputs\n`),
  found: ({ target, seed, what }) => say(`--target ${target} --seed ${seed}: ${what}`),
})
const most = `the slowest took ${slowestSeconds.toFixed(2)} s of processor, the process ${mostMemory.toFixed(0)} MiB`
say(`${count} inputs, ${findings.length} found; ${most}`)
process.exitCode = findings.length === 0 ? 0 : 1

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
