import { countOf } from '../../../../system/count-of.ts'
import { renderDuration } from '../../../time/render-duration.ts'
import type { PageCheck, PageData, PagePart, PagePlace, PageProblem, PageStep } from '../page-data.ts'
import { h } from './dom.ts'
import type { Part } from './dom.ts'
import { gridTable } from './grid-table.ts'
import { invariantStrip } from './invariant-strip.ts'
import { pastFigures } from './past-figures.ts'
import { pollHistory } from './poll-history.ts'

/** A text with more lines is folded. */
const longText = 12

/** All that is known of a step. @param id  its address in the page */
export function stepDetails(step: PageStep, data: PageData, id: string): HTMLElement {
  const { checks = [], problem, warnings = [], knownFailure, grid, polls, past, invariant, result = [] } = step
  const failed = checks.filter((check) => check.failed !== undefined)
  const held = checks.filter((check) => check.failed === undefined)
  return h(
    'div',
    { class: 'details' },
    facts(step, data, id),
    ...failed.map((check, index) => failedCheck(check, failed[index - 1], data)),
    problem && problemBox(problem, data),
    ...warnings.map((warning) => h('p', { class: 'note warned' }, warning)),
    knownFailure !== undefined && h('p', { class: 'note warned' }, `Known to fail: ${knownFailure}`),
    grid && gridTable(grid),
    invariant && invariantStrip(invariant, step, data.startedAt),
    polls && pollHistory(polls, step),
    past && h('p', { class: 'facts' }, 'Until it held: ', ...pastFigures(past)),
    held.length > 0 && heldChecks(held),
    ...resultParts(result),
  )
}

/** A place of a file with the lines around it. */
function excerptOf(place: PagePlace, { files, excerpts }: PageData): HTMLElement {
  const [file, line, column, length] = place
  const where = h('p', { class: 'place' }, `${files[file] ?? ''}:${line}:${column}`)
  const excerpt = excerpts[`${file}:${line}`]
  if (excerpt === undefined) return where
  const lines = excerpt.lines.map((text, index) => {
    const number = excerpt.first + index
    const isIt = number === line
    const marked = isIt
      ? [
          text.slice(0, column - 1),
          h('mark', {}, text.slice(column - 1, column - 1 + Math.max(1, length))),
          text.slice(column - 1 + Math.max(1, length)),
        ]
      : [text]
    return h('span', { class: isIt ? 'line here' : 'line' }, h('span', { class: 'number' }, String(number)), ...marked, '\n')
  })
  return h('figure', { class: 'excerpt' }, h('figcaption', {}, where), h('pre', { tabindex: 0 }, h('code', {}, ...lines)))
}

/** Why something errored or was skipped, and what to do. */
export function problemBox({ code, message, hint, place }: PageProblem, data: PageData): HTMLElement {
  return h(
    'div',
    { class: 'problem' },
    h('p', { class: 'message' }, message, ' ', h('code', { class: 'code' }, code)),
    hint !== undefined && h('p', { class: 'hint' }, `What to do: ${hint}`),
    place && excerptOf(place, data),
  )
}

function facts({ kind, host, durationMs, place, invariant, attempts }: PageStep, { files }: PageData, id: string): HTMLElement {
  const tells = [
    invariant === undefined ? kind : `invariant, ${kind}`,
    host === undefined ? '' : `from ${host}`,
    attempts === undefined || invariant !== undefined ? '' : countOf(attempts, 'attempt'),
    renderDuration(durationMs),
    `${files[place[0]] ?? ''}:${place[1]}`,
  ]
  return h('p', { class: 'facts' }, `${tells.filter(Boolean).join(' · ')} · `, h('a', { href: `#${id}` }, 'link'))
}

/** A claim that does not hold. @param before  the one above it: where both stand at the same place, the lines of the file are shown once */
function failedCheck({ subject, host, implied, expected, failed }: PageCheck, before: PageCheck | undefined, data: PageData): HTMLElement {
  const { actual = '', explanation = '', place } = failed ?? {}
  const [first = '', ...rest] = explanation.split('\n')
  const isTold = first.includes(expected) && first.includes(actual)
  const isSamePlace = place !== undefined && String(before?.failed?.place) === String(place)
  return h(
    'div',
    { class: 'claim' },
    h(
      'p',
      { class: 'message' },
      h('strong', {}, host === undefined ? subject : `${host}: ${subject}`),
      implied === true && ' (implied)',
      ` ${first}`,
    ),
    rest.length > 0 && diff(rest),
    rest.length === 0 && !isTold && h('dl', { class: 'values' }, ...value('expected', expected), ...value('found', actual)),
    place && !isSamePlace && excerptOf(place, data),
  )
}

function value(name: string, text: string): readonly Part[] {
  return [h('dt', {}, name), h('dd', {}, h('pre', { tabindex: 0 }, text === '' ? '(nothing)' : text))]
}

/** Lines that were expected and are not there, and the other way round. */
function diff(lines: readonly string[]): HTMLElement {
  const parts = lines.map((line) => {
    const kind = line.startsWith('+') ? 'more' : line.startsWith('-') ? 'less' : 'same'
    return h('span', { class: `line ${kind}` }, line, '\n')
  })
  return h('pre', { class: 'diff', tabindex: 0, 'aria-label': 'difference: - expected, + found' }, h('code', {}, ...parts))
}

function heldChecks(checks: readonly PageCheck[]): HTMLElement {
  const items = checks.map(({ subject, host, implied, expected }) =>
    h(
      'li',
      {},
      h('strong', {}, host === undefined ? subject : `${host}: ${subject}`),
      ` ${expected}`,
      implied === true && h('span', { class: 'quiet' }, ' implied'),
    ),
  )
  const title = `${countOf(checks.length, 'claim')} held`
  return h('details', { class: 'held' }, h('summary', {}, title), h('ul', {}, ...items))
}

/** What came back: what fits into a line as a list, longer texts folded. */
function resultParts(parts: readonly PagePart[]): readonly HTMLElement[] {
  const isShort = ({ text }: PagePart) => text.length < 200 && !text.trimEnd().includes('\n')
  const short = parts.filter(isShort)
  const list = short.length === 0 ? [] : [h('dl', { class: 'values' }, ...short.flatMap(({ name, text }) => value(name, text.trimEnd())))]
  return [...list, ...parts.filter((part) => !isShort(part)).map(longPart)]
}

function longPart({ name, text }: PagePart): HTMLElement {
  const lines = text.trimEnd().split('\n').length
  const size = lines === 1 ? countOf(text.length, 'character') : countOf(lines, 'line')
  const body = h('pre', { tabindex: 0 }, text.trimEnd())
  return h('details', { class: 'part', open: lines <= longText }, h('summary', {}, `${name} `, h('span', { class: 'quiet' }, size)), body)
}
