import type { LocatedNode, LocatedScalar } from '../yaml/located-node.ts'
import type { Problem } from '../problem.ts'
import { viewSchema } from './schema-view.ts'
import type { SchemaView } from './schema-view.ts'
import type { JsonType, Schema } from './schema-walk.ts'

/**
 * Gives every plain scalar the type that its schema asks for: where that is a string, the text as written (`0644`, `1.20`, `yes`,
 * `123456789012`), never what YAML makes of it. Numbers that JavaScript cannot hold are problems everywhere else.
 *
 * @param node    a node as YAML reads it
 * @param schema  its schema; where the schema is silent (`{}`) the value stays as YAML reads it
 */
export function applyScalarTypes(node: LocatedNode, schema: Schema): { readonly node: LocatedNode; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  return { node: apply(node, viewSchema(schema), problems), problems }
}

/** A scalar as the text it was written as, when it is a plain one that YAML reads as something else. */
export function asWritten(scalar: LocatedScalar): LocatedScalar {
  const isText = scalar.source !== undefined && scalar.value !== null && typeof scalar.value !== 'string'
  return isText ? { ...scalar, value: scalar.source ?? '' } : scalar
}

/**
 * Whether a number or a boolean was written in another way than it reads back: `0644` is 644, `1.20` is 1.2, `TRUE` is true. Where no
 * schema says which of the two is meant, the writer has to.
 */
export function ambiguousScalar(scalar: LocatedScalar): Problem | undefined {
  const { value, source, place } = scalar
  if (source === undefined || !['number', 'bigint', 'boolean'].includes(typeof value)) return undefined
  if (typeof value !== 'bigint' && String(value) === source) return undefined
  const unsafe = unsafeNumber(scalar)
  if (unsafe !== undefined) return { ...unsafe, hint: `if it is text, quote it: "${source}"` }
  return {
    code: 'ambiguous-scalar',
    severity: 'error',
    place,
    message: `YAML reads ${source} as ${typeof value === 'boolean' ? '' : 'the number '}${value}`,
    expected: 'a value that reads back as it is written',
    hint: `write "${source}" for the text, ${value} for the ${typeof value === 'boolean' ? 'boolean' : 'number'}`,
  }
}

function apply(node: LocatedNode, view: SchemaView, problems: Problem[]): LocatedNode {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => apply(item, view.item(), problems)) }
  if (node.kind === 'map') {
    const entries = node.entries.map((entry) => ({ ...entry, value: apply(entry.value, view.under(entry.key), problems) }))
    return { ...node, entries }
  }
  const { types } = view
  if (types.has('string') && (!types.has(scalarType(node)) || ambiguousScalar(node) !== undefined)) return asWritten(node)
  const unsafe = types.size > 0 ? (unsafeNumber(node) ?? octalNumber(node)) : undefined
  if (unsafe !== undefined) problems.push(unsafe)
  return node
}

function scalarType({ value }: LocatedScalar): JsonType {
  return value === null ? 'null' : typeof value === 'bigint' ? 'number' : (typeof value as JsonType)
}

function unsafeNumber({ value, source, place }: LocatedScalar): Problem | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const written = source ?? String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return {
      code: 'number-not-finite',
      severity: 'error',
      place,
      message: `YAML reads ${written} as ${value}`,
      expected: 'a finite number',
    }
  }
  if (typeof value === 'bigint' || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
    return {
      code: 'number-too-large',
      severity: 'error',
      place,
      message: `${written} loses digits as a number (${Number(value)})`,
      expected: `a whole number up to ${Number.MAX_SAFE_INTEGER}`,
    }
  }
  return undefined
}

function octalNumber({ value, source, place }: LocatedScalar): Problem | undefined {
  if (!['number', 'bigint'].includes(typeof value) || source === undefined || !/^[-+]?0\d/.test(source)) return undefined
  return {
    code: 'ambiguous-scalar',
    severity: 'error',
    place,
    message: `YAML reads ${source} as the number ${value}`,
    expected: 'a number without leading zeros',
    hint: `write ${value}`,
  }
}
