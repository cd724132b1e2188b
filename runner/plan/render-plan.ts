import type { Json, JsonObject } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { countOf } from '../../system/count-of.ts'
import { showOnOneLine } from '../../system/display.ts'
import { shellWord } from '../../system/shell-quote.ts'
import { renderDuration } from '../time/render-duration.ts'
import type { PlannedInvariant, PlannedScenario, PlannedStep } from './plan-scenario.ts'

/** What a scenario would do, as lines for a person: each step with its number in the report, where it acts, what it does and what has to hold. */
export function renderPlan(planned: PlannedScenario): string {
  const { name, file, tags, timeoutMs, setup, invariants, steps, always } = planned
  const head = `${name}  (${[file, ...tags, `at most ${renderDuration(timeoutMs)}`].join(', ')})`
  const part = (title: string, some: readonly PlannedStep[], first: number) =>
    some.length === 0 ? [] : [`${title}:`, ...some.flatMap((step, index) => renderStep(step, `${first + index}`, '  '))]
  const polled = invariants.flatMap((invariant) => renderInvariant(invariant, '', '  '))
  return [
    head,
    ...renderTerms(planned),
    ...part('setup', setup, 1),
    ...(polled.length === 0 ? [] : ['while the steps run:', ...polled]),
    ...part('steps', steps, setup.length + 1),
    ...part('always', always, setup.length + steps.length + 1),
  ].join('\n')
}

/** On which terms it runs, and what it gives. */
function renderTerms({ row, needs, requires, skipped, exclusive, knownFailure, outputs }: PlannedScenario): readonly string[] {
  const values = Object.entries(row ?? {}).map(([key, value]) => `${key} = ${oneLine(value)}`)
  return [
    ...(values.length === 0 ? [] : [`the row: ${values.join(', ')}`]),
    ...needs.map((need) => `needs ${need.file} to pass, and reads what ${need.hasRows ? 'each of its rows' : 'it'} gives as ${need.name}`),
    ...requires.map((each) => `requires ${showOnOneLine(each)}`),
    ...(skipped === undefined ? [] : [`would be skipped here: ${showOnOneLine(skipped)}`]),
    ...(exclusive ? ['runs alone'] : []),
    ...(knownFailure === undefined ? [] : [`is known to fail: ${showOnOneLine(knownFailure)}`]),
    ...(outputs.length === 0 ? [] : [`gives ${outputs.join(', ')}`]),
  ]
}

function renderInvariant(invariant: PlannedInvariant, before: string, margin: string): readonly string[] {
  const { everyMs, tolerateMs } = invariant
  const holds = tolerateMs === 0 ? 'each time it has to hold' : `it may not hold for ${renderDuration(tolerateMs)} at most`
  return [`${margin}${before}every ${renderDuration(everyMs)}, and ${holds}:`, ...renderStep(invariant, '', margin)]
}

function renderStep(step: PlannedStep, number: string, margin: string): readonly string[] {
  const { name, kind, hosts, container, does, expect, captures, lacks, until, soft, steps, parallel, forEach } = step
  const place = hosts.length === 0 ? '' : ` on ${hosts.join(', ')}`
  const inside = container === undefined ? '' : `, in container ${oneLine(container)}`
  const below = `${margin}    `
  const claims = Object.entries(expect).map(([subject, value]) => `${below}expects ${subject}: ${oneLine(value)}`)
  return [
    `${margin}${number === '' ? '' : `${number}. `}${showOnOneLine(name)}`,
    ...(step.if === undefined ? [] : [`${below}only if ${step.if}`]),
    ...(forEach === undefined ? [] : [`${below}${describeItems(forEach)}`]),
    `${below}${kind}${place}${inside}${parallel ? ', at the same time' : `: ${describe(kind, does)}`}`,
    ...claims,
    ...(until === undefined ? [] : [`${below}again every ${renderDuration(until.everyMs)}, for at most ${renderDuration(until.withinMs)}`]),
    ...(captures.length === 0 ? [] : [`${below}keeps ${captures.join(', ')}`]),
    ...lacks.map((capability) => `${below}cannot be done: the testbed lacks ${capability}`),
    ...(soft ? [`${below}soft: it does not decide`] : []),
    ...step.while.flatMap((invariant) => renderInvariant(invariant, 'beside it, ', below)),
    ...steps.flatMap((inner, index) => renderStep(inner, number === '' ? '' : `${number}.${index + 1}`, below)),
  ]
}

function describeItems({ list, name, parallel }: NonNullable<PlannedStep['forEach']>): string {
  const times = Array.isArray(list) ? `, ${countOf(list.length, 'item')}` : ''
  return `for each ${name} of ${oneLine(list)}${times}${parallel === 1 ? '' : `, ${parallel} at a time`}`
}

/** A command as a shell would be given it; of all else what stands in the file. */
function describe(kind: string, does: Json): string {
  if (kind === 'run' && Array.isArray(does)) {
    return showOnOneLine(does.map((word) => (typeof word === 'string' && word.includes('${{') ? word : shellWord(String(word)))).join(' '))
  }
  if (kind === 'machine' && isObject(does)) return describeValues(does)
  if (kind === 'use' && isObject(does)) {
    const given = does['with'] ?? {}
    return `${oneLine(does['file'] ?? '')}${isObject(given) && Object.keys(given).length > 0 ? ` with ${oneLine(given)}` : ''}`
  }
  return oneLine(does)
}

/** An operation with its values as a person says it: `slow, delay 100ms, loss 5%`. */
function describeValues(does: JsonObject): string {
  const words = Object.entries(does).map(([operation, values]) => {
    const parts = isObject(values) ? Object.entries(values).map(([key, value]) => `${key} ${listed(value)}`) : [oneLine(values)]
    return [operation, ...parts].join(', ')
  })
  return words.join('; ')
}

function listed(value: Json): string {
  return Array.isArray(value) ? value.map((item: Json) => oneLine(item)).join(', ') : oneLine(value)
}

function oneLine(value: Json): string {
  return showOnOneLine(typeof value === 'string' ? value : renderJson(value))
}
