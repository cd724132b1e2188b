import t from 'tap'
import { validateParams } from '../../../runner/engine/validate-params.ts'
import { stepKinds } from '../../../runner/steps/index.ts'
import type { StepKind } from '../../../runner/steps/kind.ts'
import type { Json } from '../../../schemas/json.ts'
import type { Value } from '../../../schemas/scenario.ts'

function at(line: number) {
  return { file: 'x.yaml', line, column: 1, length: 1 }
}

/** A map of which each value stands on a line of its own. */
const source: Value = {
  type: 'map',
  place: at(1),
  entries: [
    { key: 'get', keyPlace: at(2), value: { type: 'literal', value: '${{ url }}', place: at(2) } },
    {
      key: 'headers',
      keyPlace: at(3),
      value: {
        type: 'map',
        place: at(3),
        entries: [{ key: 'accept', keyPlace: at(4), value: { type: 'literal', value: 1, place: at(4) } }],
      },
    },
  ],
}

function validate(kind: string, evaluated: Json): Json {
  return validateParams(stepKinds[kind] as StepKind, evaluated, source)
}

t.test('what fits goes through', async (t) => {
  t.same(validate('http', { get: 'http://localhost/' }), { get: 'http://localhost/' })
})

t.test('what does not fit is told with all problems, at the place of the value that does not', async (t) => {
  t.throws(() => validate('http', { get: 'nowhere' }), { code: 'bad-parameter', place: { line: 2 }, message: /URL/ })
  t.throws(() => validate('http', { get: 'http://a/', headers: { accept: 'a\nb' } }), { code: 'bad-parameter', place: { line: 4 } })
  t.throws(() => validate('http', { get: 'nowhere', headers: { accept: 'a\nb' } }), { message: /URL.*\n.*/ }, 'both at once')
})

t.test('the words of a command are made texts, and a text is split as a shell splits it', async (t) => {
  t.same(validate('run', ['sleep', 1, true]), ['sleep', '1', 'true'])
  t.same(validate('run', `echo 'a b' c`), ['echo', 'a b', 'c'])
  t.throws(() => validate('run', `echo 'open`), { code: 'bad-command-line' })
  t.throws(() => validate('run', []), { code: 'bad-parameter' })
})

t.test('a kind looks at its values once more when they are all known', async (t) => {
  const table = { from: ['bastion'], to: { web: 'a:80' }, expect: { bastion: {} } }
  t.throws(() => validate('reach', table), { code: 'missing-cell', message: /web/ })
})
