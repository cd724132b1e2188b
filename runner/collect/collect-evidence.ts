import { setMaxListeners } from 'node:events'
import type { Evidence, EvidenceFile } from '../../schemas/event.ts'
import type { EvidenceWish } from '../../schemas/scenario.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import { ConnectionError } from '../hops/connection-error.ts'
import type { Hops } from '../hops/hops.ts'
import type { Mask } from '../scope/mask.ts'
import type { Clock } from '../time/clock.ts'
import { measureSkew } from './measure-skew.ts'
import { questionsFor } from './questions-for.ts'
import type { Question } from './questions-for.ts'
import type { Source } from './source.ts'

/** The longest that all machines together are asked, and one of them about one thing, in milliseconds. The last of it is for ending what is asked
 *  by then: a machine that is slow to end it is not waited for. */
const usualLimits = { wholeMs: 20_000, lastMs: 3000, eachMs: 10_000 }
/** The most that is kept, in bytes: of all answers together, and of one. */
const [mostOfAll, mostOfOne] = [50 * 2 ** 20, 5 * 2 ** 20]
/** The most that a machine may say to one question, in bytes. */
const mostOfMachine = 2 * 2 ** 20
/** So many questions at a time are asked of a machine. */
const atOnce = 3
/** How much of the end of an answer reports show, in characters. */
const shown = 2000

/** Keeps an answer, which is masked. @returns the path of the file, for a person */
export type KeepAnswer = (scenario: string, host: string, name: string, text: string) => string

/** What the asking needs. */
export interface Collection {
  readonly scenario: string
  /** When the scenario began, in milliseconds since the epoch. */
  readonly since: number
  /** The machines that it acted on, by their names. */
  readonly touched: readonly string[]
  readonly wish: EvidenceWish | undefined
  /** What is asked beside the machines. */
  readonly besides: readonly Source[]
  readonly keep: KeepAnswer
}

/** Asks the machines of a testbed what they know of a scenario that failed: those that it acted on, every one that exists once, and the first of
 *  each group. It has a deadline, a budget, and no say in the verdict: what goes wrong is told as missing. */
export async function collectEvidence(
  { scenario, since, touched, wish, besides, keep }: Collection,
  { testbed, hops, mask, clock }: { readonly testbed: Testbed; readonly hops: Hops; readonly mask: Mask; readonly clock: Clock },
  abandon: AbortSignal,
  { wholeMs, lastMs, eachMs }: typeof usualLimits = usualLimits,
): Promise<Evidence> {
  const startedAt = clock.elapsed()
  const askedMs = wholeMs - lastMs
  const signal = AbortSignal.any([abandon, AbortSignal.timeout(askedMs)])
  const over = AbortSignal.timeout(wholeMs)
  setMaxListeners(0, signal, over)
  const files: EvidenceFile[] = []
  const missing: string[] = []
  const skews: Record<string, number> = {}
  let bytes = 0
  const keepOne = (host: string, name: string, said: string) => {
    // Masked before it is cut: half a secret would not be found.
    const text = mask.text(said)
    const size = Buffer.byteLength(text)
    if (text.trim() === '') return
    if (size > mostOfOne || bytes + size > mostOfAll) return void missing.push(`${host}: ${name}: there is no room for more`)
    bytes += size
    files.push({ host, name, path: keep(scenario, host, name, text), bytes: size, tail: text.slice(-shown) })
  }
  const askOne = async (host: Host, { name, argv }: Question) => {
    const left = askedMs - (clock.elapsed() - startedAt)
    const exec = hops
      .machine(host.name)
      .exec(argv, { timeoutMs: Math.max(1, Math.min(eachMs, left)), signal, outputLimitBytes: mostOfMachine })
    const exit = await beforeEnd(exec, over)
    if (exit.ended === 'timeout' || exit.ended === 'cancelled') missing.push(`${host.name}: ${name} was not told in time`)
    keepOne(host.name, name, [exit.stdout, exit.stderr].filter((part) => part !== '').join('\n'))
  }
  const askBeside = async ({ of, name, tell }: Source) => {
    try {
      keepOne(of, name, await beforeEnd(tell(signal), signal))
    } catch (error) {
      const why = `${name} could not be told: ${(error as Error).message}`
      missing.push(`${of}: ${why.split('\n', 1)[0] ?? ''}`)
      if (!signal.aborted) keepOne(of, name, why)
    }
  }
  const askMachine = async (host: Host) => {
    const waiting: Question[] = []
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) await askOne(host, next)
    }
    try {
      skews[host.name] = await beforeEnd(measureSkew(hops.machine(host.name), clock, signal), over)
      waiting.push(...questionsFor(host, Math.floor((since + (skews[host.name] ?? 0)) / 1000), wish))
      await Promise.all(Array.from({ length: atOnce }, work))
      if (waiting.length > 0) missing.push(`${host.name}: there was no time for ${waiting.map(({ name }) => name).join(', ')}`)
    } catch (error) {
      waiting.length = 0
      missing.push(
        `${host.name}: ${error instanceof ConnectionError ? error.message : `nothing could be kept: ${(error as Error).message}`}`,
      )
    }
  }
  await Promise.all([...chooseMachines(testbed, touched).map(askMachine), ...besides.map(askBeside)])
  const order = (file: EvidenceFile) => `${touched.includes(file.host) ? 0 : 1}${file.host}`
  const sorted = files.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
  return { ms: Math.round(clock.elapsed() - startedAt), bytes, files: sorted, missing, skews }
}

/** What is asked beside machines may not heed a signal. @throws Error when the time is over before it has told */
async function beforeEnd<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let end: () => void = () => undefined
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(new Error('there was no time for it'))
    signal.addEventListener('abort', end, { once: true })
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** The machines that know something: those that do not run are silent. */
function chooseMachines({ hosts }: Testbed, touched: readonly string[]): readonly Host[] {
  const first = new Map(
    hosts.flatMap(({ name, group, isDown }) => (group === undefined || isDown ? [] : [[group, name] as const])).toReversed(),
  )
  return hosts.filter(
    ({ name, group, isDown }) => isDown !== true && (touched.includes(name) || group === undefined || first.get(group) === name),
  )
}
