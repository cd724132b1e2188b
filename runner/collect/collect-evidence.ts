import { setMaxListeners } from 'node:events'
import type { Evidence, EvidenceFile } from '../../schemas/event.ts'
import type { EvidenceWish } from '../../schemas/scenario.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import { ConnectionError } from '../hops/connection-error.ts'
import type { Hops } from '../hops/hops.ts'
import type { Mask } from '../scope/mask.ts'
import type { Clock } from '../time/clock.ts'
import { questionsFor } from './questions-for.ts'
import type { Question } from './questions-for.ts'

/** The longest that all machines together are asked, and one of them about one thing, in milliseconds. */
const [wholeMs, eachMs] = [20_000, 10_000]
/** The most that is kept, in bytes: of all answers together, and of one. */
const [mostOfAll, mostOfOne] = [50 * 2 ** 20, 2 * 2 ** 20]
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
  readonly keep: KeepAnswer
}

/** Asks the machines of a testbed what they know of a scenario that failed: those that it acted on, every one that exists once, and the first of
 *  each group. It has a deadline, a budget, and no say in the verdict: what goes wrong is told as missing. */
export async function collectEvidence(
  { scenario, since, touched, wish, keep }: Collection,
  { testbed, hops, mask, clock }: { readonly testbed: Testbed; readonly hops: Hops; readonly mask: Mask; readonly clock: Clock },
  abandon: AbortSignal,
): Promise<Evidence> {
  const startedAt = clock.elapsed()
  const signal = AbortSignal.any([abandon, AbortSignal.timeout(wholeMs)])
  setMaxListeners(0, signal)
  const files: EvidenceFile[] = []
  const missing: string[] = []
  let bytes = 0
  const askOne = async (host: Host, { name, argv }: Question) => {
    const left = wholeMs - (clock.elapsed() - startedAt)
    const exit = await hops
      .machine(host.name)
      .exec(argv, { timeoutMs: Math.max(1, Math.min(eachMs, left)), signal, outputLimitBytes: mostOfOne })
    // Masked before it is cut: half a secret would not be found.
    const text = mask.text([exit.stdout, exit.stderr].filter((part) => part !== '').join('\n'))
    if (exit.ended === 'timeout' || exit.ended === 'cancelled') missing.push(`${host.name}: ${name} was not told in time`)
    const size = Buffer.byteLength(text)
    if (text.trim() === '') return
    if (bytes + size > mostOfAll) return void missing.push(`${host.name}: ${name}: there is no room for more`)
    bytes += size
    files.push({ host: host.name, name, path: keep(scenario, host.name, name, text), bytes: size, tail: text.slice(-shown) })
  }
  const askMachine = async (host: Host) => {
    const waiting = [...questionsFor(host, Math.floor(since / 1000), wish)]
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) await askOne(host, next)
    }
    try {
      await Promise.all(Array.from({ length: atOnce }, work))
      if (waiting.length > 0) missing.push(`${host.name}: there was no time for ${waiting.map(({ name }) => name).join(', ')}`)
    } catch (error) {
      waiting.length = 0
      missing.push(
        `${host.name}: ${error instanceof ConnectionError ? error.message : `nothing could be kept: ${(error as Error).message}`}`,
      )
    }
  }
  await Promise.all(chooseMachines(testbed, touched).map(askMachine))
  const order = (file: EvidenceFile) => `${touched.includes(file.host) ? 0 : 1}${file.host}`
  return { ms: Math.round(clock.elapsed() - startedAt), bytes, files: files.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)), missing }
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
