import { selectClosure } from './closure.ts'
import type { PackageSource } from './package-source.ts'
import type { PlannedPackage } from './plan.ts'

/**
 * A source that resolves at one stroke what will be asked for: for each resolution apt reads its lists anew, a second of a processor.
 *
 * @param packages  every package that a plan will be wanted of
 */
export function resolveTogether(source: PackageSource, packages: readonly string[]): PackageSource {
  let whole: Promise<readonly PlannedPackage[]> | undefined
  return { ...source, plan: async (wanted) => selectClosure(await (whole ??= source.plan([...new Set(packages)])), wanted) }
}
