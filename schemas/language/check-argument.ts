import { placeFlaw } from '../flaw.ts'
import type { Placing } from '../flaw.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Problem } from '../problem.ts'
import type { MatcherShape } from '../scenario.ts'
import { validateValue } from '../validation/validate.ts'

/** The matchers, by name. */
export type MatcherShapes = Readonly<Record<string, MatcherShape>>

const schemas = new WeakMap<MatcherShape, JsonObject>()

/**
 * What is wrong with the argument of a matcher, whatever it will judge.
 *
 * @param placeOf  the place of the value at a path that begins with the matcher's name; without it the problems have none
 */
export function argumentProblems(
  name: string,
  matcher: MatcherShape,
  argument: Json,
  placeOf: Placing = () => undefined,
): readonly Problem[] {
  const problems = validateValue({ [name]: argument }, matcherSchema(name, matcher), placeOf)
  if (problems.length > 0 || matcher.check === undefined) return problems
  return matcher.check(argument).map((flaw) => placeFlaw(flaw, (path, ofKey) => placeOf([name, ...path], ofKey)))
}

/** The schema of a mapping that holds the argument of a matcher under its name. */
export function matcherSchema(name: string, matcher: MatcherShape): JsonObject {
  const schema = schemas.get(matcher) ?? { type: 'object', properties: { [name]: matcher.schema } }
  schemas.set(matcher, schema)
  return schema
}
