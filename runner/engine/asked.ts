import { createHash } from 'node:crypto'
import type { Json } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Step } from '../../schemas/scenario.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import { readProjectFile } from '../steps/files.ts'
import type { StepKind } from '../steps/kind.ts'
import type { Frame } from './frame.ts'

/**
 * A digest of each thing that decides what a step does: where two steps have the same ones, what the one saw tells what the other would have.
 *
 * @param params  evaluated
 * @param env     the environment that it gives to commands
 */
export async function askedBy(
  step: Step,
  kind: StepKind,
  params: Json,
  env: Readonly<Record<string, string>>,
  frame: Frame,
  evaluation: Evaluation,
): Promise<Readonly<Record<string, string>>> {
  const { mask } = frame.run
  const files = kind.carries?.(params) ?? []
  return {
    [step.kind]: digestOf(mask.json(kind.asks?.(params) ?? params)),
    ...(Object.keys(env).length === 0 ? {} : { env: digestOf(mask.json(env)) }),
    ...(step.container === undefined ? {} : { in: digestOf(mask.json(await evaluateValue(step.container, frame.scope, evaluation))) }),
    ...Object.fromEntries(files.map((path) => [`the file ${path}`, digestOfFile(path, frame)])),
  }
}

/** A digest of a value, whatever the order of its keys. */
export function digestOf(value: Json): string {
  return createHash('sha256')
    .update(renderJson(inOrder(value)))
    .digest('hex')
    .slice(0, 32)
}

function inOrder(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(inOrder)
  if (!isObject(value)) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, inOrder(item)]))
}

function digestOfFile(path: string, frame: Pick<Frame, 'folders' | 'fence'>): string {
  try {
    return createHash('sha256').update(readProjectFile(path, frame)).digest('hex').slice(0, 32)
  } catch {
    // Whatever is wrong with it is for the step to meet.
    return 'unread'
  }
}
