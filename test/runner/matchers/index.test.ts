import t from 'tap'
import { judge, matchers } from '../../../runner/matchers/index.ts'
import { testExpectations } from '../../../runner/judging/expectations.ts'
import { createMask } from '../../../runner/scope/mask.ts'
import { createScope } from '../../../runner/scope/scope.ts'
import { renderJson } from '../../../schemas/json-text.ts'
import type { Json } from '../../../schemas/json.ts'
import { place, toEntries } from '../build-scenario.ts'
import { evaluation } from '../local-run.ts'

const holds: readonly (readonly [Json, Json])[] = [
  [1, 1],
  ['a', 'a'],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
  [204, '2xx'],
  [404, { not: '5xx' }],
  [404, { in: ['2xx', 404] }],
  [{ status: 301 }, { like: { status: '3xx' } }],
  ['2xx', '2xx'],
  [{ contains: 1 }, { equals: { contains: 1 } }],
  ['hello', { contains: 'ell' }],
  ['hello', { contains: ['he', 'lo'] }],
  [[1, { a: 1 }], { contains: { a: 1 } }],
  [{ a: 1 }, { contains: 'a' }],
  ['ab12', { matches: '^[a-z]+\\d+$' }],
  ['a\nV1\nb', { matches: { pattern: '^v[0-9]$', flags: 'im' } }],
  ['ab12', { matches: { pattern: '^[a-z]+\\d+$' } }],
  ['a\nb', { not: { matches: '^b$' } }],
  [2n ** 60n, { gt: 1, lt: 2n ** 61n }],
  [1e17, 10n ** 17n],
  [{ id: 2n ** 60n }, { schema: { properties: { id: { type: 'integer' } } } }],
  [3, { gt: 2, gte: 3, lt: 4, lte: 3 }],
  ['b', { in: ['a', 'b'] }],
  ['b', { not: 'a' }],
  ['b', { not: { contains: 'a' } }],
  [[1, 2], { length: 2 }],
  ['äö', { length: { gt: 1 } }],
  [{ a: 1 }, { length: 1 }],
  [[1, 2], { each: { gt: 0 } }],
  [[1, 2], { any: 2 }],
  [{ a: { b: 1, c: 2 }, d: [1, 2] }, { like: { a: { b: { gt: 0 } }, d: [1] } }],
  [{ a: 1 }, { schema: { type: 'object', required: ['a'] } }],
  [{}, { schema: { properties: { toString: { type: 'string' } } } }],
  [['x', 1], { not: { each: { gt: 5 } } }],
  [[1, 2], { not: { any: { gt: 5 } } }],
  [{ count: '6', state: 'up' }, { not: { like: { count: { gt: 5 }, state: 'down' } } }],
  [{}, { not: { like: { count: { gt: 5 } } } }],
  ['x', { not: { contains: 'y', gt: 5 } }],
]

const fails: readonly (readonly [Json, Json, RegExp])[] = [
  [1, 2, /expected 2, got 1/],
  ['1', 1, /expected 1, got "1"/],
  [404, '2xx', /^expected "2xx", got 404$/],
  [503, { not: '5xx' }, /must not be/],
  ['a\nb', 'a\nc', /-c\n\+b/],
  ['hello', { contains: ['he', 'x'] }, /does not contain "x"/],
  [5, { matches: '5' }, /a number where a text/],
  ['a\nb', { matches: { pattern: '^c$', flags: 'm' } }, /does not match \/\^c\$\/m$/],
  [9007199254740993n, 9007199254740992n, /expected 9007199254740992, got 9007199254740993/],
  ['3', { gt: 2 }, /a text where a number is expected: "3" \(to_number\(…\) on the left reads it as one\)$/],
  ['three', { gt: 2 }, /a text where a number is expected: "three"$/],
  ['c', { in: ['a', 'b'] }, /none of/],
  ['a', { not: 'a' }, /must not be/],
  [5, { length: 1 }, /no length/],
  [[], { each: { gt: 0 } }, /empty/],
  [[1, 0, -1], { each: { gt: 0 } }, /\[1\] 0.*\n\[2\] -1/],
  [[1], { any: 2 }, /none of 1 item matches/],
  [{ a: { b: 1 } }, { like: { a: { b: 2, c: 3 } } }, /a\.b: expected 2, got 1\na\.c is missing: 3/],
  [{}, { schema: { type: 'object', required: ['a'] } }, /a/],
  [null, { contains: 'x' }, /null/],
  ['HTTP 500', { contains: 500 }, /^a text has parts that are texts, and 500 is a number: write it in quotes$/],
  ['HTTP 500', { not: { contains: 500 } }, /write it in quotes/],
  [{ 500: 1 }, { not: { contains: 500 } }, /keys that are texts/],
  [null, { not: { contains: 'x' } }, /^null where a text, a list or an object is expected/],
  [null, { not: { matches: 'x' } }, /^null where a text is expected/],
  [5, { not: { matches: '5' } }, /a number where a text/],
  [null, { not: { gt: 5 } }, /null where a number/],
  ['6', { not: { gt: 5 } }, /a text where a number/],
  [null, { not: { length: 0 } }, /no length/],
  [null, { not: { any: 1 } }, /null where a list/],
  [[], { not: { each: 1 } }, /empty/],
  [null, { not: { like: { a: 1 } } }, /it is null where an object/],
  [5, { not: { not: { contains: 'x' } } }, /a number where a text/],
  [[null], { not: { any: { contains: 'x' } } }, /none of 1 item matches\n\[0\] null where a text/],
  [['6'], { not: { any: { gt: 5 } } }, /a text where a number/],
  [['6', 1], { not: { any: { gt: 5 } } }, /a text where a number/],
  [[null, null], { not: { each: { gt: 5 } } }, /\[1\] null where a number/],
  [[[null]], { not: { any: { any: { matches: 'x' } } } }, /null where a text/],
  [{ count: '6' }, { not: { like: { count: { gt: 5 } } } }, /^count: a text where a number/],
  [{ a: [null] }, { not: { like: { a: [{ contains: 'x' }] } } }, /^a\[0\]: null where a text/],
  [[null], { not: { not: { any: { gt: 5 } } } }, /null where a number/],
  [{}, { schema: { required: ['toString'] } }, /toString/],
  [{}, { schema: { properties: { constructor: false }, required: ['constructor'] } }, /constructor/],
]

