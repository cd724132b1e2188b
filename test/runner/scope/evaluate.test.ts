import t from 'tap'
import { evaluateCondition, evaluateEnvironment, evaluateValue } from '../../../runner/scope/evaluate.ts'
import { createMask } from '../../../runner/scope/mask.ts'
import { createScope } from '../../../runner/scope/scope.ts'
import type { Json, JsonObject } from '../../../schemas/json.ts'
import type { Expression } from '../../../schemas/scenario.ts'
import { place, toEntries, toValue } from '../build-scenario.ts'
import { evaluation } from '../local-run.ts'

const variables: JsonObject = {
  image: 'nginx',
  tag: '1.20',
  port: 7001,
  none: null,
  task: { id: 't-1', labels: ['a', 'b'] },
  off: false,
  empty: '',
  bare: [],
}

function scopeOf(more: JsonObject = {}) {
  return createScope({ ...variables, ...more }, createMask())
}

function evaluate(json: Json): Promise<Json> {
  return evaluateValue(toValue(json), scopeOf(), evaluation)
}

t.test('a scalar that is only an expression keeps its type, one inside a text becomes text', async (t) => {
  t.equal(await evaluate('${{ port }}'), 7001)
  t.same(await evaluate('${{ task }}'), variables['task'])
  t.equal(await evaluate('http://${{ image }}:${{ port }}/'), 'http://nginx:7001/')
  t.equal(await evaluate('${{ off }} and ${{ tag }}'), 'false and 1.20')
  t.same(await evaluate({ a: ['${{ image }}', 1, true, null], b: { c: '${{ task.labels[0] }}' } }), {
    a: ['nginx', 1, true, null],
    b: { c: 'a' },
  })
})

t.test('a value that is not there is an error that names the way out', async (t) => {
  await t.rejects(evaluate('${{ task.nothing }}'), {
    code: 'expression',
    message: '${{ task.nothing }} has no value',
    hint: /not_null/,
    place,
  })
  await t.rejects(evaluate('${{ none }}'), { code: 'expression' })
  await t.rejects(evaluate('${{ later }}'), { code: 'never-captured', message: /later was never captured/ })
  t.equal(await evaluate("${{ not_null(task.nothing, 'x') }}"), 'x')
  t.equal(await evaluate("${{ not_null(later, 'x') }}"), 'x', 'a default serves for what was never captured, too')
})

t.test('a list or an object does not slip into a text', async (t) => {
  await t.rejects(evaluate('at ${{ task }}'), { code: 'expression', message: /is an object/, hint: /to_string/ })
  await t.rejects(evaluate('at ${{ task.labels }}'), { message: /is a list/ })
})

t.test('a function that does not fit its value is an error of the expression', async (t) => {
  await t.rejects(evaluate('${{ length(port) }}'), { code: 'expression', message: /length\(port\)/ })
})

t.test('the environment is texts', async (t) => {
  const env = (entries: JsonObject) => evaluateEnvironment(toEntries(entries), scopeOf(), evaluation)
  t.same(await env({ PORT: '${{ port }}', ON: true, IMAGE: '${{ image }}:${{ tag }}' }), { PORT: '7001', ON: 'true', IMAGE: 'nginx:1.20' })
  await t.rejects(env({ TASK: '${{ task }}' }), { code: 'expression', message: 'env.TASK is not a text but an object' })
  await t.rejects(env({ LABELS: '${{ task.labels }}' }), { message: 'env.LABELS is not a text but a list' })
})

t.test('a condition is true as JMESPath sees truth', async (t) => {
  const holds = (source: string) => evaluateCondition(toValue(`\${{ ${source} }}`) as Expression, scopeOf(), evaluation)
  const truths: Readonly<Record<string, boolean>> = {
    image: true,
    port: true,
    task: true,
    'task.labels': true,
    'port == `7001`': true,
    '`0`': true,
    off: false,
    empty: false,
    bare: false,
    none: false,
    later: false,
    '`{}`': false,
  }
  for (const [source, truth] of Object.entries(truths)) t.equal(await holds(source), truth, source)
})

t.test('what an expression makes of a secret is masked from then on', async (t) => {
  const mask = createMask()
  const scope = createScope({}, mask)
  scope.define('token', 'hunter2-hunter2', true)
  const value = await evaluateValue(toValue('${{ reverse(token) }}'), scope, evaluation)
  t.equal(value, '2retnuh-2retnuh')
  t.equal(mask.text(`it is ${value as string}`), 'it is ***')
})
