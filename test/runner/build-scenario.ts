import type { Json, JsonObject } from '../../schemas/json.ts'
import { isFlaw, parseExpression } from '../../schemas/language/expression.ts'
import type { Place } from '../../schemas/problem.ts'
import type { Entry, Expression, Scenario, Step, Value } from '../../schemas/scenario.ts'

/** A place in a file of tests. */
export const place: Place = { file: 'scenarios/test.yaml', line: 3, column: 5, length: 4 }

/** A value as the loader compiles it: `${{ }}` in texts becomes expressions. */
export function toValue(json: Json): Value {
  if (typeof json === 'string') return toText(json)
  if (Array.isArray(json)) return { type: 'list', items: json.map(toValue), place }
  if (json === null || typeof json !== 'object') return { type: 'literal', value: json, place }
  return { type: 'map', entries: toEntries(json as JsonObject), place }
}

/** The keys of a map. */
export function toEntries(map: JsonObject): Entry[] {
  return Object.entries(map).map(([key, value]) => ({ key, keyPlace: place, value: toValue(value) }))
}

/** What a step of a test says; `kind` is the key and `params` what stands under it. */
export interface StepSource {
  readonly name?: string
  readonly host?: string
  readonly in?: Json
  readonly env?: JsonObject
  readonly if?: string
  readonly forEach?: { readonly list: Json; readonly name?: string; readonly parallel?: number }
  readonly soft?: boolean
  readonly timeoutMs?: number
  readonly maxOutputBytes?: number
  readonly save?: JsonObject
  readonly until?: {
    readonly withinMs: number
    readonly everyMs: number
    readonly warnAfterMs?: number
    readonly retryOn?: readonly 'connection'[]
  }
  readonly expect?: JsonObject
  readonly capture?: Readonly<Record<string, string | { readonly from: string; readonly secret: boolean }>>
  readonly more?: Partial<Step>
}

/** A step of a kind. */
export function buildStep(kind: string, params: Json, source: StepSource = {}): Step {
  return {
    name: source.name ?? kind,
    kind,
    place,
    params: toValue(params),
    ...(source.host === undefined ? {} : { host: toValue(source.host) }),
    ...(source.in === undefined ? {} : { container: toValue(source.in) }),
    env: toEntries(source.env ?? {}),
    ...(source.if === undefined ? {} : { if: toExpression(source.if) }),
    ...(source.forEach === undefined
      ? {}
      : { forEach: { name: 'item', parallel: 1, ...source.forEach, list: toValue(source.forEach.list) } }),
    soft: source.soft ?? false,
    tags: [],
    timeoutMs: source.timeoutMs ?? 10_000,
    ...(source.maxOutputBytes === undefined ? {} : { maxOutputBytes: source.maxOutputBytes }),
    ...(source.save === undefined ? {} : { save: toEntries(source.save) }),
    ...(source.until === undefined ? {} : { until: { retryOn: [], idempotent: false, ...source.until } }),
    expect: toEntries(source.expect ?? {}),
    capture: Object.entries(source.capture ?? {}).map(([name, from]) =>
      typeof from === 'string' ? { name, from, secret: false, place } : { name, ...from, place },
    ),
    ...source.more,
  }
}

/** A scenario with these steps. */
export function buildScenario(
  name: string,
  steps: readonly Step[],
  more: Partial<Omit<Scenario, 'vars'>> & { readonly vars?: JsonObject } = {},
): Scenario {
  const { vars, ...rest } = more
  return {
    name,
    file: 'scenarios/test.yaml',
    place,
    tags: [],
    timeoutMs: 60_000,
    requires: [],
    needs: [],
    secrets: [],
    env: [],
    invariants: [],
    setup: [],
    always: [],
    outputs: [],
    steps,
    vars: toEntries(vars ?? {}),
    ...rest,
  }
}

function toText(text: string): Value {
  const parts = text.split(/\$\{\{(.*?)\}\}/g).map((part, index) => (index % 2 === 0 ? part : toExpression(part.trim())))
  const telling = parts.filter((part) => part !== '')
  const [only] = telling
  if (telling.length === 1 && only !== undefined && typeof only !== 'string') return only
  return telling.length <= 1 ? { type: 'literal', value: text, place } : { type: 'text', parts: telling, place }
}

function toExpression(source: string): Expression {
  const parsed = parseExpression(source)
  if (isFlaw(parsed)) throw new Error(`${source}: ${parsed.message}`)
  return { type: 'expression', source, roots: parsed.reads.map(({ name }) => name), place }
}
