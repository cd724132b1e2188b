import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { Bench, Figure } from './figure.ts'
import { engineFigures, measureEngine } from './engine.ts'
import { measureFiles } from './files.ts'
import { measureImages } from './images.ts'
import { measureMachines } from './machines.ts'
import { measureGrowth, measureMemory } from './memory.ts'
import { describeComputer, renderJson, renderTable } from './report.ts'
import { measureTestbed, testbedFigures } from './testbed.ts'

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

/** Those that need no lab. */
const ofThisComputer = [...engineFigures, 'files', 'memory', 'growth'] as const
const known = ['image', 'machines', ...testbedFigures, ...ofThisComputer]

const command = new Command('bench')
  .description(
    'Measures titus-bed on this computer, most of it in the lab, and prints one table. Removes all that it makes. Needs root where the lab does.',
  )
  .argument('[figures...]', `${known.join(', ')} (default: all)`, parseFigure)
  .option('--runs <number>', 'how often to repeat what is cheap', parseCount, 3)
  .option('--minutes <number>', 'how long growth is watched', parseCount, 1)
  .option('--empty-cache', 'also an apply that builds its images')
  .option('--json', 'every sample, for a program')
  // As titus-bed: 2 for a wrong command line
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .addHelpText(
    'after',
    '\nExamples:\n  npm run bench\n  npm run bench -- apply scenarios --runs 5\n  npm run bench -- steps --json\n  npm run bench -- overhead polls hosts files memory (no lab)\n  npm run bench -- growth lab-growth --minutes 10',
  )
  .parse()
const options = command.opts<{ runs: number; minutes: number; emptyCache?: boolean; json?: boolean }>()
const named = command.processedArgs[0] as readonly string[] | undefined
const wanted = new Set(named === undefined || named.length === 0 ? known : named)

const controller = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (!controller.signal.aborted) console.error('bench: interrupted; removing what was made')
    controller.abort(new Error(`${name} received`))
  })
}

const computer = describeComputer()
const figures: Figure[] = []
function add(figure: Figure) {
  return void figures.push(figure)
}
const bench: Bench = {
  folder: mkdtempSync(join(tmpdir(), 'titus-bed-bench-')),
  runs: options.runs,
  emptyCache: options.emptyCache === true,
  minutes: options.minutes,
  say: (line) => console.error(`bench: ${line}`),
  signal: controller.signal,
}
const parts: readonly (readonly [boolean, () => Promise<void>])[] = [
  [wanted.has('image'), async () => (await measureImages(bench)).forEach(add)],
  [wanted.has('machines'), async () => (await measureMachines(bench)).forEach(add)],
  [engineFigures.some((figure) => wanted.has(figure)), () => measureEngine(bench, wanted, add)],
  [wanted.has('files'), async () => (await measureFiles(bench)).forEach(add)],
  [wanted.has('memory'), async () => add(await measureMemory(bench))],
  [wanted.has('growth'), async () => (await measureGrowth(bench)).forEach(add)],
  [testbedFigures.some((figure) => wanted.has(figure)), () => measureTestbed(bench, wanted, add)],
]

bench.say(`working in ${bench.folder}`)
try {
  for (const [isWanted, measure] of parts) {
    if (!isWanted || controller.signal.aborted) continue
    await measure().catch((error: unknown) => {
      process.exitCode = 1
      console.error(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    })
  }
} finally {
  await rm(bench.folder, { recursive: true, force: true, maxRetries: 5 })
}
if (controller.signal.aborted) process.exitCode = 130
console.log(options.json === true ? renderJson(computer, figures) : renderTable(computer, figures))

function parseFigure(value: string, before: readonly string[] | undefined): readonly string[] {
  if (!known.includes(value)) throw new InvalidArgumentError(`the figures are ${known.join(', ')}`)
  return [...(before ?? []), value]
}

function parseCount(value: string): number {
  if (!/^[1-9]\d?$/.test(value)) throw new InvalidArgumentError('a number from 1 to 99')
  return Number(value)
}
