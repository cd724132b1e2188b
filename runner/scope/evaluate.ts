import type { Json } from '../../schemas/json.ts'
import type { Entry, Expression, Value } from '../../schemas/scenario.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import type { Scope } from './scope.ts'
import { StepError } from '../step-error.ts'

/** The value of a node of a scenario. @throws StepError `expression` when an expression fails or gives null */
export async function evaluateValue(value: Value, scope: Scope, evaluation: Evaluation): Promise<Json> {
  switch (value.type) {
    case 'literal':
      return value.value
    case 'expression':
      return evaluateExpression(value, scope, evaluation)
    case 'text':
      return (
        await Promise.all(
          value.parts.map(async (part) =>
            typeof part === 'string' ? part : toText(await evaluateExpression(part, scope, evaluation), part),
          ),
        )
      ).join('')
    case 'list':
      return Promise.all(value.items.map((item) => evaluateValue(item, scope, evaluation)))
    case 'map':
      return Object.fromEntries(
        await Promise.all(value.entries.map(async (entry) => [entry.key, await evaluateValue(entry.value, scope, evaluation)] as const)),
      )
  }
}

/** The entries of `env:`, as the texts that environment variables are. */
export async function evaluateEnvironment(
  entries: readonly Entry[],
  scope: Scope,
  evaluation: Evaluation,
): Promise<Record<string, string>> {
  const texts = await Promise.all(
    entries.map(async ({ key, value }) => {
      const evaluated = await evaluateValue(value, scope, evaluation)
      if (evaluated !== null && typeof evaluated === 'object')
        throw new StepError('expression', `env.${key} is not a text but ${kindOf(evaluated)}`, {
          place: value.place,
          hint: 'to_string(…) makes JSON of it',
        })
      return [key, String(evaluated)] as const
    }),
  )
  return Object.fromEntries(texts)
}

/** Whether `if:` holds, as JMESPath sees truth: null, false, and empty texts, lists and objects are false. */
export async function evaluateCondition(condition: Expression, scope: Scope, evaluation: Evaluation): Promise<boolean> {
  const value = await searchIn(condition, scope, evaluation)
  if (value === null || value === false || value === '') return false
  return typeof value !== 'object' || (Array.isArray(value) ? value : Object.keys(value)).length > 0
}

async function evaluateExpression(expression: Expression, scope: Scope, evaluation: Evaluation): Promise<Json> {
  const value = await searchIn(expression, scope, evaluation)
  const missing = value === null ? expression.roots.find((root) => !Object.hasOwn(scope.variables, root)) : undefined
  if (missing !== undefined)
    throw new StepError('never-captured', `${missing} was never captured: the step that captures it did not pass`, {
      place: expression.place,
    })
  if (value === null)
    throw new StepError('expression', `\${{ ${expression.source} }} has no value`, {
      place: expression.place,
      hint: "if that is meant, give another value: not_null(…, 'default')",
    })
  scope.taint(expression.roots, value)
  return value
}

async function searchIn(expression: Expression, scope: Scope, evaluation: Evaluation): Promise<Json> {
  try {
    return await evaluation.search(expression.source, scope.variables)
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    throw new StepError(error.code, `\${{ ${expression.source} }}: ${error.message}`, {
      place: expression.place,
      hint: error.hint,
      cause: error,
    })
  }
}

function toText(value: Json, expression: Expression): string {
  if (value !== null && typeof value === 'object')
    throw new StepError('expression', `\${{ ${expression.source} }} inside a text is ${kindOf(value)}`, {
      place: expression.place,
      hint: 'take a part of it, or make JSON of it with to_string(…)',
    })
  return String(value)
}

function kindOf(value: Json): string {
  return Array.isArray(value) ? 'a list' : 'an object'
}
