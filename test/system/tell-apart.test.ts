import t from 'tap'
import { isToldApart, tellApart } from '../../system/tell-apart.ts'

t.test('equal names get numbers, and no number makes a name that another has', async (t) => {
  t.same(tellApart(['a', 'b', 'a', 'a']), ['a', 'b', 'a (2)', 'a (3)'])
  t.same(tellApart(['a', 'a', 'a (2)', 'a (2)']), ['a', 'a (3)', 'a (2)', 'a (2) (2)'])
  t.same(tellApart(['', '']), ['', ' (2)'])
})

t.test('a name is known by the one that it was given for', async (t) => {
  for (const given of tellApart(['a', 'a', 'a'])) t.ok(isToldApart(given, 'a'), given)
  for (const other of ['b', 'a (x)', 'a (2) (3)', 'aa', 'a(2)']) t.notOk(isToldApart(other, 'a'), other)
})
