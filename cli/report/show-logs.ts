import { stepsOf, selectMoments } from '../../runner/timeline/select-moments.ts'
import type { MomentQuery } from '../../runner/timeline/select-moments.ts'
import type { Moment } from '../../runner/timeline/moment.ts'
import { durationForm, parseDuration } from '../../schemas/duration.ts'
import { inputError } from '../../schemas/failure.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Json } from '../../schemas/json.ts'
import { showOnOneLine } from '../../system/display.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { flag, textOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { findRun } from './find-run.ts'
import { readRun } from './read-run.ts'

/** Shows the timeline of a run, or a part of it. It is made of what the run left, so that one that was killed has it too. @throws InputError */
export function showLogs(invocation: Invocation): number {
  const { cwd, terminal } = invocation
  const known = findRun(cwd, invocation.arguments[0], textOption(invocation, 'testbed'))
  const moments = readRun(known).timeline.moments()
  const around = textOption(invocation, 'around')
  const chosen = selectMoments(moments, queryOf(invocation, moments))
  if (chosen === undefined) {
    const names = stepsOf(moments)
    throw inputError({
      code: 'nothing-selected',
      message: `the run ${known.run} had no step ${JSON.stringify(around ?? '')}`,
      expected: names.slice(0, 10).join(', '),
      hint: didYouMean(around ?? '', names),
    })
  }
  if (flag(invocation, 'json')) for (const moment of chosen) terminal.out(renderJson(moment as unknown as Json))
  else for (const line of renderMoments(chosen)) terminal.out(line)
  if (chosen.length === 0) terminal.err('nothing of this run is like that')
  return exitCodes.passed
}

function queryOf(invocation: Invocation, moments: readonly Moment[]): MomentQuery {
  const [host, unit, around] = [textOption(invocation, 'host'), textOption(invocation, 'unit'), textOption(invocation, 'around')]
  const since = sinceOf(textOption(invocation, 'since'), moments.at(-1)?.at ?? 0)
  return {
    ...(host === undefined ? {} : { host }),
    ...(unit === undefined ? {} : { unit }),
    ...(around === undefined ? {} : { around }),
    ...(since === undefined ? {} : { since }),
  }
}

function sinceOf(text: string | undefined, endedAt: number): number | undefined {
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  const at = ms === undefined ? Date.parse(text) : endedAt - ms
  if (!Number.isNaN(at)) return at
  throw inputError({
    code: 'bad-option',
    message: `--since ${text} is no time`,
    expected: `a time such as 2026-11-22T16:05:30Z, or ${durationForm}`,
  })
}

/** A line for each moment: its time in UTC, where, what. The day stands before the first of each. */
function* renderMoments(moments: readonly Moment[]): Iterable<string> {
  let before = ''
  const width = Math.min(24, Math.max(0, ...moments.map((moment) => whereOf(moment).length)))
  for (const moment of moments) {
    const [day = '', time = ''] = new Date(moment.at).toISOString().split('T')
    if (day !== before) yield `${day} (UTC)`
    before = day
    const of = moment.step ?? moment.scenario
    const what = [of === undefined ? '' : `${of}: `, moment.text].join('')
    yield `${time.slice(0, 12)}  ${whereOf(moment).padEnd(width)}  ${moment.kind.padEnd(9)}  ${showOnOneLine(what)}`
  }
}

function whereOf({ host = '' }: Moment): string {
  return showOnOneLine(host)
}
