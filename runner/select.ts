import type { Scenario } from '../schemas/scenario.ts'

/** Which scenarios to run. */
export interface Selection {
  /** Those that have one of these tags; all when empty. */
  readonly tags: readonly string[]
  /** Those whose name or file contains this text, whatever the case. */
  readonly grep?: string
}

/** The scenarios of a selection, in their order. An empty answer is for the caller to refuse: nothing would be tested. */
export function selectScenarios(scenarios: readonly Scenario[], { tags, grep }: Selection): readonly Scenario[] {
  const wanted = grep?.toLowerCase()
  return scenarios
    .filter((scenario) => tags.length === 0 || scenario.tags.some((tag) => tags.includes(tag)))
    .filter(({ name, file }) => wanted === undefined || name.toLowerCase().includes(wanted) || file.toLowerCase().includes(wanted))
}
