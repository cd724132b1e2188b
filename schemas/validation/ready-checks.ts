import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Check } from './schema-checks.ts'
import type { Schema } from './schema-walk.ts'

/** What takes the place of schema-checks.ts in the built program: the product's own schemas were compiled by the build. */
type Compiling = typeof import('./schema-checks.ts')

const load = createRequire(import.meta.url)
const checks = new WeakMap<object, Check>()
const fillers = new WeakMap<object, Check>()

/** The name of the file that holds the check of a schema, as the build writes it. */
export function checkFile(schema: Schema, fills: boolean): string {
  const digest = createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 32)
  return `./checks/${digest}${fills ? '-fills' : ''}.cjs`
}

/** The check of a schema: ready, or for one of a user's compiled now. */
export const checkOf: Compiling['checkOf'] = (schema) => readyOnce(checks, schema, false) ?? compiling().checkOf(schema)

/** The same for a check that fills in defaults. */
export const fillerOf: Compiling['fillerOf'] = (schema) => readyOnce(fillers, schema, true) ?? compiling().fillerOf(schema)

/** Refuses what is no JSON Schema. @throws Error with what is wrong with it */
export const requireSchema: Compiling['requireSchema'] = (schema) => compiling().requireSchema(schema)

function readyOnce(known: WeakMap<object, Check>, schema: Schema, fills: boolean): Check | undefined {
  if (typeof schema === 'boolean') return undefined
  const before = known.get(schema)
  if (before !== undefined) return before
  const file = checkFile(schema, fills)
  if (!existsSync(new URL(file, import.meta.url))) return undefined
  // What was compiled names parts of its schema in its errors: they are those of the schema that is given here.
  const check = (load(file) as (schema: Schema) => Check)(schema)
  known.set(schema, check)
  return check
}

function compiling(): Compiling {
  return load('./schema-checks.cjs') as Compiling
}
