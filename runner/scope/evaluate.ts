import { search } from '../../schemas/language/expression.ts'
import type { Json } from '../../schemas/json.ts'
import type { Entry, Expression, Value } from '../../schemas/scenario.ts'
import type { Scope } from './scope.ts'
import { StepError } from '../step-error.ts'

/** The value of a node of a scenario. @throws StepError `expression` when an expression fails or gives null */
export function evaluateValue(value: Value, scope: Scope): Json {
  switch (value.type) {
    case 'literal':
      return value.value
    case 'expression':
      return evaluateExpression(value, scope)
    case 'text':
      return value.parts.map((part) => (typeof part === 'string' ? part : toText(evaluateExpression(part, scope), part))).join('')
    case 'list':
      return value.items.map((item) => evaluateValue(item, scope))
    case 'map':
      return Object.fromEntries(value.entries.map((entry) => [entry.key, evaluateValue(entry.value, scope)]))
  }
}

/** The entries of `env:`, as the texts that environment variables are. */
export function evaluateEnvironment(entries: readonly Entry[], scope: Scope): Record<string, string> {
  return Object.fromEntries(
    entries.map(({ key, value }) => {
      const evaluated = evaluateValue(value, scope)
      if (evaluated !== null && typeof evaluated === 'object')
        throw new StepError('expression', `env.${key} is not a text but ${kindOf(evaluated)}`, {
          place: value.place,
          hint: 'to_string(…) makes JSON of it',
        })
      return [key, String(evaluated)]
    }),
  )
}

/** Whether `if:` holds, as JMESPath sees truth: null, false, and empty texts, lists and objects are false. */
export function evaluateCondition(condition: Expression, scope: Scope): boolean {
  const value = searchIn(condition, scope)
  if (value === null || value === false || value === '') return false
  return typeof value !== 'object' || (Array.isArray(value) ? value : Object.keys(value)).length > 0
}

function evaluateExpression(expression: Expression, scope: Scope): Json {
  const value = searchIn(expression, scope)
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

function searchIn(expression: Expression, scope: Scope): Json {
  try {
    return search(expression.source, scope.variables)
  } catch (error) {
    throw new StepError('expression', `\${{ ${expression.source} }}: ${(error as Error).message}`, {
      place: expression.place,
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
