import { setMaxListeners } from 'node:events'
import type { Evidence, EvidenceFile } from '../../schemas/event.ts'
import type { EvidenceWish } from '../../schemas/scenario.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import type { Hops } from '../hops/hops.ts'
import type { Mask } from '../scope/mask.ts'
import type { Clock } from '../time/clock.ts'
import { createAnswers } from './answers.ts'
import type { KeepAnswer } from './answers.ts'
import { askMachine, askSource } from './asking.ts'
import { questionsFor } from './questions-for.ts'
import type { Source } from './source.ts'

/** The longest that all machines together are asked, and one of them about one thing, in milliseconds. The last of it is for ending what is asked
 *  by then: a machine that is slow to end it is not waited for. */
const usualLimits = { wholeMs: 20_000, lastMs: 3000, eachMs: 10_000 }

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
  const answers = createAnswers(scenario, keep, mask)
  const timeoutMs = () => Math.max(1, Math.min(eachMs, askedMs - (clock.elapsed() - startedAt)))
  const asking = { hops, clock, answers, signal, over, timeoutMs }
  const skews: Record<string, number> = {}
  const askHost = async (host: Host) => {
    const skew = await askMachine(host, (ahead) => questionsFor(host, Math.floor((since + ahead) / 1000), wish), asking)
    if (skew !== undefined) skews[host.name] = skew
  }
  await Promise.all([...chooseMachines(testbed, touched).map(askHost), ...besides.map((source) => askSource(source, asking))])
  const order = ({ host }: EvidenceFile) => `${touched.includes(host) ? 0 : 1}${host}`
  return {
    ms: Math.round(clock.elapsed() - startedAt),
    bytes: answers.bytes(),
    files: answers.files.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    missing: answers.missing,
    skews,
  }
}

/** The machines that know something: those that do not run are silent. */
function chooseMachines({ hosts }: Testbed, touched: readonly string[]): readonly Host[] {
  const running = hosts.filter(({ isDown }) => isDown !== true)
  const isFirst = ({ name, group }: Host) => running.find((host) => host.group === group)?.name === name
  return running.filter((host) => touched.includes(host.name) || host.group === undefined || isFirst(host))
}
