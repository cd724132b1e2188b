import t from 'tap'
import type { Json } from '../../../schemas/json.ts'
import { isFlaw, parseExpression, search } from '../../../schemas/language/expression.ts'
import { createNames, checkReads, defineName, forkNames } from '../../../schemas/language/names.ts'
import { hasExpression, parseBare, parseTemplate } from '../../../schemas/language/template.ts'
import type { Place, Problem } from '../../../schemas/problem.ts'

function placeAt(index: number): Place {
  return { file: 'f.yaml', line: 1, column: index + 1, length: 1 }
}

/** `NAME` or `NAME.MEMBER` of what an expression reads; what is wrong with it, and at which character. */
function readsOf(source: string) {
  const parsed = parseExpression(source)
  if (isFlaw(parsed)) return `${parsed.code} at ${parsed.index}, ${parsed.length}: ${parsed.message}`
  return parsed.reads.map(({ name, member }) => (member === undefined ? name : `${name}.${member}`))
}

t.test('the names that an expression reads of the scope, and none that it reads of a part of it', async (t) => {
  for (const [source, reads] of [
    ['task', ['task']],
    ['task.id', ['task.id']],
    ['task.id.length', ['task.id']],
    ['task && task.id', ['task', 'task.id']],
    ['items[0].name', ['items']],
    ['items[*].name', ['items']],
    ['items[?name == other].id', ['items']],
    ['*.name', []],
    ['length(items)', ['items']],
    ['sort_by(items, &name)', ['items']],
    ['[a, b.c]', ['a', 'b.c']],
    ['{ x: a, y: b }', ['a', 'b']],
    ['a | b', ['a.b']],
    ['@ | b', ['b']],
    ['@.a', ['a']],
    ['$.a', ['a']],
    ['a ? b : c', ['a', 'b', 'c']],
    ['!a', ['a']],
    ['a == `1`', ['a']],
    ["'text'", []],
    ['a[1:2]', ['a']],
    ['a + b', ['a', 'b']],
    ['let $x = a in $x.b', ['a']],
    ['"a b".c', ['a b.c']],
  ] as const) {
    t.same(readsOf(source), reads, source)
  }
})

