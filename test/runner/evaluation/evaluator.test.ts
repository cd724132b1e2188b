import t from 'tap'
import { isQuick, weigh } from '../../../runner/evaluation/cost.ts'
import { createEvaluator } from '../../../runner/evaluation/evaluator.ts'
import type { Evaluation } from '../../../runner/evaluation/evaluator.ts'
import type { Json } from '../../../schemas/json.ts'
import { never } from '../local-run.ts'

const evil = { matcher: 'matches', argument: '^(a+)+$' }
const trap = `${'a'.repeat(36)}!`

t.test('what has no end is ended by its deadline, and the thread with it', async (t) => {
  const evaluator = createEvaluator()
  t.teardown(() => evaluator.close())
  const items: Json = Array.from({ length: 3000 }, (_, index) => ({ id: index }))
  const endless: Readonly<Record<string, (evaluation: Evaluation) => Promise<unknown>>> = {
    'a pattern': (evaluation) => evaluation.test(trap, evil),
    'a pattern inside of matchers': (evaluation) => evaluation.test([trap], { matcher: 'any', argument: { not: { matches: '^(a+)+$' } } }),
    'a pattern inside of a schema': (evaluation) =>
      evaluation.test({ a: trap }, { matcher: 'schema', argument: { properties: { a: { pattern: '^(a+)+$' } } } }),
    'items compared with each other': (evaluation) =>
      evaluation.search('items[].{a: $.items[].{b: $.items[].{c: $.items[?id == `1`]}}}', { items }),
  }
  for (const [name, act] of Object.entries(endless)) {
    const controller = new AbortController()
    let ticks = 0
    const ticking = setInterval(() => ((ticks += 1), ticks === 3 && controller.abort()), 50)
    await t.rejects(act(evaluator.under(controller.signal)), { code: /timeout|expression/ }, name)
    clearInterval(ticking)
    t.ok(ticks >= 1 || name.startsWith('items'), `${name}: the process hears meanwhile`)
  }
  t.equal(
    await evaluator.under(never).test('abc', { matcher: 'matches', argument: '^(?:[a-z]+)$' }),
    undefined,
    'the next one finds a thread',
  )
})

t.test('more evaluations than threads take turns, and one that gives up waiting gives its turn back', async (t) => {
  const evaluator = createEvaluator()
  t.teardown(() => evaluator.close())
  const controller = new AbortController()
  const stuck = Array.from({ length: 6 }, () => evaluator.under(controller.signal).test(trap, evil))
  const patient = evaluator.under(never).test(trap, { matcher: 'matches', argument: '^(?:a+)!$' })
  setTimeout(() => controller.abort(), 100)
  const ended = (await Promise.allSettled(stuck)) as readonly PromiseRejectedResult[]
  const message = /matches: "\^\(a\+\)\+\$" had not come to an end/
  for (const { reason } of ended) t.match(reason, { code: 'timeout', message })
  t.equal(await patient, undefined)
})

t.test('what needs all memory is an error of the expression', async (t) => {
  const evaluator = createEvaluator()
  t.teardown(() => evaluator.close())
  const doubled = ['[a]', ...Array.from({ length: 40 }, () => '[@, @]')].join(' | ')
  await t.rejects(evaluator.under(never).search(doubled, { a: 'x'.repeat(1000) }), { code: 'expression', message: /characters|MiB/ })
  await t.rejects(evaluator.under(never).search("pad_left('x', `1000000000000`)", {}), { code: 'expression' })
  await t.rejects(evaluator.under(never).search('length(a)', { a: 5 }), { code: 'expression', message: /length/ })
})

t.test('only what may take long goes to a thread', async (t) => {
  const text = 'x'.repeat(100_000)
  const list = Array.from({ length: 5000 }, (_, id) => ({ id }))
  const search = (expression: string, data: Json) => isQuick({ type: 'search', expression, data })
  const test = (matcher: string, argument: Json, actual: Json) => isQuick({ type: 'test', actual, claim: { matcher, argument } })
  t.ok(search('json.items[?id == `7`].id | [0]', { json: { items: list } }))
  t.ok(search('length(stdout)', { stdout: text }))
  t.notOk(search('items[].length($.items)', { items: list }), '$ reaches the whole from inside of a loop')
  t.notOk(search(Array.from({ length: 40 }, () => '[@, @]').join(' | '), 1))
  t.notOk(search("pad_left('x', `1000000000`)", 1))
  t.ok(test('equals', { a: 1 }, { a: list }))
  t.ok(test('contains', 'y', text))
  t.notOk(test('contains', 'y'.repeat(50_000), text))
  t.ok(test('matches', '^v[0-9]+', 'v1.2.3'))
  t.notOk(test('matches', '^v[0-9]+', text))
  t.notOk(test('matches', '^(a+)+$', 'aaa'))
  t.notOk(test('matches', `^${'(a|b|ab)'.repeat(12)}$`, 'abababab'))
  t.notOk(test('schema', { type: 'object' }, {}))
  t.equal(weigh(text, 10) >= 10, true)
})
