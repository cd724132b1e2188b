import type { ForEach, StepShape } from '../scenario.ts'
import type { Problem } from '../problem.ts'
import { childOf, entriesOf, nodeAt, textOf } from '../yaml/located-node.ts'
import type { LocatedEntry, LocatedMap, LocatedNode } from '../yaml/located-node.ts'
import { compileValue } from './compile-value.ts'
import { fixedValue } from './fixed-value.ts'
import { defineName } from './names.ts'
import type { Names } from './names.ts'
import { eachItem } from './for-each-schema.ts'
import { hasExpression } from './template.ts'

/** What stands under `forEach:` of a step; undefined where nothing does, or no list can be told. @param outside  what the list may read */
export function compileForEach(node: LocatedNode | undefined, outside: Names, problems: Problem[]): ForEach | undefined {
  const list = node?.kind === 'map' ? childOf(node, 'list') : node
  if (list === undefined) return undefined
  const parallel = childOf(node, 'parallel')
  return {
    name: textOf(childOf(node, 'name')) ?? eachItem.name,
    list: compileValue(list, outside, problems),
    parallel: parallel?.kind === 'scalar' && typeof parallel.value === 'number' ? parallel.value : 1,
  }
}

/** The names that the step sees which is done for each item: those around it, and its item. */
export function nameItem(node: LocatedNode | undefined, forEach: ForEach | undefined, outside: Names, problems: Problem[]): Names {
  if (node === undefined || forEach === undefined) return outside
  const names = { ...outside, visible: new Map(outside.visible), taken: new Map(outside.taken) }
  defineName(forEach.name, childOf(node, 'name')?.place ?? node.place, names, problems)
  return names
}

/** What the step captured, and the steps inside of it, is known outside too; the item is not. */
export function handOutside(names: Names, { name: item }: ForEach, outside: Names): void {
  for (const [name, place] of names.taken) if (name !== item && !outside.taken.has(name)) outside.taken.set(name, place)
  for (const [name, place] of names.visible) if (name !== item && !outside.visible.has(name)) outside.visible.set(name, place)
}

/** Checks that a file which the step writes is another one for each item. */
export function checkFilesOfItems(
  node: LocatedMap,
  { value }: LocatedEntry,
  shape: StepShape | undefined,
  { name }: ForEach,
  problems: Problem[],
): void {
  const fixed = fixedValue(value)
  const written = (fixed === undefined ? [] : (shape?.writes?.(fixed) ?? [])).map((path) => nodeAt(value, path))
  for (const file of [...entriesOf(childOf(node, 'save')).map((entry) => entry.value), ...written]) {
    if (file.kind !== 'scalar' || typeof file.value !== 'string') continue
    // What an expression makes of other variables is for its author to know.
    if (hasExpression(file.value)) continue
    const message = `${file.value} is written for each item, the last one alone would be left`
    problems.push({
      code: 'same-file',
      severity: 'error',
      place: file.place,
      message,
      expected: `a name with the item in it: \${{ ${name} }}`,
    })
  }
}
