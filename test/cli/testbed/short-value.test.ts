import t from 'tap'
import { shortValues } from '../../../cli/testbed/short-value.ts'

t.test('values stand as JSON on one line, and what is no value in words', async (t) => {
  t.same(shortValues({ value: 'm4.large' }, { value: ['a', 1, true] }), ['"m4.large"', '["a",1,true]'])
  t.same(shortValues('absent', 'hidden'), ['nothing', '(hidden)'])
  t.same(shortValues({ value: 'a\n\u001b[31m' }, 'unknown'), [String.raw`"a\n\u001b[31m"`, '(known after apply)'])
  t.same(shortValues({ value: 'a\u202eb' }, 'absent'), [String.raw`"a\u202eb"`, 'nothing'], 'nothing turns the line around')
})

t.test('long values are cut in the middle', async (t) => {
  const [old, young] = shortValues({ value: `first ${'x'.repeat(200)} last` }, { value: 'short' })
  t.equal(old, `"first ${'x'.repeat(29)}…${'x'.repeat(29)} last"`)
  t.equal(old.length, 72)
  t.equal(young, '"short"')
})

t.test('values that differ only where they would be cut are shown from there', async (t) => {
  const long = (middle: string) => ({ value: `${'a'.repeat(200)}${middle}${'b'.repeat(200)}` })
  const [old, young] = shortValues(long('OLD'), long('NEW'))
  t.match(old, /^…a{16}OLDb+…b+"$/)
  t.match(young, /^…a{16}NEWb+…b+"$/)
  t.same(shortValues(long(''), long(''))[0], shortValues(long(''), long(''))[1])
})
