import { argumentProblems } from './check-argument.ts'
import type { MatcherShapes } from './check-argument.ts'
import type { Compilation } from './compilation.ts'
import { placeFlaw } from '../flaw.ts'
import { fixedValue, isFixed } from './fixed-value.ts'
import { placeIn } from '../yaml/located-node.ts'
import type { LocatedEntry, LocatedMap, LocatedNode } from '../yaml/located-node.ts'
import type { Place, Problem } from '../problem.ts'
import { didYouMean, nearestName } from '../../system/nearest-name.ts'

interface Known extends Pick<Compilation, 'matchers' | 'problems'> {
  /** The left side of the expectation. */
  readonly subject: string
  /** The left side is a text whatever the step finds. */
  readonly isText: boolean
}

/** Checks the right side of an expectation: that its matchers exist, and that something can be judged by what stands under each. */
export function checkExpected(value: LocatedNode, known: Known): void {
  if (value.kind !== 'map') return
  const { matchers, problems } = known
  const names = Object.keys(matchers)
  const unknown = value.entries.filter(({ key }) => !names.includes(key))
  // A map without any matcher is a literal, unless one was misspelt.
  if (unknown.length === value.entries.length && unknown.every(({ key }) => nearestName(key, names) === undefined)) return
  for (const { key, keyPlace } of unknown) {
    problems.push({
      code: 'unknown-matcher',
      severity: 'error',
      place: keyPlace,
      message: `there is no matcher "${key}"`,
      expected: `one of ${names.join(', ')}`,
      hint: didYouMean(key, names) ?? 'to compare with a mapping, write equals: or like: before it',
    })
  }
  for (const entry of value.entries) checkArgument(value, entry, known)
}

function checkArgument(map: LocatedMap, { key, keyPlace, value }: LocatedEntry, { isText, ...known }: Known): void {
  const matcher = Object.hasOwn(known.matchers, key) ? known.matchers[key] : undefined
  if (matcher === undefined) return
  if (isText && matcher.takes === 'number') known.problems.push(numberOfText(key, keyPlace, known.subject))
  const argument = isFixed(value) ? fixedValue(value) : undefined
  const found = argument === undefined ? [] : argumentProblems(key, matcher, argument, (path, ofKey) => placeIn(map, path, ofKey))
  known.problems.push(...found)
  if (found.length > 0) return
  const advice = argument === undefined ? [] : (matcher.advise?.(argument, known.subject) ?? [])
  known.problems.push(...advice.map((flaw) => placeFlaw(flaw, (path, ofKey) => placeIn(map, [key, ...path], ofKey))))
  // What is judged there may be a part of the left side, or its length.
  if (matcher.nests === 'expectation') checkExpected(value, { ...known, isText: false })
  if (matcher.nests === 'shape') checkShape(value, { ...known, isText: false })
}

function numberOfText(matcher: string, place: Place, subject: string): Problem {
  const message = `${subject} is a text, also where it says a number: ${matcher} never holds`
  const expected = `a number on the left of ${matcher}`
  return { code: 'wrong-type', severity: 'error', place, message, expected, hint: `to_number(${subject}) reads it as one` }
}

/** The keys of a partial object are anybody's, so that a map is one of matchers only when all its keys are, or when its one key is all but the name of one. */
function checkShape(node: LocatedNode, known: Known): void {
  if (node.kind === 'list') for (const item of node.items) checkShape(item, known)
  if (node.kind !== 'map') return
  if (isOfMatchers(node, known.matchers)) checkExpected(node, known)
  else for (const { value } of node.entries) checkShape(value, known)
}

function isOfMatchers({ entries }: LocatedMap, matchers: MatcherShapes): boolean {
  const [only, second] = entries
  if (entries.every(({ key }) => Object.hasOwn(matchers, key))) return true
  const long = Object.keys(matchers).filter((name) => name.length >= 5)
  return only !== undefined && second === undefined && nearestName(only.key, long) !== undefined
}
