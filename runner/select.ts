import type { Scenario } from '../schemas/scenario.ts'
import type { TagTest } from './tag-expression.ts'

/** Which scenarios to run. */
export interface Selection {
  /** Those for which one of these holds; all when empty. */
  readonly tags: readonly TagTest[]
  /** Without those for which one of these holds. */
  readonly skipTags?: readonly TagTest[]
  /** Those whose name or file contains this text, whatever the case. */
  readonly grep?: string
}

/** The scenarios of a selection, in their order. An empty answer is for the caller to refuse: nothing would be tested. */
export function selectScenarios(scenarios: readonly Scenario[], { tags, skipTags = [], grep }: Selection): readonly Scenario[] {
  const wanted = grep?.toLowerCase()
  return scenarios
    .filter((scenario) => tags.length === 0 || tags.some((test) => test(scenario.tags)))
    .filter((scenario) => !skipTags.some((test) => test(scenario.tags)))
    .filter(({ name, file }) => wanted === undefined || name.toLowerCase().includes(wanted) || file.toLowerCase().includes(wanted))
}
