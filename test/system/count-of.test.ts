import t from 'tap'
import { countOf } from '../../system/count-of.ts'

t.test('one is told in the singular, none and several in the plural', async (t) => {
  t.same(
    [0, 1, 2].map((count) => countOf(count, 'scenario')),
    ['0 scenarios', '1 scenario', '2 scenarios'],
  )
  t.equal(countOf(1, 'file is', 'files are'), '1 file is')
  t.equal(countOf(3, 'file is', 'files are'), '3 files are')
})
