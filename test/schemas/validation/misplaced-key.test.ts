import t from 'tap'
import { whereKeyBelongs } from '../../../schemas/validation/misplaced-key.ts'
import type { JsonObject } from '../../../schemas/json.ts'

const text = { type: 'string' }
const schema: JsonObject = {
  properties: {
    timeout: text,
    steps: {
      items: {
        properties: {
          host: text,
          http: { anyOf: [{ type: 'string' }, { properties: { get: text } }] },
          copy: { properties: { get: text, mode: text } },
          with: { additionalProperties: { $ref: '#/properties/steps/items/properties/copy' } },
        },
      },
    },
  },
}

t.test('a key that is unknown where it stands is said to stand inside of what knows it, or beside', async (t) => {
  for (const [path, hint] of [
    [['steps', '0', 'mode'], 'mode is a key of copy: it stands inside of it'],
    [['steps', '0', 'get'], 'get is a key of http and copy: it stands inside of it'],
    [['steps', '0', 'http', 'host'], 'host stands beside http, not inside of it'],
    [['steps', '0', 'http', 'timeout'], 'timeout stands beside steps, not inside of it'],
    [['steps', '0', 'with', 'any', 'host'], 'host stands beside with, not inside of it'],
    [['steps', '0', 'nonsense'], undefined],
    [['mode'], undefined],
    [['nowhere', 'at', 'all'], undefined],
    [['toString'], undefined],
  ] as const)
    t.equal(whereKeyBelongs(schema, path), hint, path.join('.'))
  t.equal(whereKeyBelongs(true, ['a']), undefined)
})
