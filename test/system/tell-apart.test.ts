import t from 'tap'
import { tellApart } from '../../system/tell-apart.ts'

t.test('equal names get numbers, and no number makes a name that another has', async (t) => {
  t.same(tellApart(['a', 'b', 'a', 'a']), ['a', 'b', 'a (2)', 'a (3)'])
  t.same(tellApart(['a', 'a', 'a (2)', 'a (2)']), ['a', 'a (3)', 'a (2)', 'a (2) (2)'])
  t.same(tellApart(['', '']), ['', ' (2)'])
})
