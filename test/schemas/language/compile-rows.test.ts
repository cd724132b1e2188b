import t from 'tap'
import { expandRows } from '../../../schemas/language/compile-rows.ts'
import { codesOf, plain, scenarioOf } from './scenario-text.ts'

const steps = 'steps:\n  - assert: { a: { gt: 0 } }\n'

t.test('each row, and each combination of values, is a scenario of its own', async (t) => {
  const names = async (head: string) => {
    const expanded = expandRows(await scenarioOf(`scenario: x\n${head}\n${steps}`))
    return expanded.map(({ name, vars }) => [name, Object.fromEntries(vars.map(({ key, value }) => [key, plain(value)]))])
  }
  t.same(await names('matrix: [{ a: 1, b: m4.large }, { a: 2, b: [x, y] }]\nvars: { c: 3 }'), [
    ['x (a: 1, b: m4.large)', { a: 1, b: 'm4.large', c: 3 }],
    ['x (a: 2, b: ["x","y"])', { a: 2, b: ['x', 'y'], c: 3 }],
  ])
  t.same(
    (await names('cross: { a: [1, 2], b: [x, y] }')).map(([name]) => name),
    ['x (a: 1, b: x)', 'x (a: 1, b: y)', 'x (a: 2, b: x)', 'x (a: 2, b: y)'],
  )
  t.same(await names('vars: { a: 1 }'), [['x', { a: 1 }]])
})

t.test('what is wrong with rows is told at its place', async (t) => {
  t.same(await codesOf(`matrix: [{ a: 1 }, { b: 2 }, { a: 1.20 }, { a: 1 }]\n${steps}`), [
    'missing-cell 2:20',
    'unknown-cell 2:22',
    'ambiguous-scalar 2:35',
    'duplicate-row 2:43',
  ])
  t.same(await codesOf(`matrix: [{ a: 1 }]\ncross: { a: [1] }\n${steps}`), ['key-not-here 3:1'])
  t.same(await codesOf(`cross: { a: [1, 1] }\n${steps}`), ['duplicate-row 2:10'])
  t.same(await codesOf(`cross: { a: '\${{ b }}' }\n${steps}`), ['wrong-type 2:13', 'expression-not-here 2:14', 'undefined-variable 4:15'])
  t.same(await codesOf(`matrix: []\n${steps}`), ['too-few 2:9', 'undefined-variable 4:15'])
  t.same(await codesOf(`matrix: [{ a: 1 }]\nvars: { a: 2 }\n${steps}`), ['name-taken 3:9'])
  t.same(await codesOf(`exclusive: yes please\nknownFailure: ''\nowner: "a\\nb"\nmatrix: [{ a: 1 }]\n${steps}`), [
    'wrong-type 2:12',
    'too-few 3:15',
    'control-character 4:10',
  ])
  const many = Array.from({ length: 40 }, (_, index) => index).join(', ')
  t.same(await codesOf(`cross: { a: [${many}], b: [${many}] }\nvars: { a: 1 }\n${steps}`), ['matrix-too-large 2:8'])
})
