import { capabilitiesOf } from '../schemas/capabilities.ts'
import type { Requirement } from '../schemas/scenario.ts'
import type { Testbed } from '../schemas/testbed.ts'
import type { Evaluation } from './evaluation/evaluator.ts'
import { evaluateCondition } from './scope/evaluate.ts'
import { createMask } from './scope/mask.ts'
import { createScope, describeTestbed } from './scope/scope.ts'
import { stepKinds } from './steps/index.ts'

/** A requirement as it is written. */
export function sourceOf(requirement: Requirement): string {
  return requirement.type === 'capability' ? requirement.name : requirement.condition.source
}

/** What a testbed lacks. */
export interface Unmet {
  readonly requirement: Requirement
  /** For a person, as what follows "it requires …". */
  readonly reason: string
}

/** The requirements that a testbed does not meet, in their order. @throws StepError `expression` for a condition that cannot be evaluated */
export async function findUnmet(requires: readonly Requirement[], testbed: Testbed, evaluation: Evaluation): Promise<readonly Unmet[]> {
  if (requires.length === 0) return []
  const capabilities = capabilitiesOf(testbed, stepKinds)
  const scope = createScope(describeTestbed(testbed, capabilities), createMask())
  const unmet: Unmet[] = []
  for (const requirement of requires) {
    if (requirement.type === 'capability') {
      const { name } = requirement
      if (!capabilities.includes(name))
        unmet.push({ requirement, reason: `${name}, which testbed ${testbed.name} (${testbed.target}) lacks` })
    } else if (!(await evaluateCondition(requirement.condition, scope, evaluation)))
      unmet.push({ requirement, reason: `${requirement.condition.source}, which is not so on testbed ${testbed.name} (${testbed.target})` })
  }
  return unmet
}
