import { placeFlaw } from '../../schemas/flaw.ts'
import type { Json } from '../../schemas/json.ts'
import type { Place } from '../../schemas/problem.ts'
import type { Value } from '../../schemas/scenario.ts'
import { validateValue } from '../../schemas/validation/validate.ts'
import { refuse } from '../step-error.ts'
import type { StepKind } from '../steps/kind.ts'

/** Checks the parameters of a step again, now that their expressions have values. @throws StepError with the place */
export function validateParams(kind: StepKind, evaluated: Json, source: Value): Json {
  const params = kind.normalize?.(evaluated) ?? evaluated
  const placeOf = (path: readonly string[]) => placeAt(source, path)
  refuse(validateValue(params, kind.schema, placeOf).map((problem) => ({ ...problem, code: 'bad-parameter' })))
  refuse((kind.check?.(params) ?? []).map((flaw) => placeFlaw(flaw, placeOf)))
  return params
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
