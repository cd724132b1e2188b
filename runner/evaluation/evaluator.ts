import { Worker } from 'node:worker_threads'
import type { Json } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import { isFlaw, parseExpression } from '../../schemas/language/expression.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import type { Claim } from '../matchers/index.ts'
import { StepError } from '../step-error.ts'
import { isQuick } from './cost.ts'
import { doWork } from './work.ts'
import type { Done, Work } from './work.ts'

/** Applies expressions and tests claims on data that may come from anywhere, up to a deadline. */
export interface Evaluation {
  /** JMESPath. @throws StepError `expression` when it is at fault, `timeout` when it had not ended in time */
  search(expression: string, data: Json): Promise<Json>
  /** @returns why the claim does not hold; undefined when it does @throws StepError when the claim itself is at fault, `timeout` */
  test(actual: Json, claim: Claim): Promise<string | undefined>
}

/** Gives evaluations; what takes long is done in threads that can be ended. */
export interface Evaluator {
  /** An evaluation that ends when a signal is aborted: that of the deadline of what it is for. */
  under(signal: AbortSignal): Evaluation
  /** Ends the threads. */
  close(): Promise<void>
}

/** How long one expression or claim may take, whatever time there is. */
export const longestMs = 30_000

/** The most that one evaluation may need, in MiB. */
const mostMemory = 256

/** How many evaluations go on at the same time; the others wait. */
const mostThreads = 4

/** Makes an evaluator; no thread is started before one is needed. */
export function createEvaluator(): Evaluator {
  const idle: Worker[] = []
  const waiting: (() => void)[] = []
  let working = 0
  const inTurn = async (work: Work, signal: AbortSignal): Promise<Done> => {
    while (working >= mostThreads) await aTurn(waiting, work, signal)
    working += 1
    const worker = idle.pop() ?? startWorker()
    try {
      const done = await askWorker(worker, work, signal)
      idle.push(worker)
      return done
    } catch (error) {
      await worker.terminate()
      throw error
    } finally {
      working -= 1
      waiting[0]?.()
    }
  }
  const evaluate = async (work: Work, signal: AbortSignal): Promise<Json> => {
    const done = isQuick(work) ? doWork(work) : await inTurn(work, signal)
    if ('value' in done) return done.value
    const { code, message, hint } = done.fault
    throw new StepError(code, message, { hint })
  }
  return {
    under: (signal) => ({
      search: (expression, data) => evaluate({ type: 'search', expression, data: partRead(expression, data) }, signal),
      async test(actual, claim) {
        const explanation = await evaluate({ type: 'test', actual, claim }, signal)
        return typeof explanation === 'string' ? explanation : undefined
      },
    }),
    async close() {
      await Promise.all(idle.splice(0).map((worker) => worker.terminate()))
    },
  }
}

/** The part of an object that an expression reads, so that no more goes to another thread. */
function partRead(expression: string, data: Json): Json {
  const parsed = parseExpression(expression)
  if (isFlaw(parsed) || parsed.whole || !isObject(data)) return data
  return Object.fromEntries(parsed.reads.flatMap(({ name }) => (Object.hasOwn(data, name) ? [[name, data[name] as Json]] : [])))
}

function startWorker(): Worker {
  // The build rewrites import specifiers, not URLs.
  const file = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
  const worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: mostMemory } })
  // One that is ended may still have an error to tell.
  worker.on('error', () => undefined)
  // A thread that waits for work keeps no process alive.
  worker.unref()
  return worker
}

/** Waits until another evaluation has ended. @throws StepError `timeout` */
function aTurn(waiting: (() => void)[], work: Work, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      waiting.splice(waiting.indexOf(go), 1)
      signal.removeEventListener('abort', go)
      if (signal.aborted) reject(outOfTime(work))
      else resolve()
    }
    waiting.push(go)
    signal.addEventListener('abort', go, { once: true })
    if (signal.aborted) go()
  })
}

function askWorker(worker: Worker, work: Work, signal: AbortSignal): Promise<Done> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      worker.off('message', take).off('error', fail)
      act()
    }
    const take = (done: Done) => settle(() => resolve(done))
    const giveUp = () => settle(() => reject(outOfTime(work)))
    const fail = (error: Error & { readonly code?: string }) =>
      settle(() => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory(work) : error))
    const timer = setTimeout(giveUp, longestMs)
    signal.addEventListener('abort', giveUp, { once: true })
    worker.on('message', take).on('error', fail)
    if (signal.aborted) giveUp()
    else worker.postMessage(work)
  })
}

function outOfTime(work: Work): StepError {
  return new StepError('timeout', `${describeWork(work)} had not come to an end`, { hint: cure })
}

function outOfMemory(work: Work): StepError {
  return new StepError('expression', `${describeWork(work)} needs more than ${mostMemory} MiB`, { hint: cure })
}

const cure = 'ask for less: a pattern without nested repetitions, an expression without nested loops, a part of the text'

function describeWork(work: Work): string {
  if (work.type === 'search') return `the expression ${shorten(work.expression)}`
  return `the matcher ${work.claim.matcher}: ${shorten(renderJson(work.claim.argument))}`
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
