import t from 'tap'
import { search } from '../../../schemas/language/expression.ts'

t.test('an expression sees what is in the data and nothing else', async (t) => {
  const data = { json: { a: 1 }, headers: { age: '3' } }
  for (const name of ['json.constructor', 'json.hasOwnProperty', 'headers.toString', 'json.__proto__', 'json.valueOf.name'])
    t.equal(search(name, data), null, name)
  t.same(search('{ c: json.constructor, all: json }', data), { c: null, all: { a: 1 } })
})

t.test('data of such a name is data', async (t) => {
  const data = JSON.parse('{ "constructor": { "toString": [1, 2] }, "__proto__": 5 }') as never
  t.same(search('constructor.toString', data), [1, 2])
  t.equal(search('__proto__', data), 5)
  const found = search('constructor', data)
  t.equal(Object.getPrototypeOf(found), Object.prototype, 'what is found is an ordinary object')
})
