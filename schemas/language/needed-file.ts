import { dirname, isAbsolute, join, normalize } from 'node:path'
import type { Place } from '../problem.ts'
import { childOf, entriesOf, textOf } from '../yaml/located-node.ts'
import { parseLocatedYaml } from '../yaml/located-yaml.ts'

/** What other scenarios have to know of one that they need. */
export interface NeededFile {
  readonly isScenario: boolean
  /** It stands for several: what it gives is a list. */
  readonly hasRows: boolean
  /** The names of what it gives. */
  readonly outputs: readonly string[]
  /** The files that it needs in turn. */
  readonly needs: readonly { readonly file: string; readonly place: Place }[]
}

/** Finds out what others have to know of a scenario, whatever else is wrong with its file. */
export function readNeededFile(text: string, file: string): NeededFile {
  const { root } = parseLocatedYaml(text, file)
  if (root === undefined) return { isScenario: /^["']?scenario["']?\s*:/m.test(text), hasRows: false, outputs: [], needs: [] }
  const needs = entriesOf(childOf(root, 'needs')).flatMap(({ value }) => {
    const written = textOf(value)
    return written === undefined || written === '' ? [] : [{ file: neededPath(written, file), place: value.place }]
  })
  return {
    isScenario: childOf(root, 'scenario') !== undefined,
    hasRows: childOf(root, 'matrix') !== undefined || childOf(root, 'cross') !== undefined,
    outputs: entriesOf(childOf(root, 'outputs')).map(({ key }) => key),
    needs,
  }
}

/** The path of a file that a scenario names under `needs`: it is seen from the scenario's own. */
export function neededPath(written: string, from: string): string {
  return isAbsolute(written) ? normalize(written) : join(dirname(from), written)
}