t.test('what is wrong with an expression is told at its character', async (t) => {
  for (const [source, told] of [
    ['', /^expression-syntax at 0, 1: the expression is empty/],
    ['a.', /^expression-syntax at 2, 1: the expression is not finished/],
    ['a b', /^expression-syntax at 2, 1: "b" cannot stand here/],
    ['a == ]', /^expression-syntax at 5, 1: "]" cannot stand here/],
    ["a == 'x", /^expression-syntax at 5, 2: the ' is never closed/],
    ['a == `1', /^expression-syntax at 5, 2: the ` is never closed/],
    ['lenght(a)', /^unknown-function at 0, 6: there is no function lenght\(\)/],
    ['a && lenght(a)', /^unknown-function at 5, 6/],
  ] as const) {
    t.match(readsOf(source), told, source)
  }
  t.match(parseExpression('lenght(a)'), { hint: 'did you mean "length"?' })
})

t.test('an expression selects what JMESPath selects, and never what every object has', async (t) => {
  const data: Json = { a: { b: [1, 2, 3] }, constructor: 'mine' }
  for (const [source, found] of [
    ['a.b[-1]', 3],
    ['a.c', null],
    ['length(a.b)', 3],
    ['a.b[?@ > `1`]', [2, 3]],
    ['constructor', 'mine'],
    ['a.constructor', null],
    ['a.b.toString', null],
  ] as const) {
    t.same(search(source, data), found, source)
  }
  t.throws(() => search('length(`1`)', data), /length/)
})

/** The parts of a text: plain ones as they are, expressions as their source in angle brackets. */
function partsOf(text: string): readonly string[] {
  const { parts } = parseTemplate(text, placeAt)
  return parts.map((part) => part.text ?? `<${part.expression?.source}>`)
}

t.test('a text is split at its expressions, whatever stands in them', async (t) => {
  for (const [text, parts] of [
    ['plain', ['plain']],
    ['', []],
    ['${{ a }}', ['<a>']],
    ['x${{a}}y${{ b }}', ['x', '<a>', 'y', '<b>']],
    ["${{ {x: a} }}.${{ '}}' }}", ['<{x: a}>', '.', "<'}}'>"]],
    ['${{ {x: {y: a}} }}b', ['<{x: {y: a}}>', 'b']],
    ['$${{ a }}', ['${{ a }}']],
    ['a $ {{ b }}', ['a $ {{ b }}']],
    ['$$${{ a }}', ['$${{ a }}']],
    ['}} ${{ a }}', ['}} ', '<a>']],
  ] as const) {
    t.same(partsOf(text), parts, text)
  }
  t.match(parseTemplate('ab${{ c }}', placeAt).parts, [
    { from: 0, to: 2 },
    { from: 2, to: 10 },
  ])
  for (const [text, has] of [
    ['${{', true],
    ['$${{ a }}', false],
    ['a', false],
    ['$${{ a }} ${{ b }}', true],
  ] as const) {
    t.equal(hasExpression(text), has, text)
  }
})

t.test('each expression of a text that is wrong is told at its column', async (t) => {
  const told = (text: string) => parseTemplate(text, placeAt).problems.map(({ code, place }) => `${code} ${place?.column}`)
  t.same(told('a ${{ b'), ['unterminated-expression 3'])
  t.same(told('${{ a. }} ${{ lenght(b) }}'), ['expression-syntax 7', 'unknown-function 15'])
  t.same(told('${{ }}'), ['expression-syntax 5'])
  const problems: Problem[] = []
  t.equal(parseBare('${{ a }}', placeAt(0), placeAt, problems), undefined)
  t.match(problems, [{ code: 'expression-not-here', hint: 'remove ${{ and }}' }])
  t.match(parseBare('a.b && a', placeAt(0), placeAt, problems), { expression: { source: 'a.b && a', roots: ['a'] } })
})

/** What is wrong with reading these names, one after the other. */
function checkNames(names: ReturnType<typeof createNames>, source: string): readonly Problem[] {
  const parsed = parseExpression(source)
  const problems: Problem[] = []
  if (!isFlaw(parsed)) checkReads(parsed, (index) => ({ ...placeAt(index), line: 5 }), names, problems)
  return problems
}

t.test('a name is read only where it has a value', async (t) => {
  const names = createNames(
    new Map([
      ['late', { ...placeAt(0), line: 9 }],
      ['beside', { ...placeAt(0), line: 3 }],
    ]),
  )
  defineName('task', placeAt(0), names, [])
  t.same(checkNames(names, 'task.id && testbed.region && null'), [])
  t.match(checkNames(names, 'tsak.id || tsak'), [
    { code: 'undefined-variable', hint: 'did you mean "task"?', place: { column: 1, length: 4 } },
  ])
  t.match(checkNames(names, 'late'), [{ code: 'used-before-captured', message: 'late is captured only later, in line 9' }])
  t.match(checkNames(names, 'beside'), [{ message: 'beside is captured in line 3 by a step that runs at the same time' }])
  t.match(checkNames(names, 'testbed.reigon'), [{ message: 'a testbed has no "reigon"', hint: 'did you mean "region"?' }])
  t.match(checkNames(names, 'x == true'), [{}, { hint: 'JMESPath reads true as a name; write "`true`", in backticks' }])
})

t.test('a variable that a filter compares with a field of its items is told: both are read of the items', async (t) => {
  const names = createNames(new Map())
  for (const name of ['jobId', 'items']) defineName(name, placeAt(0), names, [])
  const told = { code: 'field-not-variable', severity: 'warning', place: { column: 13, length: 5 } }
  t.match(checkNames(names, 'items[?id==jobId]'), [
    { ...told, place: { column: 12 }, hint: '$.jobId is the variable; @.jobId says that the field is meant' },
  ])
  t.match(checkNames(names, 'items[? id==jobId && b]'), [told])
  t.match(checkNames(names, 'items[*].b[?jobId != `1` || jobId == c]'), [{ code: told.code }])
  const meant = [
    'items[?id==$.jobId]',
    'let $a = jobId in items[?id==$a]',
    'items[?id==@.jobId]',
    "items[?jobId=='x']",
    'items[?id==other]',
    'items == jobId',
  ]
  for (const source of meant) t.same(checkNames(names, source), [], source)
})

t.test('a name is given once, and what runs at the same time sees nothing of its siblings', async (t) => {
  const names = createNames(new Map())
  const problems: Problem[] = []
  const [left, right] = [forkNames(names), forkNames(names)]
  defineName('a', { ...placeAt(0), line: 2 }, left, problems)
  t.same(problems, [])
  t.equal(checkNames(left, 'a').length, 0)
  t.equal(checkNames(right, 'a').length, 1)
  defineName('a', placeAt(0), right, problems)
  defineName('testbed', placeAt(0), right, problems)
  t.match(problems, [
    { code: 'name-taken', message: 'the name a has a value already: it is defined in line 2' },
    { code: 'name-taken', message: 'the name testbed has a value already: it is always there' },
  ])
})
