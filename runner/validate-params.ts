import type { Json } from '../schemas/json.ts'
import type { Place } from '../schemas/problem.ts'
import type { Value } from '../schemas/scenario.ts'
import { validateValue } from '../schemas/validate.ts'
import { StepError } from './step-error.ts'
import type { StepKind } from './steps/kind.ts'

/** Checks the parameters of a step again, now that their expressions have values. @throws StepError `bad-parameter` with the place */
export function validateParams(kind: StepKind, evaluated: Json, source: Value): Json {
  const params = kind.normalize?.(evaluated) ?? evaluated
  const problems = validateValue(params, kind.schema, (path) => placeAt(source, path))
  const [first] = problems
  if (first === undefined) return params
  const text = problems.map(({ message, expected }) => (expected === undefined ? message : `${message}, expected ${expected}`)).join('\n')
  throw new StepError('bad-parameter', text, {
    ...(first.place === undefined ? {} : { place: first.place }),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  })
}

function placeAt(value: Value, path: readonly string[]): Place {
  const [step, ...rest] = path
  if (step === undefined) return value.place
  const next =
    value.type === 'map'
      ? value.entries.find(({ key }) => key === step)?.value
      : value.type === 'list'
        ? value.items[Number(step)]
        : undefined
  return next === undefined ? value.place : placeAt(next, rest)
}
