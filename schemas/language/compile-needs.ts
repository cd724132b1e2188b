import { dirname, normalize } from 'node:path'
import type { Place, Problem } from '../problem.ts'
import type { Need } from '../scenario.ts'
import { entriesOf, textOf } from '../yaml/located-node.ts'
import type { LocatedEntry, LocatedNode } from '../yaml/located-node.ts'
import type { Compilation } from './compilation.ts'
import { defineName } from './names.ts'
import type { Names } from './names.ts'
import { neededPath, readNeededFile } from './needed-file.ts'
import type { NeededFile } from './needed-file.ts'
import { hasExpression } from './template.ts'
import { unreadFile } from './unread-file.ts'

/** The entries of `needs:`: scenarios that have to pass before, by the names under which their outputs may be read from here on. */
export async function compileNeeds(
  node: LocatedNode | undefined,
  file: string,
  names: Names,
  compilation: Compilation,
): Promise<readonly Need[]> {
  const needs: Need[] = []
  for (const entry of entriesOf(node)) {
    const needed = await readNeed(entry, file, compilation)
    if (needed !== undefined) {
      const { file: path, hasRows, outputs } = needed
      // A name that is taken keeps its meaning.
      if (!names.taken.has(entry.key)) names.members.set(entry.key, { of: path, names: outputs, isList: hasRows })
      needs.push({ name: entry.key, file: path, hasRows, place: entry.value.place })
    }
    defineName(entry.key, entry.keyPlace, names, compilation.problems)
  }
  return needs
}

async function readNeed(
  { value }: LocatedEntry,
  from: string,
  compilation: Compilation,
): Promise<(NeededFile & { readonly file: string }) | undefined> {
  const { problems, shared } = compilation
  const written = textOf(value) ?? ''
  const { place } = value
  // The schema has already told what is no text, or an empty one.
  if (written === '') return undefined
  if (hasExpression(written)) {
    const message = 'needs is read before anything runs: no variable has a value by then'
    problems.push({ code: 'expression-not-here', severity: 'error', place, message, expected: 'the path of a scenario file' })
    return undefined
  }
  const path = neededPath(written, from)
  const error = await readOnce(path, compilation)
  const needed = shared.needed.get(path)
  if (needed === undefined) {
    problems.push(unreadFile(written, place, [dirname(from)], [path], error))
    return undefined
  }
  if (!needed.isScenario) {
    const hint = 'reusable steps are run by a step: use:'
    problems.push({
      code: 'not-a-scenario',
      severity: 'error',
      place,
      message: `${path} is no scenario`,
      expected: 'a scenario file',
      hint,
    })
    return undefined
  }
  const circle = await findCircle(normalize(from), path, [{ file: path, place }], compilation)
  if (circle !== undefined) problems.push(needsItself(normalize(from), circle, place))
  return { ...needed, file: path }
}

/** Reads a file for what others have to know of it. @returns why it cannot be read, if so */
async function readOnce(path: string, { shared, readFile }: Compilation): Promise<unknown> {
  if (shared.needed.has(path)) return undefined
  try {
    shared.needed.set(path, readNeededFile(await readFile(path), path))
    return undefined
  } catch (error) {
    return error
  }
}

interface Link {
  readonly file: string
  readonly place: Place
}

/** The way from a scenario over what it needs back to itself: each file that is needed, and where. A circle that it is not in is told of who is. */
async function findCircle(
  start: string,
  at: string,
  way: readonly Link[],
  compilation: Compilation,
  seen = new Set<string>(),
): Promise<readonly Link[] | undefined> {
  if (at === start) return way
  if (seen.has(at)) return undefined
  seen.add(at)
  // One that cannot be read is told where it is needed.
  await readOnce(at, compilation)
  for (const next of compilation.shared.needed.get(at)?.needs ?? []) {
    const found = await findCircle(start, next.file, [...way, next], compilation, seen)
    if (found !== undefined) return found
  }
  return undefined
}

function needsItself(start: string, circle: readonly Link[], place: Place): Problem {
  const steps = circle.map(({ file, place: { line, column, file: by } }) => `${file} (${by}:${line}:${column})`)
  return {
    code: 'needs-cycle',
    severity: 'error',
    place,
    message: `${start} needs ${steps.join(', which needs ')}: none of them could run first`,
    expected: 'scenarios that do not need each other in a circle',
  }
}
