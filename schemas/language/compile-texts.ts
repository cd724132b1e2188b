import { outputProblems } from './check-params.ts'
import type { Compilation } from './compilation.ts'
import { compileEntries } from './compile-value.ts'
import type { Names } from './names.ts'
import type { Problem } from '../problem.ts'
import type { Step, StepShape } from '../scenario.ts'
import { keptSizes, mayBeKept, parseSize } from './size.ts'
import { childOf, entriesOf, textOf } from '../yaml/located-node.ts'
import type { LocatedMap, LocatedNode } from '../yaml/located-node.ts'

/** What a step says of the texts of its result: how much of each is kept, and which are saved whole. */
export function compileTexts(
  node: LocatedMap,
  shape: StepShape | undefined,
  names: Names,
  compilation: Compilation,
): Pick<Step, 'maxOutputBytes' | 'save'> {
  const maxOutputBytes = sizeOf(childOf(node, 'maxOutput'), compilation.problems)
  const saved = childOf(node, 'save')
  const entries = entriesOf(saved)
  const texts = shape?.texts ?? []
  for (const { key, keyPlace } of entries) {
    if (texts.length === 0 || texts.includes(key)) continue
    const message = `${key} is no text of the result that can be saved`
    compilation.problems.push({ code: 'unknown-result', severity: 'error', place: keyPlace, message, expected: texts.join(' or ') })
  }
  if (saved !== undefined)
    compilation.problems.push(
      ...outputProblems(
        saved,
        entries.map(({ key }) => [key]),
        compilation,
      ),
    )
  const save = compileEntries(entries, names, compilation.problems)
  return { ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }), ...(save.length === 0 ? {} : { save }) }
}

/** The bytes of a size; undefined when there is none, or a wrong one. Of a wrong form the schema has told. */
export function sizeOf(node: LocatedNode | undefined, problems: Problem[]): number | undefined {
  const text = textOf(node)
  const bytes = text === undefined ? undefined : parseSize(text)
  if (node === undefined || bytes === undefined || mayBeKept(bytes)) return bytes
  problems.push({
    code: 'out-of-range',
    severity: 'error',
    place: node.place,
    message: `maxOutput is ${text}`,
    expected: `a size from ${keptSizes.least} to ${keptSizes.most}`,
    hint: 'what is longer belongs in a file: `save: { stdout: FILE }`',
  })
  return undefined
}
