import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileFunction } from 'node:vm'
import t from 'tap'
import { renderJson } from '../../schemas/json-text.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { checkOf, fillerOf } from '../../schemas/validation/schema-checks.ts'
import type { Check, CheckError } from '../../schemas/validation/schema-checks.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { toJson } from '../../schemas/yaml/located-node.ts'
import { parseLocatedYaml } from '../../schemas/yaml/located-yaml.ts'
import { compileCheck } from '../../setup/compile-checks.ts'
import { productSchemas } from '../../setup/product-schemas.ts'
import { testbedOn } from '../cli/fake-testbed.ts'
import { typeCommand } from '../cli/type-command.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const require = createRequire(import.meta.url)
const folders = ['.', 'scenarios', 'scenarios/lib', 'test/fixtures/bad', 'examples']
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.yaml') ? [join(folder, name)] : [])),
)
const written = files.flatMap((file) => {
  const node = parseLocatedYaml(readFileSync(join(root, file), 'utf8'), file).root
  return node === undefined ? [] : [withoutAlike(toJson(node))]
})
const hosts: Json = {
  user: 'admin',
  outputs: { x: '1' },
  hosts: [{ name: 'agents[0]', address: '10.0.0.5', port: 22, hops: ['x'], hostKeys: ['ssh-rsa AAAA'] }],
}
const values = [...written, hosts, testbedOn('lab') as unknown as Json]

/** What stands somewhere in a value, once. */
function* partsOf(value: Json): Iterable<Json> {
  yield value
  if (value !== null && typeof value === 'object') for (const part of Object.values(value)) yield* partsOf(part as Json)
}
const parts = [...new Map(values.flatMap((value) => [...partsOf(value)]).map((part) => [renderJson(part), part])).values()]
const others: readonly Json[] = [null, true, 0, -1, 1.5, '', 'x', '1m', '${{ x }}', [], [[]], {}, { x: 1 }]

/** The value with one place after the other changed. */
function* damaged(value: Json): Iterable<Json> {
  yield* others
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const other of damaged(item as Json)) yield value.with(index, other)
  } else if (isObject(value)) {
    yield { ...value, unknown: 1 }
    for (const [key, item] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
      for (const other of damaged(item)) yield { ...value, [key]: other }
    }
  }
}

/** A value with the first row of each table alone: one stands for all. */
function withoutAlike(value: Json): Json {
  if (Array.isArray(value)) {
    const items = value as readonly Json[]
    return items.filter((item, index) => !isAlike(item, items[index - 1])).map(withoutAlike)
  }
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutAlike(item)])) : value
}

/** Whether two are flat mappings of the same keys, as the rows of a table are. */
function isAlike(a: Json, b: Json | undefined): boolean {
  if (b === undefined || !isObject(a) || !isObject(b) || Object.keys(a).join() !== Object.keys(b).join()) return false
  return Object.values(a).every((part) => typeof part !== 'object')
}

/** The check as the built program has it. */
function evaluate(schema: JsonObject, fills: boolean): Check {
  const module: { exports?: (schema: JsonObject) => Check } = {}
  compileFunction(compileCheck(schema, fills).code, ['module', 'require'])(module, require)
  if (module.exports === undefined) throw new Error('nothing was exported')
  return module.exports(schema)
}

/** The outcome of a check; the parts of the schema are those of the schema that was given. */
function outcome(check: Check, value: Json): readonly [boolean, readonly CheckError[]] {
  const valid = check(value)
  return [valid, (check.errors ?? []) as readonly CheckError[]]
}

for (const [name, schema] of Object.entries(productSchemas())) {
  t.test(`${name}: what the build compiled says what the validator itself says`, async (t) => {
    const ready = evaluate(schema, false)
    const sound = [...values, ...parts].filter((value) => checkOf(schema)(value)).slice(0, 4)
    const tried = [...values, ...parts, ...others, ...sound.flatMap((value) => [...damaged(value)].slice(0, 400))]
    let [valid, invalid] = [0, 0]
    for (const value of tried) {
      const [expected, actual] = [outcome(checkOf(schema), value), outcome(ready, value)]
      const same = expected[0] === actual[0] && renderJson(expected) === renderJson(actual)
      const identical = expected[1].every(({ parentSchema }, index) => parentSchema === actual[1][index]?.parentSchema)
      if (!same || !identical) return t.same(actual, expected, renderJson(value))
      if (expected[0]) valid += 1
      else invalid += 1
    }
    t.ok(valid > 0 && invalid > 0, `${valid} that are valid and ${invalid} that are not`)
  })
}

t.test('the defaults of a cluster are the same', async (t) => {
  const { cluster } = productSchemas()
  const ready = evaluate(cluster, true)
  for (const value of [...values, {}]) {
    const [expected, actual] = [structuredClone(value), structuredClone(value)]
    fillerOf(cluster)(expected)
    ready(actual)
    t.same(actual, expected)
  }
})

t.test('the built program finds in bad files what the sources find', async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'titus-bed-built-'))
  t.teardown(() => rmSync(out, { recursive: true, force: true }))
  const loader = ['--import', './setup/ts-loader.mjs']
  const built = spawnSync(process.execPath, [...loader, 'setup/bundle.mjs', out], { cwd: root, encoding: 'utf8' })
  t.equal(built.status, 0, built.stderr)
  cpSync(join(root, 'package.json'), join(out, 'package.json'))
  for (const part of ['schemas', 'runner', 'stack', 'deb', 'lab'])
    cpSync(join(root, part), join(out, part), { recursive: true, filter: (path) => !/(\.ts|node_modules|__pycache__)$/.test(path) })
  const cwd = join(root, 'test/fixtures/bad')
  for (const args of [[cwd], [join(root, 'scenarios'), join(root, 'scenarios/lib'), join(root, 'cluster.yaml')]]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(out, 'cli/start.cjs'), 'validate', ...args], {
      cwd,
      encoding: 'utf8',
    })
    t.same({ code: status, out: stdout, err: stderr }, await typeCommand(cwd, 'validate', ...args))
  }
})
