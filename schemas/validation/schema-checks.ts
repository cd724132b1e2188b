import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, Options, ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import type { Schema } from './schema-walk.ts'

/** Tells whether a value is valid; what is wrong with it stands in `errors` until the next value. */
export type Check = ValidateFunction

/** A keyword that a value does not meet, with the schema that it stands in. */
export type CheckError = ErrorObject

const options: Options = {
  allErrors: true,
  verbose: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  addUsedSchema: false,
  // Data has what it has itself: every object of JavaScript has a `toString`.
  ownProperties: true,
  // The schemas of the product are sound, as its tests hold; `requireSchema` is for those of users.
  validateSchema: false,
}
let checking: Ajv2020 | undefined
let filling: Ajv2020 | undefined
const checks = new WeakMap<object, Check>()
const fillers = new WeakMap<object, Check>()
const keys: Readonly<Record<string, object>> = { true: {}, false: {} }

/**
 * The check that a JSON Schema (draft 2020-12) compiles to. The built program has those of the product's own schemas ready, and this file
 * for all others: setup/bundle.mjs puts `ready-checks` in its place.
 */
export function checkOf(schema: Schema): Check {
  checking ??= createAjv()
  return compileOnce(checks, checking, schema)
}

/** The same for a check that writes the `default` of each key that is missing into the value. */
export function fillerOf(schema: Schema): Check {
  filling ??= createAjv({ useDefaults: true })
  return compileOnce(fillers, filling, schema)
}

/** Refuses what is no JSON Schema (draft 2020-12), such as a user may write. @throws Error with what is wrong with it */
export function requireSchema(schema: Schema): void {
  createAjv({ validateSchema: true }).compile(schema)
}

/** The validator as the product uses it. */
export function createAjv(more: Options = {}): Ajv2020 {
  const ajv = new Ajv2020({ ...options, ...more })
  // The package is CommonJS: its function is the default export of the default export.
  ;(ajvFormats as unknown as { readonly default: (ajv: Ajv2020) => void }).default(ajv)
  // The loader looks up what these formats name.
  for (const format of ['file-path', 'host']) ajv.addFormat(format, true)
  ajv.addVocabulary(['patternErrorMessage'])
  return ajv
}

function compileOnce(known: WeakMap<object, Check>, ajv: Ajv2020, schema: Schema): Check {
  const key = typeof schema === 'boolean' ? (keys[String(schema)] ?? {}) : schema
  const check = known.get(key) ?? ajv.compile(schema)
  known.set(key, check)
  return check
}
