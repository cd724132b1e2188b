import type { Check } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Palette } from '../../schemas/render-problem.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { listNames } from '../../system/list-names.ts'
import { excerptLines } from './excerpt.ts'
import { excerptJson, pathsIn } from './excerpt-json.ts'
import { indent, linesOf } from './visible-text.ts'

/** Texts of a result that are shown, and under which heading. */
const shown = ['command', 'request', 'status', 'exit', 'signal', 'grid', 'identities', 'cut', 'stdout', 'stderr', 'body', 'text']
/** Those of them that `json` of the same result is read from. */
const readAsJson = ['stdout', 'body']
/** A text with more lines, or a longer one, is better shown as the JSON that it is. */
const [mostLines, widestLine] = [20, 300]

/**
 * What was sent and what came back, cut around what does not hold; empty when there is nothing to show.
 *
 * @param checks  those that do not hold
 */
export function renderResult(result: Json, checks: readonly Check[], palette: Palette): string {
  if (!isObject(result)) return ''
  const keys = shown.filter((key) => !isEmpty(result[key]))
  if (keys.length > 0) return keys.map((key) => renderPart(key, result, checks, palette)).join('\n')
  return renderOnHosts(result, checks, palette)
}

/** The result of a step on several hosts is a map of results, one for each host. What one host found is shown whole, of those where something
 *  does not hold when there are any. */
function renderOnHosts(results: JsonObject, checks: readonly Check[], palette: Palette): string {
  const failed = new Set(checks.map(({ host }) => host))
  const telling = Object.keys(results).filter((host) => failed.size === 0 || failed.has(host))
  const hostsOf = new Map<string, string[]>()
  for (const host of telling) {
    const ofHost = checks.filter((check) => check.host === host)
    const text = renderResult(results[host] ?? null, ofHost, palette)
    if (text !== '') hostsOf.set(text, [...(hostsOf.get(text) ?? []), host])
  }
  const [[text, hosts] = ['', []], ...others] = hostsOf
  if (text === '') return ''
  const rest = others.flatMap(([, names]) => names)
  const more = rest.length === 0 ? [] : [palette.dim(`… and of ${listNames(rest)}, in the JSON report`)]
  return [palette.bold(listNames(hosts)), indent(text), ...more].join('\n')
}

function renderPart(key: string, result: JsonObject, checks: readonly Check[], palette: Palette): string {
  const value = result[key] ?? null
  const lines = linesOf(typeof value === 'string' ? value : renderJson(value))
  const json = readAsJson.includes(key) ? (result['json'] ?? null) : null
  const isLong = lines.length > mostLines || lines.some(({ length }) => length > widestLine)
  const texts = isLong && typeof json === 'object' && json !== null ? excerptJson(json, placesOf(checks)) : excerptText(key, lines, checks)
  const [only = '', ...others] = texts
  return others.length === 0 ? `${palette.dim(`${key}:`)} ${only}` : `${palette.dim(`${key}:`)}\n${indent(texts.join('\n'))}`
}

function placesOf(checks: readonly Check[]) {
  return checks.flatMap(({ subject, explanation }) => pathsIn(subject.startsWith('capture ') ? explanation : subject, 'json'))
}

/** A text around what must not be in it. */
function excerptText(key: string, lines: readonly string[], checks: readonly Check[]): readonly string[] {
  const marks = checks.filter(({ subject }) => subject === key).flatMap(({ expected }) => unwanted(expected))
  const matters = lines.flatMap((line, index) => (marks.some((mark) => line.includes(mark)) ? [index] : []))
  return excerptLines(lines, matters, marks)
}

/** The texts of `not: { contains: … }`. */
function unwanted(expected: Json): readonly string[] {
  const not = isObject(expected) ? expected['not'] : undefined
  const parts = isObject(not) ? [not['contains'] ?? []].flat() : []
  return parts.flatMap((part) => (typeof part === 'string' && part !== '' ? part.split('\n').slice(0, 1) : []))
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
}
