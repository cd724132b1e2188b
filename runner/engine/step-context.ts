import type { Check } from '../../schemas/event.ts'
import type { Step } from '../../schemas/scenario.ts'
import { joinCuts } from '../cut.ts'
import type { Cut } from '../cut.ts'
import { machinesAt } from '../hosts/origins.ts'
import { testVariable } from '../judging/expectations.ts'
import { StepError } from '../step-error.ts'
import type { StepContext } from '../steps/kind.ts'
import type { Deadline } from '../time/deadline.ts'
import type { Frame } from './frame.ts'
import { runGroup, useFile } from './nested.ts'
import { evaluateSaved } from '../scope/saved-files.ts'
import { actsOnSeveral, machineOfStep } from './step-hosts.ts'

/** What a step kind says besides its result. */
export interface Observations {
  /** The environment that the step gives to commands. */
  readonly env: Readonly<Record<string, string>>
  readonly checks: Check[]
  readonly cuts: Map<string, Cut>
  readonly absences: Map<string, string>
}

/**
 * What the kind of a step may use in one attempt.
 *
 * @param host    where the step acts from; undefined when from nowhere
 * @param observations  gets the assertions that the kind makes, and what of its result is not whole, or not there
 * @throws StepError when the machine of the step cannot be told
 */
export async function createStepContext(
  step: Step,
  path: readonly number[],
  frame: Frame,
  deadline: Deadline,
  host: string | undefined,
  { env, checks, cuts, absences }: Observations,
): Promise<StepContext> {
  const { run, scope } = frame
  const { mask } = run
  const evaluation = run.evaluator.under(deadline.signal)
  const machine = host === undefined ? undefined : await machineOfStep(step, host, frame, deadline.signal)
  const ownFiles = step.save !== undefined && (await actsOnSeveral(step, frame, deadline.signal))
  const save = await evaluateSaved(step.save ?? [], ownFiles ? host : undefined, scope, evaluation)
  return {
    testbed: run.testbed,
    get machine() {
      if (machine === undefined) throw new StepError('no-host', `a ${step.kind} step needs a host here`)
      return machine
    },
    machinesAt: (origin) => machinesAt(origin, run),
    env,
    maxOutputBytes: step.maxOutputBytes ?? frame.maxOutputBytes,
    save,
    variables: scope.variables,
    folders: frame.folders,
    fence: frame.fence,
    place: step.place,
    clock: run.clock,
    timeoutMs: deadline.remainingMs(),
    signal: deadline.signal,
    cut: (key, cut) => void cuts.set(key, cut),
    absent: (key, reason) => void absences.set(key, reason),
    check: addCheck(checks, step),
    async expectVariable(expression, expected) {
      checks.push(...(await testVariable(expression, expected, { scope, mask, evaluation }, step.place)))
    },
    broken: (key, cure) => frame.faults.add(key, cure),
    healed: (key) => frame.faults.remove(key),
    progress: (attempt, elapsedMs, last) => frame.emit({ type: 'poll', scenario: frame.scenario, path, attempt, elapsedMs, last }),
    useFile: (inputs) => useFile(step, inputs, path, nestedFrame(step, frame, deadline)),
    async runGroup() {
      const findings = await runGroup(step, path, nestedFrame(step, frame, deadline))
      const cut = joinCuts(findings.flatMap((finding) => [...(finding?.cuts.values() ?? [])]))
      // Which text of which step it was, no piece of the whole tells.
      if (cut !== undefined) cuts.set('steps', { ...cut, parts: [] })
      return findings.map((finding) => finding?.result ?? null)
    },
  }
}

/** Takes the assertions that a kind makes by itself. */
export function addCheck(checks: Check[], { place }: Step): StepContext['check'] {
  return (check) => void checks.push({ ...check, place })
}

/** The frame of the steps inside of a step: they end with its time. */
function nestedFrame(step: Step, frame: Frame, deadline: Deadline): Frame {
  const limit = { code: 'scenario-timeout', message: `the time limit of "${step.name}" has passed` } as const
  return {
    ...frame,
    within: [...frame.within, step.name],
    signal: deadline.signal,
    found: undefined,
    pause: undefined,
    interruption: () => frame.interruption() ?? (deadline.passed ? limit : undefined),
  }
}
