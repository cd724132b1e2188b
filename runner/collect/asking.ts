import type { Host } from '../../schemas/testbed.ts'
import { ConnectionError } from '../hops/connection-error.ts'
import type { Hops } from '../hops/hops.ts'
import type { Clock } from '../time/clock.ts'
import type { Answers } from './answers.ts'
import { measureSkew } from './measure-skew.ts'
import type { Question } from './questions-for.ts'
import type { Source } from './source.ts'

/** The most that a machine may say to one question, in bytes. */
const mostOfMachine = 2 * 2 ** 20
/** So many questions at a time are asked of a machine. */
const atOnce = 3

/** Through what is asked, for how long, and where the answers go. */
export interface Asking {
  readonly hops: Hops
  readonly clock: Clock
  readonly answers: Answers
  /** Ends the asking. */
  readonly signal: AbortSignal
  /** Ends the waiting for what was asked and does not end. */
  readonly over: AbortSignal
  /** How long a question that is asked now may take. */
  readonly timeoutMs: () => number
}

/** Asks a machine what its clock says, and then all that it is to be asked. What goes wrong is missing.
 *  @param questionsAt  what it is asked, by how much its clock is ahead: milliseconds
 *  @returns by how much; undefined where it did not say */
export async function askMachine(
  { name }: Host,
  questionsAt: (skew: number) => readonly Question[],
  asking: Asking,
): Promise<number | undefined> {
  const { hops, clock, answers, signal, over } = asking
  const waiting: Question[] = []
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) await askOne(name, next, asking)
  }
  let skew: number | undefined
  try {
    skew = await beforeEnd(measureSkew(hops.machine(name), clock, signal), over)
    waiting.push(...questionsAt(skew))
    await Promise.all(Array.from({ length: atOnce }, work))
    if (waiting.length > 0) answers.miss(`${name}: there was no time for ${waiting.map((question) => question.name).join(', ')}`)
  } catch (error) {
    waiting.length = 0
    answers.miss(`${name}: ${error instanceof ConnectionError ? error.message : `nothing could be kept: ${(error as Error).message}`}`)
  }
  return skew
}

async function askOne(host: string, { name, argv }: Question, { hops, answers, signal, over, timeoutMs }: Asking): Promise<void> {
  const exec = hops.machine(host).exec(argv, { timeoutMs: timeoutMs(), signal, outputLimitBytes: mostOfMachine })
  const exit = await beforeEnd(exec, over)
  if (exit.ended === 'timeout' || exit.ended === 'cancelled') answers.miss(`${host}: ${name} was not told in time`)
  answers.keep(host, name, [exit.stdout, exit.stderr].filter((part) => part !== '').join('\n'))
}

/** Asks what stands beside the machines. Why it could not be told is missing, and kept in place of the answer. */
export async function askSource({ of, name, tell }: Source, { answers, signal }: Asking): Promise<void> {
  try {
    answers.keep(of, name, await beforeEnd(tell(signal), signal))
  } catch (error) {
    const why = `${name} could not be told: ${(error as Error).message}`
    answers.miss(`${of}: ${why.split('\n', 1)[0] ?? ''}`)
    if (!signal.aborted) answers.keep(of, name, why)
  }
}

/** What is asked may not heed a signal. @throws Error when the time is over before it has told */
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
