import { checkExpected } from './check-expected.ts'
import type { Compilation } from './compilation.ts'
import { compileValue } from './compile-value.ts'
import type { ParsedExpression } from './expression.ts'
import { textOf } from '../yaml/located-node.ts'
import type { LocatedEntry, LocatedNode, LocatedScalar } from '../yaml/located-node.ts'
import { checkCompared, checkReads, defineName } from './names.ts'
import type { Names } from './names.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { Place, Problem } from '../problem.ts'
import type { Capture, Entry } from '../scenario.ts'
import { parseBare } from './template.ts'

/** What the left sides of `expect` and the sources of `capture` may read. */
export interface Results {
  readonly kind: string
  /** The first segments of the result; `*` when it is open. `scope`: the variables themselves. */
  readonly segments: readonly string[] | 'scope'
  /** Those of the segments that are texts, of which nothing can be read. */
  readonly texts?: readonly string[] | undefined
}

/** The entries of `expect:`: the left sides are expressions over the result, the right sides literals or matchers. */
export function compileExpect(
  node: LocatedNode | undefined,
  results: Results,
  names: Names,
  { matchers, problems }: Pick<Compilation, 'matchers' | 'problems'>,
): readonly Entry[] {
  if (node?.kind !== 'map') return []
  return node.entries.map((entry) => {
    const left = parseBare(entry.key, entry.keyPlace, entry.locateKey, problems)
    if (left !== undefined) checkResults(left.parsed, entry.locateKey, results, names, problems)
    checkExpected(entry.value, { matchers, problems, subject: entry.key, isText: results.texts?.includes(entry.key) === true })
    const found: Problem[] = []
    const value = compileValue(entry.value, names, found)
    // What is compared keeps its digits, so that a whole number of any length may be expected.
    problems.push(...found.filter(({ code }) => code !== 'number-too-large'))
    return { key: entry.key, keyPlace: entry.keyPlace, value }
  })
}

/** The entries of `capture:`; their names are defined from here on. */
export function compileCaptures(node: LocatedNode | undefined, results: Results, names: Names, problems: Problem[]): readonly Capture[] {
  if (node?.kind !== 'map') return []
  const captures = node.entries.flatMap((entry) => compileCapture(entry, results, names, problems) ?? [])
  // Captures of one step do not see each other: all are taken from its result.
  for (const { key, keyPlace } of node.entries) defineName(key, keyPlace, names, problems)
  return captures
}

function compileCapture({ key, keyPlace, value }: LocatedEntry, results: Results, names: Names, problems: Problem[]): Capture | undefined {
  const source = value.kind === 'map' ? value.entries.find((entry) => entry.key === 'from')?.value : value
  const from = textOf(source)
  // The schema has already told that an empty expression does not fit.
  if (source?.kind !== 'scalar' || from === undefined || from === '') return undefined
  const found = parseBare(from, source.place, source.locate, problems)
  if (found === undefined) return undefined
  checkResults(found.parsed, source.locate, results, names, problems)
  const secret = value.kind === 'map' ? value.entries.find((entry) => entry.key === 'secret')?.value : undefined
  return { name: key, from, secret: secret?.kind === 'scalar' && secret.value === true, place: keyPlace }
}

function checkResults(
  parsed: ParsedExpression,
  locate: LocatedScalar['locate'],
  results: Results,
  names: Names,
  problems: Problem[],
): void {
  const { kind, segments, texts = [] } = results
  if (segments === 'scope') return checkReads(parsed, locate, names, problems)
  const cure = (name: string) => `an expression over a result has no variables: capture the list, and compare with $.${name} in an assert`
  checkCompared(parsed, locate, names, cure, problems)
  if (segments.includes('*')) return
  for (const { name, index } of parsed.reads) {
    if (texts.includes(name) && parsed.parted.includes(name))
      problems.push(partOfText(name, { ...locate(index), length: name.length }, segments))
    if (segments.includes(name) || name === 'null') continue
    const hint = didYouMean(name, segments)
    const expected = segments.length === 0 ? 'no expectation: the step gives nothing' : `one of ${segments.join(', ')}`
    problems.push({
      code: 'unknown-result',
      severity: 'error',
      place: { ...locate(index), length: name.length },
      message: `the result of ${kind} has no "${name}"`,
      expected,
      hint,
    })
  }
}

function partOfText(name: string, place: Place, segments: readonly string[]): Problem {
  const hint = segments.includes('json') ? 'json is what it says when it is read as JSON' : undefined
  const message = `${name} is a text: a key or an item of it is always null`
  return {
    code: 'unknown-result',
    severity: 'error',
    place,
    message,
    expected: `${name} itself, or a part by its place: ${name}[0:5]`,
    hint,
  }
}
