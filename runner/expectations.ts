import { search } from '../schemas/expression.ts'
import type { Check } from '../schemas/event.ts'
import type { Json, JsonObject } from '../schemas/json.ts'
import type { Place } from '../schemas/problem.ts'
import type { Entry, Value } from '../schemas/scenario.ts'
import { claimsOf, testClaim } from './expect/index.ts'
import { evaluateValue } from './evaluate.ts'
import type { Scope } from './scope.ts'
import { StepError } from './step-error.ts'

/** The most of a value that a check keeps, in characters of JSON. */
const keptCharacters = 4000

/**
 * Tests every expectation of a step, also after one that does not hold, then what the kind implies and the file does not say otherwise.
 *
 * @param expect   left sides are JMESPath over `result`
 * @param implies  left sides are keys of `result`
 * @throws StepError when an expression is at fault: that is an error at once, however often the step is tried
 */
export function testExpectations(expect: readonly Entry[], implies: JsonObject, result: Json, scope: Scope, place: Place): Check[] {
  const stated = expect.flatMap((entry) =>
    testRightSide(entry.key, searchResult(entry.key, result, entry.keyPlace), evaluateValue(entry.value, scope), false, (matcher) =>
      placeOf(entry.value, matcher),
    ),
  )
  const implied = Object.entries(implies)
    .filter(([key]) => !expect.some((entry) => rootOf(entry.key) === key))
    .flatMap(([key, expected]) => testRightSide(key, searchResult(key, result, place), expected, true, () => place))
  return [...stated, ...implied]
}

/** One check for each claim of a right side. */
export function testRightSide(subject: string, actual: Json, expected: Json, implied: boolean, place: (matcher: string) => Place): Check[] {
  return claimsOf(expected).map((claim) => {
    const explanation = withPlace(place(claim.matcher), () => testClaim(actual, claim))
    return {
      subject,
      passed: explanation === undefined,
      implied,
      expected: claim.matcher === 'equals' ? claim.argument : { [claim.matcher]: claim.argument },
      actual: shorten(actual),
      explanation: explanation ?? '',
      place: place(claim.matcher),
    }
  })
}

/** JMESPath over a result. @throws StepError `expression` with the place */
export function searchResult(expression: string, result: Json, place: Place): Json {
  return withPlace(place, () => {
    try {
      return search(expression, result)
    } catch (error) {
      throw new StepError('expression', `${expression}: ${(error as Error).message}`, { result, cause: error })
    }
  })
}

function withPlace<T>(place: Place, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof StepError) || error.place !== undefined) throw error
    const { code, message, hint, result, cause } = error
    throw new StepError(code, message, {
      place,
      cause,
      ...(hint === undefined ? {} : { hint }),
      ...(result === undefined ? {} : { result }),
    })
  }
}

function placeOf(value: Value, matcher: string): Place {
  const entry = value.type === 'map' ? value.entries.find(({ key }) => key === matcher) : undefined
  return entry?.value.place ?? value.place
}

function rootOf(expression: string): string {
  return /^[A-Za-z_]\w*/.exec(expression)?.[0] ?? ''
}

function shorten(value: Json): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= keptCharacters ? value : `${text.slice(0, keptCharacters)}… (${text.length} characters)`
}
