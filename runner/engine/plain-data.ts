import type { Json } from '../../schemas/json.ts'
import { mostLevels } from '../../schemas/json-text.ts'
import { StepError } from '../step-error.ts'

/** The most values that a result may hold. */
const mostValues = 2_000_000

type Container = Json[] | Record<string, Json>

/** Something that is still to be copied, and where it stands. */
interface Part {
  readonly value: unknown
  readonly into: Container
  readonly key: string
  readonly depth: number
  readonly parent: Part | undefined
}

/**
 * What a step kind found as plain data: a copy that holds nothing that could go wrong later. Keys without a value are left out.
 * @throws StepError `bad-result` when it is none: it contains itself, is nested too deep, or holds functions, instances of classes, or a
 *         value that cannot even be read
 */
export function toPlainData(found: unknown): Json {
  const root: { value?: Json } = {}
  // Not by a function that calls itself: how deep a result goes is not known.
  const open: Part[] = [{ value: found ?? null, into: root as Record<string, Json>, key: 'value', depth: 0, parent: undefined }]
  let count = 0
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const { value, into, key, depth } = part
    count += 1
    if (count > mostValues) throw badResult(part, `holds more than ${mostValues} values`)
    if (depth > mostLevels) throw badResult(part, `is nested more than ${mostLevels} levels deep, or contains itself`)
    if (isScalar(value)) {
      define(into, key, value)
      continue
    }
    const children = childrenOf(value, part)
    const copy: Container = Array.isArray(value) ? [] : {}
    define(into, key, copy)
    // The last one is taken first: backwards, keys keep their order.
    for (const [name, child] of children.reverse()) {
      if (child === undefined && !Array.isArray(value)) continue
      open.push({ value: child ?? null, into: copy, key: name, depth: depth + 1, parent: part })
    }
  }
  return root.value ?? null
}

function isScalar(value: unknown): value is null | boolean | number | bigint | string {
  return value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value)
}

function childrenOf(value: unknown, part: Part): [string, unknown][] {
  if (typeof value !== 'object' || value === null) throw badResult(part, `is a ${typeof value}`)
  try {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) throw badResult(part, 'is an instance of a class')
    return Array.isArray(value)
      ? Array.from(value as readonly unknown[], (item, index) => [String(index), item] as [string, unknown])
      : Object.entries(value)
  } catch (error) {
    if (error instanceof StepError) throw error
    throw badResult(part, `cannot be read: ${String((error as Error | undefined)?.message ?? error)}`)
  }
}

function badResult(part: Part, why: string): StepError {
  const path: string[] = []
  for (let at: Part | undefined = part; at?.parent !== undefined; at = at.parent) path.unshift(at.key)
  const shown = path.length > 8 ? [...path.slice(0, 4), '…', ...path.slice(-3)] : path
  return new StepError('bad-result', `what the step found is no plain data: ${shown.join('.') || 'it'} ${why}`)
}

/** Items come in their order. A key named __proto__ stays data. */
function define(into: Container, key: string, value: Json): void {
  if (Array.isArray(into)) into.push(value)
  else if (key === '__proto__') Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true })
  else into[key] = value
}
