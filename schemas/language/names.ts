import type { ParsedExpression } from './expression.ts'
import type { LocatedScalar } from '../yaml/located-node.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { Place, Problem } from '../problem.ts'
import { testbedMembers } from '../testbed.ts'

/** The variables that expressions may read at one point of a file, each with the place of its definition. */
export interface Names {
  /** What may be read here. */
  readonly visible: Map<string, Place | undefined>
  /** What is defined so far, steps that run at the same time included: a name is given once. */
  readonly taken: Map<string, Place | undefined>
  /** What is captured anywhere in the file. */
  readonly captured: ReadonlyMap<string, Place>
  /** Of names whose parts are known: what those are. */
  readonly members: Map<string, Members>
}

/** What can be read of a name. */
export interface Members {
  /** Whose parts they are: the file of a scenario; undefined for the testbed. */
  readonly of?: string
  readonly names: readonly string[]
  /** It is a list of such. */
  readonly isList?: boolean
}

/** JMESPath has no word for null; a name that is never defined is how one writes it. */
const nullName = 'null'

/** @param captured  every capture of the file, wherever it stands */
export function createNames(captured: ReadonlyMap<string, Place>): Names {
  const taken = new Map<string, Place | undefined>([
    ['testbed', undefined],
    [nullName, undefined],
  ])
  return { visible: new Map([['testbed', undefined]]), taken, captured, members: new Map([['testbed', { names: testbedMembers }]]) }
}

/** The names that one of several steps at the same time sees: what is visible now, and nothing of its siblings. */
export function forkNames(names: Names): Names {
  return { ...names, visible: new Map(names.visible) }
}

/** Gives a name its meaning from here on; a name that has one already is a problem. */
export function defineName(name: string, place: Place, names: Names, problems: Problem[]): void {
  if (names.taken.has(name)) {
    const before = names.taken.get(name)
    const where = before === undefined ? 'it is always there' : `it is defined in line ${before.line}`
    problems.push({
      code: 'name-taken',
      severity: 'error',
      place,
      message: `the name ${name} has a value already: ${where}`,
      expected: 'a name of its own',
      hint: 'a value never changes; choose another name',
    })
  }
  names.taken.set(name, names.taken.get(name) ?? place)
  names.visible.set(name, place)
}

/** Checks that everything an expression reads is defined where it stands, and that its filters compare what they seem to. */
export function checkReads(parsed: ParsedExpression, locate: LocatedScalar['locate'], names: Names, problems: Problem[]): void {
  checkCompared(parsed, locate, names, (name) => `$.${name} is the variable`, problems)
  const told = new Set<string>()
  for (const { name, member, index } of parsed.reads) {
    if (name === nullName || told.has(name)) continue
    const place = (): Place => ({ ...locate(index), length: name.length })
    if (!names.visible.has(name)) {
      told.add(name)
      problems.push(unknownName(name, place(), names))
    } else {
      const known = names.members.get(name)
      if (member !== undefined && known !== undefined && (known.isList === true || !known.names.includes(member)))
        problems.push(unknownMember(name, member, place(), known))
    }
  }
}

/**
 * Tells a variable that a filter compares with a field of its items. JMESPath reads both of the items, so that nothing is selected, and what is
 * claimed of nothing may hold.
 *
 * @param cure  how the variable is compared with there
 */
export function checkCompared(
  { compared }: ParsedExpression,
  locate: LocatedScalar['locate'],
  names: Names,
  cure: (name: string) => string,
  problems: Problem[],
): void {
  for (const { name, index } of compared) {
    if (!names.visible.has(name)) continue
    problems.push({
      code: 'field-not-variable',
      severity: 'warning',
      place: { ...locate(index), length: name.length },
      message: `${name} is read of each item here, and is not the variable of that name`,
      hint: `${cure(name)}; @.${name} says that the field is meant`,
    })
  }
}

function unknownMember(name: string, member: string, place: Place, { of, names, isList }: Members): Problem {
  const code = 'undefined-variable'
  if (isList === true) {
    const expected = 'one of its items, or a part of each'
    const message = `${name} is a list: ${of} has rows`
    return { code, severity: 'error', place, message, expected, hint: `${name}[0].${member}, or ${name}[*].${member}` }
  }
  const message = of === undefined ? `a testbed has no "${member}"` : `${of} has no output "${member}"`
  const expected = names.length === 0 ? 'one that has outputs:' : `one of ${names.join(', ')}`
  return { code, severity: 'error', place, message, expected, hint: didYouMean(member, names) }
}

function unknownName(name: string, place: Place, names: Names): Problem {
  const later = names.captured.get(name)
  if (later !== undefined) {
    const message =
      later.line < place.line
        ? `${name} is captured in line ${later.line} by a step that runs at the same time`
        : `${name} is captured only later, in line ${later.line}`
    return {
      code: 'used-before-captured',
      severity: 'error',
      place,
      message,
      expected: 'a variable that an earlier step captures',
      hint: 'move the step behind the one that captures it',
    }
  }
  const known = [...names.visible.keys()]
  const literal = name === 'true' || name === 'false' ? `JMESPath reads ${name} as a name; write "\`${name}\`", in backticks` : undefined
  const hint = literal ?? didYouMean(name, known)
  return {
    code: 'undefined-variable',
    severity: 'error',
    place,
    message: `there is no variable "${name}" here`,
    expected: `one of ${known.join(', ')}`,
    hint,
  }
}
