import t from 'tap'
import { ancestors } from '../../system/ancestors.ts'

t.test('a folder is first, and the root is last', async (t) => {
  t.same(ancestors('/a/b'), ['/a/b', '/a', '/'])
  t.same(ancestors('/'), ['/'])
})
