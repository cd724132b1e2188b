import type { Json, JsonObject } from '../../schemas/json.ts'

/** One way to judge a value: a key under `expect:`. */
export interface Matcher {
  readonly summary: string
  /** JSON Schema of what stands under the matcher's key. */
  readonly schema: JsonObject
  /** @returns why the value does not match, for a person; undefined when it does
   *  @throws StepError when the expectation itself is at fault (a broken pattern): then nothing can be said of the value */
  test(actual: Json, argument: Json, judge: Judge): string | undefined
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
}
