import type { Json } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Entry, Expression, Value } from '../../schemas/scenario.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import { createMask } from '../scope/mask.ts'
import { createScope } from '../scope/scope.ts'
import type { Scope } from '../scope/scope.ts'
import { StepError } from '../step-error.ts'

/** What is known of the variables of a list of steps before any of them runs. */
export interface Known {
  readonly scope: Scope
  readonly evaluation: Evaluation
  /** The expressions that stand for variables whose value nobody knows yet, by name: those of the caller, where it gives them. */
  readonly open: Readonly<Record<string, string>>
}

/** Starts with variables that have their values. */
export function startKnown(variables: Readonly<Record<string, Json>>, evaluation: Evaluation): Known {
  return { scope: createScope({ ...variables }, createMask()), evaluation, open: {} }
}

/** The value as far as it is known; an expression that depends on what a step will find stays as it is written. */
export async function fillIn(value: Value, known: Known): Promise<Json> {
  switch (value.type) {
    case 'literal':
      return value.value
    case 'expression':
      return await fillExpression(value, known)
    case 'text': {
      const parts = value.parts.map(async (part) => (typeof part === 'string' ? part : asText(await fillExpression(part, known))))
      return (await Promise.all(parts)).join('')
    }
    case 'list':
      return await Promise.all(value.items.map((item) => fillIn(item, known)))
    case 'map':
      return Object.fromEntries(
        await Promise.all(value.entries.map(async (entry) => [entry.key, await fillIn(entry.value, known)] as const)),
      )
  }
}

/** Entries in their order, each with what those above it give. @returns what is known behind them */
export async function define(entries: readonly Entry[], known: Known): Promise<Known> {
  const open: Record<string, string> = { ...known.open }
  for (const { key, value } of entries) {
    const filled = await fillIn(value, { ...known, open })
    if (isWhole(value, known.scope)) known.scope.define(key, filled)
    else open[key] = asText(filled)
  }
  return { ...known, open }
}

/** Whether all that a value reads is known. */
export function isWhole(value: Value, scope: Scope): boolean {
  if (value.type === 'expression') return value.roots.every((root) => Object.hasOwn(scope.variables, root))
  if (value.type === 'text') return value.parts.every((part) => typeof part === 'string' || isWhole(part, scope))
  if (value.type === 'list') return value.items.every((item) => isWhole(item, scope))
  return value.type === 'literal' || value.entries.every((entry) => isWhole(entry.value, scope))
}

async function fillExpression(expression: Expression, known: Known): Promise<Json> {
  if (!isWhole(expression, known.scope)) {
    const [root = ''] = expression.roots
    return expression.source === root && known.open[root] !== undefined ? known.open[root] : `\${{ ${expression.source} }}`
  }
  try {
    return await evaluateValue(expression, known.scope, known.evaluation)
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    return `\${{ ${expression.source} }}`
  }
}

/** A value as it stands within a text: a whole number with all its digits. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : renderJson(value)
}
