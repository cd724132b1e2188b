import t from 'tap'
import { matchers } from '../../../runner/matchers/index.ts'
import { stepKinds } from '../../../runner/steps/index.ts'
import { buildScenarioSchema, buildStepFileSchema } from '../../../schemas/language/build-scenario-schema.ts'
import { schemaFile } from '../../../schemas/validation/schema-file.ts'
import { requireSchema } from '../../../schemas/validation/validate.ts'
import type { Schema } from '../../../schemas/validation/schema-walk.ts'

t.test('the schemas of the product are sound: nobody checks them when the program runs', async (t) => {
  const written: Readonly<Record<string, Schema>> = {
    cluster: schemaFile('cluster-rules/cluster.schema.json'),
    testbed: schemaFile('testbed.schema.json'),
    scenario: buildScenarioSchema(stepKinds),
    'step file': buildStepFileSchema(stepKinds),
    ...Object.fromEntries(Object.entries(stepKinds).map(([name, { schema }]) => [`step ${name}`, schema])),
    ...Object.fromEntries(Object.entries(matchers).map(([name, { schema }]) => [`matcher ${name}`, schema])),
  }
  for (const [name, schema] of Object.entries(written)) t.doesNotThrow(() => requireSchema(schema), name)
})

t.test('what is no JSON Schema is refused with what is wrong', async (t) => {
  t.throws(() => requireSchema({ type: 'text' }), /type/)
  t.throws(() => requireSchema({ minLength: 'long' }), /minLength/)
  t.throws(() => requireSchema({ $ref: '#/nowhere' }), /nowhere/)
})
