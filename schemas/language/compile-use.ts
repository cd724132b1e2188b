import { dirname, isAbsolute, join, normalize } from 'node:path'
import type { Compilation, LoadedStepFile } from './compilation.ts'
import { compileValue } from './compile-value.ts'
import { describe, entriesOf, textOf, toJson } from '../yaml/located-node.ts'
import type { LocatedEntry, LocatedNode } from '../yaml/located-node.ts'
import type { Names } from './names.ts'
import { didYouMean, nearestName } from '../../system/nearest-name.ts'
import type { Problem } from '../problem.ts'
import { unreadFile } from './unread-file.ts'
import { asWritten } from '../validation/scalar-types.ts'
import type { Entry, InputType, StepFile, Value } from '../scenario.ts'
import { typeOf } from '../validation/schema-walk.ts'
import { hasExpression } from './template.ts'

/** What a `use` step came to: the file, when it is sound, and the inputs for it. */
export interface UsedFile {
  readonly path: string
  readonly file: StepFile | undefined
  /** The names that its outputs have; undefined where they cannot be told. */
  readonly outputs: readonly string[] | undefined
  /** The inputs, by name. */
  readonly params: Value
}

/** Loads the file that `use` names and checks `with` against its `inputs`. */
export async function compileUse(
  node: LocatedNode,
  given: LocatedEntry | undefined,
  names: Names,
  compilation: Compilation,
): Promise<UsedFile> {
  const written = textOf(node) ?? ''
  const loaded = written === '' ? undefined : await loadUsedFile(node, written, compilation)
  const inputs = loaded?.inputs
  if (inputs === undefined) for (const { value } of entriesOf(given?.value)) compileUnclear(value, names, compilation.problems)
  const entries = inputs === undefined ? [] : compileInputs(loaded?.file.file ?? '', inputs, node, given?.value, names, compilation)
  return {
    path: written,
    file: loaded?.isSound === true ? loaded.file : undefined,
    outputs: loaded?.outputs,
    params: { type: 'map', entries, place: given?.value.place ?? node.place },
  }
}

async function loadUsedFile(node: LocatedNode, written: string, compilation: Compilation): Promise<LoadedStepFile | undefined> {
  const { problems, open, readFile } = compilation
  if (hasExpression(written)) {
    problems.push({
      code: 'expression-not-here',
      severity: 'error',
      place: node.place,
      message: 'use is read before anything runs: no variable has a value by then',
      expected: 'the path of a file',
    })
    return undefined
  }
  const path = isAbsolute(written) ? normalize(written) : join(dirname(node.place.file), written)
  if (open.includes(path)) {
    problems.push({
      code: 'use-cycle',
      severity: 'error',
      place: node.place,
      message: `${[...open.slice(open.indexOf(path)), path].join(' uses ')}: this never ends`,
      expected: 'files that do not use each other in a circle',
    })
    return undefined
  }
  if (!compilation.files.has(path)) {
    const text = await readFile(path).catch((error: unknown) => {
      problems.push(unreadFile(written, node.place, [dirname(node.place.file)], [path], error))
      return undefined
    })
    if (text === undefined) return undefined
    compilation.files.set(
      path,
      await compilation.loadStepFile(path, text, { ...compilation, open: [...open, path], invariants: undefined }),
    )
  }
  return compilation.files.get(path)
}

/** Checks a value of which no input says the type: whether `0644` is a text or a number cannot be told. */
function compileUnclear(value: LocatedNode, names: Names, problems: Problem[]): void {
  const found: Problem[] = []
  compileValue(value, names, found)
  problems.push(...found.filter(({ code }) => code !== 'ambiguous-scalar' && code !== 'number-too-large' && code !== 'number-not-finite'))
}

/** A value as the type of an input reads it: a text as written. A literal of another type is a problem. */
export function readInput(name: string, type: InputType, node: LocatedNode, problems: Problem[]): LocatedNode {
  const scalar = node.kind === 'scalar'
  if (scalar && typeof node.value === 'string' && hasExpression(node.value)) {
    const isWhole = /^\$\{\{.*\}\}$/s.test(node.value)
    if (!isWhole && type !== 'string' && type !== 'any') problems.push(wrongType(name, type, node))
    return node
  }
  const read = scalar && type === 'string' ? asWritten(node) : node
  if (type !== 'any' && typeOf(toJson(read)) !== type) problems.push(wrongType(name, type, read))
  return read
}

function compileInputs(
  file: string,
  inputs: StepFile['inputs'],
  use: LocatedNode,
  given: LocatedNode | undefined,
  names: Names,
  compilation: Compilation,
): readonly Entry[] {
  const { problems } = compilation
  const known = inputs.map(({ name }) => name)
  const entries: Entry[] = []
  for (const { key, keyPlace, value } of entriesOf(given)) {
    const input = inputs.find(({ name }) => name === key)
    if (input === undefined) {
      const hint = didYouMean(key, known)
      const expected = known.length === 0 ? 'no inputs' : `one of ${known.join(', ')}`
      problems.push({
        code: 'unknown-input',
        severity: 'error',
        place: keyPlace,
        message: `${file} has no input "${key}"`,
        expected,
        hint,
      })
      compileUnclear(value, names, problems)
      continue
    }
    entries.push({ key, keyPlace, value: compileValue(readInput(key, input.type, value, problems), names, problems) })
  }
  for (const { name, type, required } of inputs) {
    const isGiven =
      given !== undefined && (given.kind !== 'map' || given.entries.some(({ key }) => key === name || nearestName(key, known) === name))
    if (!required || isGiven) continue
    const place = given?.place ?? use.place
    problems.push({
      code: 'missing-input',
      severity: 'error',
      place,
      message: `${file} needs the input "${name}"`,
      expected: `with: { ${name}: ${type} }`,
    })
  }
  return entries
}

function wrongType(name: string, type: InputType, node: LocatedNode): Problem {
  const found = node.kind === 'scalar' && typeof node.value === 'string' && hasExpression(node.value) ? 'a text' : describe(toJson(node))
  const names: Readonly<Record<InputType, string>> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
    object: 'a mapping',
    array: 'a list',
    any: 'a value',
  }
  return { code: 'wrong-type', severity: 'error', place: node.place, message: `the input ${name} is ${found}`, expected: names[type] }
}
