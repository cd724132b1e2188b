import { selectClosure } from './closure.ts'
import type { PackageSource } from './package-source.ts'
import type { PlannedPackage } from './plan.ts'

/**
 * A source that resolves at one stroke what will be asked for: for each resolution apt reads its lists anew, a second of a processor.
 *
 * @param packages  what plans will be wanted of; one of anything else is resolved by itself
 */
export function resolveTogether(source: PackageSource, packages: readonly string[]): PackageSource {
  const known = new Set(packages)
  let whole: Promise<readonly PlannedPackage[]> | undefined
  const plan = async (wanted: readonly string[]): Promise<readonly PlannedPackage[]> =>
    // What the whole has not would be left out of a part of it without a word.
    wanted.every((name) => known.has(name)) ? selectClosure(await (whole ??= source.plan([...known])), wanted) : source.plan(wanted)
  return { ...source, plan }
}
