import t from 'tap'
import { isDeeper, parseJson, renderJson, TooDeep } from '../../schemas/json-text.ts'

t.test('whole numbers keep their digits, everything else is read as ever', async (t) => {
  const text = String.raw`{"id":9007199254740993,"neg":-12345678901234567890,"text":"9007199254740993 \" 9007199254740993","f":1234567890123456.5,"e":12345678901234567e3,"small":[42,-0,1e2]}`
  const value = parseJson(text) as Readonly<Record<string, unknown>>
  t.strictSame(value['id'], 9007199254740993n)
  t.strictSame(value['neg'], -12345678901234567890n)
  t.strictSame([value['text'], value['f'], value['e']], ['9007199254740993 " 9007199254740993', 1234567890123456.5, 12345678901234567e3])
  t.equal(renderJson(parseJson('[9007199254740993,1]')), '[9007199254740993,1]')
  t.equal(renderJson({ a: [10n ** 30n] }, 2), `{\n  "a": [\n    1${'0'.repeat(30)}\n  ]\n}`)
  t.equal(renderJson({ a: 'x', b: undefined }), JSON.stringify({ a: 'x' }))
})

t.test('what is nested deeper than anything looks into is told, not walked', async (t) => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  for (const levels of [6000, 100_000, 1_000_000]) t.throws(() => parseJson(nested(levels)), TooDeep)
  t.doesNotThrow(() => renderJson(parseJson(nested(400))))
  t.throws(() => parseJson('[1'), SyntaxError)
  t.same([isDeeper([[1]], 2), isDeeper([[1]], 1)], [false, true])
})
