import type { Step } from '../../schemas/scenario.ts'
import type { Machine } from '../hops/machine.ts'
import { chooseHosts } from '../hosts/choose-hosts.ts'
import type { HostChoice } from '../../schemas/resolve-host.ts'
import { containerAt, machinesAt } from '../hosts/origins.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import { StepError } from '../step-error.ts'
import type { StepKind } from '../steps/kind.ts'
import type { Frame } from './frame.ts'

/** The hosts that a step acts from: those of its `host:`, otherwise the one of its container; undefined when it acts from none.
 *  @throws StepError when they cannot be told, or it needs one and names none */
export async function chooseStepHosts(
  step: Step,
  kind: StepKind,
  { run, scope }: Frame,
  signal: AbortSignal,
): Promise<HostChoice | undefined> {
  if (kind.host === 'none') return undefined
  const evaluation = run.evaluator.under(signal)
  if (step.host !== undefined) return chooseHosts(await evaluateValue(step.host, scope, evaluation), run.testbed, run.allowLocal)
  // A task tells the host of its container.
  const container = step.container === undefined ? undefined : containerAt(await evaluateValue(step.container, scope, evaluation))
  if (container?.host !== undefined) return chooseHosts(container.host, run.testbed, run.allowLocal)
  if (kind.host === 'required')
    throw new StepError('no-host', `a ${step.kind} step needs a host`, { hint: 'say where it acts from: `host: gateway`' })
  return undefined
}

/** Whether a step acts on several hosts, each of which has a result of its own. */
export async function actsOnSeveral(step: Step, { run, scope }: Frame, signal: AbortSignal): Promise<boolean> {
  if (step.host === undefined) return false
  const host = await evaluateValue(step.host, scope, run.evaluator.under(signal))
  return chooseHosts(host, run.testbed, run.allowLocal).mode !== 'one'
}

/** The machine that a step acts from on a host: the host itself, or the step's container there. @throws StepError */
export async function machineOfStep(step: Step, host: string, { run, scope }: Frame, signal: AbortSignal): Promise<Machine> {
  const container =
    step.container === undefined ? undefined : containerAt(await evaluateValue(step.container, scope, run.evaluator.under(signal)))
  return machinesAt(container === undefined ? host : { host, container: container.id }, run)[0] as Machine
}
