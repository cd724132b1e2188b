import standalone from 'ajv/dist/standalone/index.js'
import type { Json, JsonObject } from '../schemas/json.ts'
import { checkFile } from '../schemas/validation/ready-checks.ts'
import { createAjv } from '../schemas/validation/schema-checks.ts'
import { isObject } from '../schemas/validation/schema-walk.ts'
import { productSchemas } from './product-schemas.ts'

/** A check that is compiled before the program runs. */
export interface CompiledCheck {
  /** Seen from schemas/validation/. */
  readonly file: string
  /** A CommonJS module that exports a function: it takes the schema, and gives its check. */
  readonly code: string
}

/** The checks of all schemas of the product. */
export function compileChecks(): readonly CompiledCheck[] {
  const schemas = productSchemas()
  return [...Object.values(schemas).map((schema) => compileCheck(schema, false)), compileCheck(schemas.cluster, true)]
}

/** The check of one schema. @param fills  whether it writes defaults into what it checks */
export function compileCheck(schema: JsonObject, fills: boolean): CompiledCheck {
  const ajv = createAjv({ code: { source: true }, ownProperties: false, ...(fills ? { useDefaults: true } : {}) })
  // The package is CommonJS: its function is the default export of the default export.
  const { default: render } = standalone as unknown as { readonly default: typeof standalone.default }
  const code = withGivenSchema(render(ajv, ajv.compile(schema)), schema).replace(
    /^"use strict";module\.exports = (\w+);module\.exports\.default = \1;/,
    'const check = () => $1;',
  )
  return { file: checkFile(schema, fills), code: `'use strict'\nmodule.exports = (schema) => {\n${code}\nreturn check()\n}\n` }
}

/** Ajv writes out the schemas that its errors name. The given one holds them all, and who reads the errors compares them by identity. */
function withGivenSchema(code: string, schema: JsonObject): string {
  const parts = [...partsOf(schema, 'schema')].map(([part, path]) => [JSON.stringify(part), path] as const)
  return code.replaceAll(/const (schema\d+) = (\{.*?\});(?=const |function )/g, (_, name: string, text: string) => {
    const paths = parts.filter(([part]) => part === text).map(([, path]) => path)
    if (paths.length !== 1) throw new Error(`${name} stands ${paths.length} times in its schema: ${text.slice(0, 200)}`)
    return `const ${name} = ${paths[0]};`
  })
}

function* partsOf(value: Json, path: string): Iterable<readonly [JsonObject, string]> {
  if (isObject(value)) yield [value, path]
  if (value === null || typeof value !== 'object') return
  for (const [key, part] of Object.entries(value))
    yield* partsOf(part as Json, `${path}[${Array.isArray(value) ? key : JSON.stringify(key)}]`)
}
