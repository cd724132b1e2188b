import type { Json } from '../../schemas/json.ts'
import type { Place } from '../../schemas/problem.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { StepError } from '../step-error.ts'

/** JMESPath over a result. @throws StepError `expression` with the place */
export async function searchResult(expression: string, result: Json, place: Place, evaluation: Evaluation): Promise<Json> {
  try {
    return await evaluation.search(expression, result)
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    throw new StepError(error.code, `${expression}: ${error.message}`, { place, hint: error.hint, result, cause: error })
  }
}