t.test('matchers', async (t) => {
  for (const [actual, expected] of holds) t.same(judge(actual, expected), [], renderJson([actual, expected]))
  for (const [actual, expected, explanation] of fails)
    t.match(judge(actual, expected)[0]?.explanation, explanation, renderJson([actual, expected]))
  t.equal(judge(5, { gt: 10, lt: 1, in: [5] }).length, 2, 'every matcher is evaluated')
  for (const nothing of ['', [], ['a', '']]) t.throws(() => judge('x', { contains: nothing }), { code: 'too-few' }, 'what every text has')
  t.throws(() => judge('x', { matches: '' }), { code: 'bad-pattern' })
  t.throws(() => judge('x', { matches: '(' }), { code: 'bad-pattern' })
  t.throws(() => judge('x', { matches: { pattern: '(' } }), { code: 'bad-pattern' })
  t.throws(() => judge('x', { matches: { pattern: 'a', flags: 'g' } }), { code: 'wrong-form' })
  t.throws(() => judge({ id: 2n ** 60n }, { schema: { properties: { id: { maximum: 5 } } } }), { code: 'bad-schema', message: /maximum/ })
  t.throws(() => judge(5, { gt: 'abc' }), { code: 'wrong-type', message: /gt is the text "abc", expected a number/ })
  const own = { $id: 'urn:own:one', type: 'number' }
  t.same([judge(5, { schema: own }), judge(6, { schema: { ...own } })], [[], []], 'a schema with a name of its own, twice')
  t.throws(() => judge('x', { schema: { type: 'nothing' } }), { code: 'bad-schema' })
  for (const [name, { summary, schema }] of Object.entries(matchers)) t.ok(summary.length > 10 && typeof schema === 'object', name)
})

t.test('expectations: all of them, implied ones unless stated', async (t) => {
  const mask = createMask()
  const scope = createScope({ wanted: 7 }, mask)
  const findings = { result: { exit: 1, json: { items: [{ n: 7 }] }, stdout: 'x' }, cuts: new Map(), absences: new Map() }
  const { checks } = await testExpectations(
    toEntries({ 'json.items[0].n': '${{ wanted }}', stdout: { contains: 'y', matches: 'x' } }),
    { exit: 0 },
    findings,
    { scope, mask, evaluation },
    place,
  )
  t.same(
    checks.map(({ subject, passed, implied }) => [subject, passed, implied]),
    [
      ['json.items[0].n', true, false],
      ['stdout', false, false],
      ['stdout', true, false],
      ['exit', false, true],
    ],
  )
  const judging = { scope, mask, evaluation }
  const { checks: stated } = await testExpectations(toEntries({ exit: { in: [1, 2] } }), { exit: 0 }, findings, judging, place)
  t.same(
    stated.map(({ passed, implied }) => [passed, implied]),
    [[true, false]],
  )
  mask.add('s3cret'.repeat(20))
  const limit = toEntries({ exit: { gt: 's3cret'.repeat(20) } })
  t.match((await testExpectations(limit, {}, findings, judging, place)).untested, {
    code: 'wrong-type',
    message: /gt is the text "\*\*\*"/,
  })
  t.match((await testExpectations(toEntries({ 'length(exit)': 1 }), {}, findings, judging, place)).untested, { code: 'expression', place })
})
