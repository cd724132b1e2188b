import { dirname } from 'node:path'
import type { Cause, StepResult } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { ProblemCode } from '../../schemas/problem-codes.ts'
import type { InputType, Step, StepFile } from '../../schemas/scenario.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import type { Found, Frame } from './frame.ts'
import { combineOutcomes, weighStep } from './outcome.ts'
import { runInOrder } from './run-in-order.ts'
import { createScope } from '../scope/scope.ts'
import { StepError } from '../step-error.ts'

/** Runs the steps of a step file in a scope of its own: inputs and `testbed`. @returns its outputs @throws StepError when it did not pass */
export async function useFile(step: Step, given: JsonObject, path: readonly number[], frame: Frame): Promise<JsonObject> {
  const file = step.use
  if (file === undefined) throw new StepError('no-such-file', 'the step file was not loaded')
  const scope = createScope({ testbed: frame.scope.variables['testbed'] ?? null }, frame.run.mask)
  const evaluation = frame.run.evaluator.under(frame.signal)
  for (const [name, value] of Object.entries(await checkInputs(file, given, frame, evaluation))) scope.define(name, value)
  const inner = { ...frame, scope, folders: [dirname(file.file), ...frame.folders] }
  const results = await runInOrder(file.steps, path, inner)
  refuseUnlessPassed(results)
  const outputs = file.outputs.map(async ({ key, value }) => [key, await evaluateValue(value, scope, evaluation)] as const)
  return Object.fromEntries(await Promise.all(outputs))
}

/** Runs the steps of a group at the same time. @returns what they found, in their order; null of one that found nothing
 *  @throws StepError when one did not pass */
export async function runGroup(step: Step, path: readonly number[], frame: Frame): Promise<readonly (Found | null)[]> {
  const steps = step.steps ?? []
  const findings: (Found | null)[] = steps.map(() => null)
  const run = (inner: Step, index: number) =>
    frame.runStep(inner, [...path, index], { ...frame, found: (_path, finding) => (findings[index] = finding) })
  refuseUnlessPassed(await Promise.all(steps.map(run)))
  return findings
}

/** A nested step did not pass: the step around it has the same outcome, and points at it. */
export class NestedFailure extends StepError {
  readonly outcome: 'failed' | 'errored'
  /** That step. */
  readonly step: Cause
  constructor(outcome: 'failed' | 'errored', step: Cause, code: ProblemCode, message: string) {
    super(code, message)
    this.outcome = outcome
    this.step = step
  }
}

function refuseUnlessPassed(results: readonly StepResult[]): void {
  const outcome = combineOutcomes(results.map(weighStep))
  if (outcome !== 'failed' && outcome !== 'errored') return
  const first = results.find((result) => weighStep(result) === outcome)
  if (first === undefined) return
  const why = first.problem?.message ?? first.checks.find(({ passed }) => !passed)?.explanation ?? ''
  const code = outcome === 'errored' ? (first.problem?.code ?? 'nested') : 'nested'
  throw new NestedFailure(outcome, { path: first.path, name: first.name }, code, `"${first.name}" ${outcome}: ${why}`)
}

async function checkInputs(file: StepFile, given: JsonObject, frame: Frame, evaluation: Evaluation): Promise<JsonObject> {
  const unknown = Object.keys(given).filter((name) => !file.inputs.some((input) => input.name === name))
  if (unknown.length > 0)
    throw new StepError('unknown-input', `${file.file} has no input ${unknown.join(', ')}`, {
      hint: `it has ${file.inputs.map(({ name }) => name).join(', ') || 'none'}`,
    })
  const inputs: [string, Json][] = []
  for (const input of file.inputs) {
    const fallback = input.default
    const value = given[input.name] ?? (fallback === undefined ? undefined : await evaluateValue(fallback, frame.scope, evaluation))
    if (value === undefined) {
      if (input.required) throw new StepError('missing-input', `${file.file} needs the input ${input.name} (${input.type})`)
      continue
    }
    if (!isOfType(value, input.type))
      throw new StepError('bad-input', `the input ${input.name} of ${file.file} is ${renderJson(value)}, expected: ${input.type}`)
    inputs.push([input.name, value])
  }
  return Object.fromEntries(inputs)
}

function isOfType(value: Json, type: InputType): boolean {
  if (type === 'any') return true
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return value !== null && typeof value === 'object' && !Array.isArray(value)
  return typeof value === type || (type === 'number' && typeof value === 'bigint')
}
