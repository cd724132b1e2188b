import type { Json } from '../../schemas/json.ts'
import type { MatcherShape } from '../../schemas/scenario.ts'

/** One way to judge a value: a key under `expect:`. */
export interface Matcher extends MatcherShape {
  /** An expectation that uses it, as it stands under `expect:` in YAML; the reference shows it, and a test loads it. */
  readonly example: string
  /** It says something of every item: those too of which an expression finds nothing, so that JMESPath leaves them out. */
  readonly ofEveryItem?: true
  /** Why nothing can be said of such a value, for a person: a number has no parts. Then neither this nor its opposite holds. Absent where it takes
   *  values of every kind. */
  misfit?(actual: Json, argument: Json): string | undefined
  /** @param actual    one that is no misfit
   *  @param argument  sound, as `schema` and `check` see it
   *  @returns why the value does not match, for a person; undefined when it does. As `misfit` where of nothing inside of the value it can be said that it
   *           does not match
   *  @throws StepError when an expectation inside the argument is at fault: then nothing can be said of the value */
  test(actual: Json, argument: Json, judge: Judge): string | Misfit | undefined
}

/** Why nothing can be said of a value. */
export interface Misfit {
  readonly misfit: string
}

/** Judges a value by what stands on the right side of an expectation: a literal, or a map of matchers. */
export interface Judge {
  (actual: Json, expected: Json): readonly Mismatch[]
  /** Whether a right side is a map of matchers; otherwise it is a literal. */
  isMatchers(expected: Json): boolean
}

/** Something that does not hold. */
export interface Mismatch {
  readonly matcher: string
  readonly expected: Json
  readonly explanation: string
  /** Nothing can be said of the value: the opposite does not hold either. */
  readonly isMisfit: boolean
}
