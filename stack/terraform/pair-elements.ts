import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../schemas/json.ts'
import { isMarked } from './secret-values.ts'

/** Where an element is before, and where after; undefined on the side that has it not. */
export type Pair = readonly [before: number | undefined, after: number | undefined]

/** Pairs the elements of two lists that are not on both sides, in their order. Blocks are often sets, so that one that was taken out moves
 *  the others: what is equal on both sides is no change, wherever it stands.
 *  @param unknown  Terraform's marks of the second list: what is not known yet equals nothing */
export function pairElements(before: readonly Json[], after: readonly Json[], unknown: readonly Json[]): readonly Pair[] {
  const left = new Set(before.keys())
  const right = [...indexes(after, unknown)].filter((index) => {
    if (isMarked(unknown[index])) return true
    const same = [...left].find((other) => isDeepStrictEqual(before[other], after[index]))
    if (same !== undefined) left.delete(same)
    return same === undefined
  })
  const rest = [...left]
  return Array.from({ length: Math.max(rest.length, right.length) }, (_, index) => [rest[index], right[index]])
}

function indexes(after: readonly Json[], unknown: readonly Json[]): Iterable<number> {
  return Array.from({ length: Math.max(after.length, unknown.length) }).keys()
}
