import { isDeepStrictEqual } from 'node:util'
import {
  registerFunction,
  TreeInterpreter,
  TYPE_ANY,
  TYPE_ARRAY,
  TYPE_ARRAY_NUMBER,
  TYPE_ARRAY_STRING,
  TYPE_STRING,
} from '@jmespath-community/jmespath'
import type { InputSignature, JSONValue } from '@jmespath-community/jmespath'
import type { Json } from '../json.ts'
import { readInteger, renderJson } from '../json-text.ts'
import type { SyntaxNode } from './expression-reads.ts'

// The package's own interpreter, with what it lacks: it looks at whole numbers beyond 2^53 (bigints) as at numbers, compares them by their
// digits, and refuses to calculate with them; it sorts numbers as numbers; it takes nothing in the data for a part of the expression.

interface Interpreter {
  visit(node: SyntaxNode, value: unknown): unknown
}

interface Runtime {
  getTypeName(value: unknown): number | undefined
}

/** What the interpreter calls the types of a number, of an object and of an expression that is given to a function. */
const [numberType, objectType] = [0, 4]

const isExpression = Symbol('an expression')

const interpreter = Object.getPrototypeOf(TreeInterpreter) as Interpreter
const runtime = Object.getPrototypeOf(TreeInterpreter.runtime) as Runtime
const visit = Reflect.get(interpreter, 'visit') as (this: Interpreter, node: SyntaxNode, value: unknown) => unknown
const getTypeName = Reflect.get(runtime, 'getTypeName') as (this: Runtime, value: unknown) => number | undefined

interpreter.visit = function visitExactly(node, value) {
  if (node.type === 'ExpressionReference') return { [isExpression]: true, ...(visit.call(this, node, value) as object) }
  if (node.type !== 'Comparator') return visit.call(this, node, value)
  const [left, right] = [this.visit(node['left'] as SyntaxNode, value), this.visit(node['right'] as SyntaxNode, value)]
  if (typeof left === 'bigint' || typeof right === 'bigint') return compareExactly(String(node['name']), left, right)
  return visit.call(this, { ...node, left: { type: 'Literal', value: left }, right: { type: 'Literal', value: right } }, value)
}

runtime.getTypeName = function nameType(value) {
  if (typeof value === 'bigint') return numberType
  if (typeof value === 'object' && value !== null && 'expref' in value && !(isExpression in value) && !Array.isArray(value))
    return objectType
  return getTypeName.call(this, value)
}

function compareExactly(name: string, left: unknown, right: unknown): boolean | null {
  if (!isNumber(left) || !isNumber(right)) return name === 'NE' ? true : name === 'EQ' ? false : null
  const order = compareNumbers(left, right)
  return { EQ: order === 0, NE: order !== 0, GT: order > 0, GTE: order >= 0, LT: order < 0, LTE: order <= 0 }[name] ?? null
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function compareNumbers(one: number | bigint, other: number | bigint): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function compareAny(one: Json, other: Json): number {
  if (isNumber(one) && isNumber(other)) return compareNumbers(one, other)
  // As the package sorts texts: by their code points.
  const [left = [], right = []] = [one, other].map((text) =>
    Array.from(typeof text === 'string' ? text : '', (character) => character.codePointAt(0) ?? 0),
  )
  const at = left.findIndex((code, index) => code !== right[index])
  return at === -1 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1)
}

type Listed = readonly [readonly Json[]]

function extreme(sign: 1 | -1): (given: Listed) => Json {
  return ([items]) => items.reduce<Json>((best, item) => (best === null || compareAny(item, best) * sign > 0 ? item : best), null)
}

const listOfComparable: InputSignature[] = [{ types: [TYPE_ARRAY_NUMBER, TYPE_ARRAY_STRING] }]

const replaced: Readonly<Record<string, readonly [(given: never) => Json, InputSignature[]]>> = {
  max: [extreme(1), listOfComparable],
  min: [extreme(-1), listOfComparable],
  sort: [([items]: Listed) => items.toSorted(compareAny), listOfComparable],
  contains: [
    ([among, part]: readonly [string | readonly Json[], Json]) =>
      typeof among === 'string'
        ? typeof part === 'string'
          ? among.includes(part)
          : null
        : among.some((item) => isDeepStrictEqual(item, part)),
    [{ types: [TYPE_STRING, TYPE_ARRAY] }, { types: [TYPE_ANY] }],
  ],
  to_number: [
    ([value]: readonly [Json]) => {
      if (isNumber(value)) return value
      if (typeof value !== 'string') return null
      if (/^-?\d+$/.test(value)) return readInteger(value)
      return Number.isNaN(Number(value)) ? null : Number(value)
    },
    [{ types: [TYPE_ANY] }],
  ],
  to_string: [([value]: readonly [Json]) => (typeof value === 'string' ? value : renderJson(value)), [{ types: [TYPE_ANY] }]],
}

for (const [name, [act, signature]] of Object.entries(replaced))
  registerFunction(name, act as unknown as Parameters<typeof registerFunction>[1], signature, { override: true })

/** Applies an expression that was compiled. @throws Error of the package, when a function gets what it does not take */
export function interpret(tree: SyntaxNode, data: Json): Json {
  return TreeInterpreter.search(tree as never, data as JSONValue) as Json
}
