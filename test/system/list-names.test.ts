import t from 'tap'
import { listNames } from '../../system/list-names.ts'

t.test('few names stand there, of many the first and how many more', async (t) => {
  t.equal(listNames(['a']), 'a')
  t.equal(listNames(['a', 'b', 'c'], 3), 'a, b, c')
  t.equal(listNames(['a', 'b', 'c', 'd'], 3), 'a, b and 2 more')
})
