import { selectScenarios } from '../../runner/select.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { listOption, textOption } from '../command.ts'
import type { Invocation } from '../command.ts'

/** The scenarios that the options select, in the order of their files. May be empty, which is for the caller to judge. */
export function chooseScenarios(invocation: Invocation, scenarios: readonly Scenario[]): readonly Scenario[] {
  const grep = textOption(invocation, 'grep')
  return selectScenarios(scenarios, { tags: listOption(invocation, 'tag'), ...(grep === undefined ? {} : { grep }) })
}
