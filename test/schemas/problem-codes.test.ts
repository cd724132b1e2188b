import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { codeGroups, problemCodes } from '../../schemas/problem-codes.ts'
import { root, sources } from '../architecture/sources.ts'

t.test('every code is used, has one group, and a cause and a cure that are sentences', async (t) => {
  const parts = ['system', 'schemas', 'stack', 'lab', 'runner', 'cli']
  const program = parts.flatMap(sources).filter((file) => !file.startsWith('schemas/problem-codes'))
  const text = program.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  t.same(
    Object.keys(problemCodes).filter((code) => !text.includes(`'${code}'`)),
    [],
    'no code is left that nothing tells',
  )
  const grouped = codeGroups.flatMap(({ codes }) => Object.keys(codes))
  t.same(grouped.toSorted(), Object.keys(problemCodes).toSorted(), 'no code stands in two groups')
  for (const [code, { cause, cure }] of Object.entries(problemCodes)) {
    t.match(code, /^[a-z]+(-[a-z]+)*$/)
    for (const sentence of [cause, cure]) t.match(sentence, /^\S.*[^.]\.$/, code)
  }
})
