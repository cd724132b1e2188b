import t from 'tap'
import { readVariables } from '../../../schemas/validation/read-variables.ts'

t.test('a file of variables is a mapping of names to values', async (t) => {
  t.match(readVariables('image: nginx\nports: [80, 443]\n', 'v.yaml'), {
    problems: [],
    variables: [
      { name: 'image', value: 'nginx', place: { file: 'v.yaml', line: 1, column: 1 } },
      { name: 'ports', value: [80, 443] },
    ],
  })
})

t.test('all that is wrong with it is told at its place', async (t) => {
  const codes = (text: string) => readVariables(text, 'v.yaml').problems.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)
  t.same(codes(''), ['empty-file 1:1'])
  t.same(codes('[a]'), ['wrong-type 1:1'])
  t.same(codes('a: 1.20\nb: [{ c: "x ${{ a }}" }]\n1x: 2\n'), ['bad-name 3:1', 'ambiguous-scalar 1:4', 'expression-not-here 2:13'])
  t.same(codes('a: {'), ['yaml-syntax 1:5'])
})
