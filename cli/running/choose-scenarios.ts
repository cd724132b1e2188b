import { join } from 'node:path'
import { selectScenarios } from '../../runner/select.ts'
import { chooseShard } from '../../runner/shard.ts'
import type { Shard } from '../../runner/shard.ts'
import { parseTagExpression } from '../../runner/tag-expression.ts'
import type { TagTest } from '../../runner/tag-expression.ts'
import { InputError, inputError } from '../../schemas/failure.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { listOption, flag, textOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { withNeeded } from './with-needed.ts'
import { failedIn, pastDurations, pastRuns } from './past-runs.ts'
import { runsIn } from './run-folder.ts'

/**
 * The scenarios that the options select, in the order of their files, each behind those that it needs, selected or not. May be empty, which is for
 * the caller to judge.
 *
 * @param needed   those that are added only where one that is selected needs them
 * @param testbed  whose past runs tell durations and failures
 * @throws InputError for an option that is wrong; for `--only-failed` when there is no run, or none of its scenarios failed
 */
export function chooseScenarios(
  invocation: Invocation,
  scenarios: readonly Scenario[],
  needed: readonly Scenario[],
  testbed: string,
): readonly Scenario[] {
  const grep = textOption(invocation, 'grep')
  const problems: Problem[] = []
  const tests = (option: string, name: string) => listOption(invocation, name).flatMap((text) => readTags(option, text, problems))
  const selection = { tags: tests('--tag', 'tag'), skipTags: tests('--skip-tag', 'skipTag'), ...(grep === undefined ? {} : { grep }) }
  const shard = shardOption(invocation, problems)
  if (problems.length > 0) throw new InputError(problems)
  const runs = runsIn(join(invocation.cwd, '.titus-bed', testbed))
  const selected = selectScenarios(scenarios, selection)
  const wanted = flag(invocation, 'onlyFailed') ? onlyFailed(selected, runs) : selected
  const chosen = shard === undefined ? wanted : chooseShard(wanted, shard, pastDurations(runs))
  return withNeeded(chosen, [...scenarios, ...needed])
}

function onlyFailed(scenarios: readonly Scenario[], runs: string): readonly Scenario[] {
  const [last] = pastRuns(runs)
  const hint = 'run without --only-failed'
  if (last === undefined) throw inputError({ code: 'nothing-selected', message: '--only-failed: there is no run yet', hint })
  const failed = scenarios.filter((scenario) => failedIn(last, scenario))
  if (failed.length > 0) return failed
  throw inputError({ code: 'nothing-selected', message: `--only-failed: none of them failed in the last run, ${last.run}`, hint })
}

function readTags(option: string, text: string, problems: Problem[]): readonly TagTest[] {
  const test = parseTagExpression(text)
  if (typeof test === 'function') return [test]
  problems.push({
    code: 'bad-option',
    severity: 'error',
    message: `${option} ${JSON.stringify(text)}: ${test.message} (character ${test.index + 1})`,
    expected: 'tags with and, or, not and ( ): "smoke and not slow"',
  })
  return []
}

function shardOption(invocation: Invocation, problems: Problem[]): Shard | undefined {
  const text = textOption(invocation, 'shard')
  if (text === undefined) return undefined
  const [, index, count] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(text) ?? []
  if (index !== undefined && Number(index) <= Number(count)) return { index: Number(index), count: Number(count) }
  problems.push({
    code: 'bad-option',
    severity: 'error',
    message: `--shard ${text} is no part of several`,
    expected: '1/4, 2/4, 3/4 or 4/4',
  })
  return undefined
}
