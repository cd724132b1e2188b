import t from 'tap'
import { requireSchema } from '../../../schemas/validation/schema-checks.ts'
import { productSchemas } from '../../../setup/product-schemas.ts'

t.test('the schemas of the product are sound: nobody checks them when the program runs', async (t) => {
  for (const [name, schema] of Object.entries(productSchemas())) t.doesNotThrow(() => requireSchema(schema), name)
})

t.test('what is no JSON Schema is refused with what is wrong', async (t) => {
  t.throws(() => requireSchema({ type: 'text' }), /type/)
  t.throws(() => requireSchema({ minLength: 'long' }), /minLength/)
  t.throws(() => requireSchema({ $ref: '#/nowhere' }), /nowhere/)
})
