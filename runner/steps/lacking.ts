import { capabilitiesOf } from '../../schemas/capabilities.ts'
import type { Json } from '../../schemas/json.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { StepError } from '../step-error.ts'
import { stepKinds } from './index.ts'
import type { StepKind } from './kind.ts'

/** The capabilities that a step takes and a testbed lacks. @param params  what stands under its kind, as far as it is known */
export function lackingOf(kind: Pick<StepKind, 'needs'>, params: Json, testbed: Testbed): readonly string[] {
  const needed = kind.needs?.(params) ?? []
  if (needed.length === 0) return []
  const there = capabilitiesOf(testbed, stepKinds)
  return needed.filter((name) => !there.includes(name))
}

/** Ends a step that does what the testbed lacks, before anything of it is done. @throws StepError `lacks-capability` */
export function refuseLacking(kind: Pick<StepKind, 'needs'>, params: Json, testbed: Testbed): void {
  const [missing] = lackingOf(kind, params, testbed)
  if (missing === undefined) return
  throw new StepError('lacks-capability', `the testbed ${testbed.name} (${testbed.target}) lacks ${missing}`, {
    hint: `say it in the scenario, which is skipped then: requires: [${missing}]`,
  })
}
