import type { StepResult } from '../../schemas/event.ts'
import type { Place } from '../../schemas/problem.ts'
import { toProblem } from '../step-error.ts'
import type { Cure } from '../steps/kind.ts'
import { startDeadline } from '../time/deadline.ts'
import type { Frame } from './frame.ts'

/** What a scenario has broken, in the order in which it did. */
export interface Faults {
  add(key: string, cure: Cure): void
  /** It has been healed by the scenario itself. */
  remove(key: string): void
  /** Takes the last one out; undefined when nothing is broken. */
  takeLast(): Cure | undefined
}

/** How long one cure may take. */
const cureMs = 300_000

/** Nothing is broken yet. */
export function createFaults(): Faults {
  const cures = new Map<string, Cure>()
  return {
    add(key, cure) {
      cures.delete(key)
      cures.set(key, cure)
    },
    remove: (key) => void cures.delete(key),
    takeLast() {
      const [key, cure] = [...cures].at(-1) ?? []
      if (key !== undefined) cures.delete(key)
      return cure
    },
  }
}

/** Heals what a scenario broke, the last first, and tells each as a step: what could not be healed stays broken, and is an error. */
export async function healFaults(faults: Faults, first: number, frame: Frame, place: Place): Promise<readonly StepResult[]> {
  const results: StepResult[] = []
  for (let cure = faults.takeLast(); cure !== undefined; cure = faults.takeLast()) {
    const startedMs = frame.run.clock.elapsed()
    const problem = await healOne(cure, frame, place)
    const step: StepResult = {
      path: [first + results.length],
      name: `heal: ${cure.name}`,
      kind: 'machine',
      place,
      outcome: problem === undefined ? 'passed' : 'errored',
      soft: false,
      durationMs: Math.round(frame.run.clock.elapsed() - startedMs),
      attempts: 1,
      checks: [],
      ...(problem === undefined ? {} : { problem }),
    }
    frame.emit({ type: 'step-ended', scenario: frame.scenario, step })
    results.push(step)
  }
  return results
}

async function healOne(cure: Cure, frame: Frame, place: Place): Promise<StepResult['problem']> {
  const deadline = startDeadline(cureMs, frame.signal)
  try {
    await cure.heal(deadline.signal)
    return undefined
  } catch (error) {
    const problem = toProblem(error, place)
    return { ...problem, message: `it is still broken: ${problem.message}` }
  } finally {
    deadline.dispose()
  }
}
