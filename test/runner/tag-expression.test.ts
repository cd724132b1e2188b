import t from 'tap'
import { parseTagExpression } from '../../runner/tag-expression.ts'

t.test('an expression over tags holds or does not', async (t) => {
  for (const [text, tags, holds] of [
    ['smoke', ['smoke'], true],
    ['smoke', ['slow'], false],
    ['smoke and not slow', ['smoke'], true],
    ['smoke and not slow', ['smoke', 'slow'], false],
    ['not smoke', [], true],
    ['not not smoke', ['smoke'], true],
    ['a or b and c', ['a'], true],
    ['a or b and c', ['b'], false],
    ['(a or b) and c', ['a'], false],
    ['(a or b) and c', ['b', 'c'], true],
    ['not (a or b)', ['c'], true],
    ['not a and b', ['b'], true],
    ['( a )or( b )', ['b'], true],
    ['android', ['android'], true],
    ['v1.2-x_y', ['v1.2-x_y'], true],
  ] as const) {
    const test = parseTagExpression(text)
    if (typeof test !== 'function') return t.fail(`${text}: ${test.message}`)
    t.equal(test(tags), holds, `${text} of ${tags.join()}`)
  }
})

t.test('what is no expression is told, with its place', async (t) => {
  for (const [text, index] of [
    ['', 0],
    ['  ', 2],
    ['and', 0],
    ['a and', 5],
    ['a b', 2],
    ['(a', 2],
    ['a)', 1],
    ['not', 3],
    ['a or or b', 5],
    ['()', 1],
  ] as const)
    t.match(parseTagExpression(text), { index, message: String }, text)
})
