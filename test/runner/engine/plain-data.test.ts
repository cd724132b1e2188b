import t from 'tap'
import { toPlainData } from '../../../runner/engine/plain-data.ts'

t.test('plain data stays as it is', async (t) => {
  const data = { a: [1, 'x', null, true, 2n ** 70n, { b: [] }], ['__proto__']: 1, constructor: 'x' }
  t.strictSame(Object.entries(toPlainData(data) as object), Object.entries(data))
  t.same(toPlainData({ a: undefined, b: [undefined] }), { b: [null] }, 'a key without a value is left out')
  t.equal(toPlainData(undefined), null)
})

t.test('what is none is refused with its place', async (t) => {
  const cyclic: Record<string, unknown> = { a: { b: 1 } }
  cyclic['self'] = [cyclic, cyclic]
  let deep: unknown = 1
  for (let level = 0; level < 100_000; level += 1) deep = [deep]
  let doubled: unknown = ['x']
  for (let level = 0; level < 60; level += 1) doubled = [doubled, doubled]
  class Own {
    readonly a = 1
  }
  const broken = {
    get a(): never {
      throw new Error('not now')
    },
  }
  const refused: readonly (readonly [unknown, RegExp])[] = [
    [cyclic, /self.*nested more than 500 levels deep, or contains itself/],
    [deep, /nested more than 500 levels/],
    [doubled, /more than 2000000 values/],
    [{ a: { f: () => 1 } }, /a\.f is a function/],
    [new Own(), /it is an instance of a class/],
    [{ at: new Date() }, /at is an instance of a class/],
    [broken, /cannot be read: not now/],
    [Symbol('s'), /it is a symbol/],
  ]
  for (const [value, message] of refused) t.throws(() => toPlainData(value), { code: 'bad-result', message })
})
