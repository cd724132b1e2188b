import t from 'tap'
import { fuzz } from './fuzz.ts'

t.test('generated files, expressions, templates, answers and results bring no exception of ours', async (t) => {
  const { findings } = await fuzz(240, 1)
  t.same(findings, [])
})
