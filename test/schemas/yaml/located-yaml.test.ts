import t from 'tap'
import { isFlaw, parseExpression, search } from '../../../schemas/language/expression.ts'
import { toJson } from '../../../schemas/yaml/located-node.ts'
import { parseLocatedYaml } from '../../../schemas/yaml/located-yaml.ts'
import { nearestName } from '../../../system/nearest-name.ts'
import { parseTestbed } from '../../../schemas/validation/parse-testbed.ts'
import { renderProblem } from '../../../schemas/render-problem.ts'
import { fillDefaults, validateValue } from '../../../schemas/validation/validate.ts'
import type { Json, JsonObject } from '../../../schemas/json.ts'

function codesOf(text: string): readonly string[] {
  return parseLocatedYaml(text, 'f').problems.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)
}

t.test('YAML 1.2 core, with a place for everything', async (t) => {
  const { root } = parseLocatedYaml('a: yes\nb: [1, 0x1F, "x"]\n? c\n: ~\n1.0: on\n__proto__: {x: 1}\n', 'f')
  t.equal(JSON.stringify(root === undefined ? null : toJson(root)), '{"a":"yes","b":[1,31,"x"],"c":null,"1.0":"on","__proto__":{"x":1}}')
  if (root?.kind !== 'map') return t.fail('a mapping')
  t.same(root.entries[1]?.keyPlace, { file: 'f', line: 2, column: 1, length: 1 })
  const list = root.entries[1]?.value
  t.same(list?.kind === 'list' ? list.items[2]?.place : undefined, { file: 'f', line: 2, column: 14, length: 3 })
})

t.test('what is no YAML, or not this YAML', async (t) => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'a: 1\nb: 2\na: 3\n': ['duplicate-key 3:1'],
    'a: [x, ${{ y }}]': ['quote-expression 1:8'],
    'a: {k: ${{ y }}}': ['quote-expression 1:8'],
    'a: {k: "${{ y }}", l: it\'s ${{ y }}}': ['quote-expression 1:28'],
    'a: {k: agents[0], l: "${{ y }}"}': ['yaml-syntax 1:14'],
    'a: {l: "\\"${{ y }}", k: agents[0]}': ['yaml-syntax 1:31'],
    'a: ${{ x ? 1 : 2 }}': ['quote-expression 1:4'],
    '${{ a }}: 1\nb: {{ x }}\n': ['key-not-text 2:5'],
    'a: &x {<<: {b: 1}}': ['merge-key 1:8'],
    'a: *x': ['unknown-anchor 1:4'],
    'a: &x [*x]': ['alias-cycle 1:8'],
    '%YAML 1.1\n---\na: yes\n': ['yaml-version 1:1'],
    'a: 1\n--- \nb: 2\n': ['several-documents 2:1'],
    'a: @b': ['yaml-syntax 1:4'],
    'a: "b\nc: 1\n': ['yaml-syntax 1:4'],
    'a:\n\tb: 1\n': ['yaml-syntax 2:1'],
    'a: !!binary aGk=': ['unknown-tag 1:4'],
    'a: !x &b c': ['unknown-tag 1:4'],
    'a: [*]': ['yaml-syntax 1:5'],
    '- { host: agents[0] }\n- b: 1\n  c: 2\n': ['yaml-syntax 1:17'],
    'a: {account}-logs': ['yaml-syntax 1:13'],
    'a: 1\n...\nbcd: 2\n': ['several-documents 3:1'],
    'a: &n b\n*n : c\n': ['key-not-text 2:1'],
    'a: 1\rb: 2\r': ['not-text 1:5'],
    'a: \u001b[31mred': ['not-text 1:4'],
    'a: caf\ufffd': ['not-text 1:7'],
    '\ufeffa: *x': ['unknown-anchor 1:4'],
    '': [],
    '# a comment': [],
    '"<<": 1': [],
  }
  for (const [text, codes] of Object.entries(cases)) t.same(codesOf(text), codes, JSON.stringify(text))
})

t.test('aliases cannot make a small file huge', async (t) => {
  const lines = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array.from({ length: 10 }, () => `*l${level}`).join(', ')}]`,
  )
  t.match(codesOf(`l0: &l0 x\n${lines.join('\n')}\n`), [/^too-large/])
  t.same(codesOf('a: 1\n'.repeat(300_000)), ['too-large 1:1'])
})

t.test('values nested without end are no defect of ours', async (t) => {
  for (const levels of [101, 400, 1000, 100_000]) {
    t.match(codesOf(`a: ${'['.repeat(levels)}${']'.repeat(levels)}`), [/^too-deep 1:/], `${levels} lists`)
    t.match(codesOf(`${'- '.repeat(levels)}a`), [/^too-deep 1:/], `${levels} lists, without brackets`)
    t.match(codesOf('{a: '.repeat(levels)), [/^(too-deep|yaml-syntax) 1:/], `${levels} mappings, never closed`)
  }
  t.same(codesOf(`${'['.repeat(90)}${']'.repeat(90)}`), [])
})

t.test('what is wrong with an expression is found soon, however long it is', async (t) => {
  const fault = parseExpression(`${Array.from({ length: 300 }, () => 'a.b').join(' || ')} || ) || a`)
  t.match(fault, { code: 'expression-syntax', index: 300 * 7 })
})

t.test('a schema’s union tells the branch that was meant', async (t) => {
  const schema: JsonObject = {
    anyOf: [
      { const: 'lab' },
      {
        type: 'object',
        additionalProperties: false,
        required: ['from'],
        properties: { from: { type: 'string' }, port: { type: 'integer', maximum: 9 } },
      },
      { type: 'array', items: { type: 'integer' } },
    ],
  }
  const codes = (value: Parameters<typeof validateValue>[0]): readonly string[] =>
    validateValue(value, schema, (path) => ({ file: path.join('.'), line: 1, column: 1, length: 1 })).map(({ code, place }) =>
      `${code} ${place?.file}`.trim(),
    )
  t.same(codes('lab'), [])
  t.same(codes('lap'), ['wrong-type'])
  t.same(codes(5), ['wrong-type'])
  t.same(codes({ from: 'x', port: 10, more: 1 }), ['unknown-key more', 'out-of-range port'])
  t.same(codes({}), ['missing-key'])
  t.same(codes([1, 'x']), ['wrong-type 1'])
  const step: JsonObject = {
    type: 'object',
    additionalProperties: false,
    properties: { run: {}, use: {}, host: {} },
    required: ['host'],
    oneOf: [{ required: ['run'] }, { required: ['use'] }],
    not: { required: ['use', 'host'] },
  }
  const told = (value: Parameters<typeof validateValue>[0]): readonly string[] =>
    validateValue(value, step, () => ({ file: '', line: 1, column: 1, length: 1 })).map(({ code }) => code)
  t.same(told('run ls'), ['wrong-type'], 'of a value of the wrong type nothing else')
  t.same(told({ rnu: 1, host: 1 }), ['unknown-key'], 'a misspelt key is not missing too')
  t.same(told({ sleep: 1, host: 1 }), ['unknown-key'])
  t.same(told({ run: 1, hots: 1 }), ['unknown-key'])
  t.same(told({ hots: 1 }).toSorted(), ['none-of', 'unknown-key'])
  t.same(told({ run: 1, use: 1, sleep: 1 }).toSorted(), ['missing-key', 'several-of', 'unknown-key'])
  t.same(validateValue('x', false, () => ({ file: '', line: 1, column: 1, length: 1 })).length, 1)
  t.same(
    validateValue('x', true, () => ({ file: '', line: 1, column: 1, length: 1 })),
    [],
  )
})

t.test('defaults are filled at every depth, and what is given stays', async (t) => {
  const schema: JsonObject = {
    type: 'object',
    properties: { a: { type: 'object', default: {}, properties: { b: { default: [1] } } }, c: { default: 2 } },
  }
  const given = { c: 3 }
  t.same(fillDefaults(given, schema), { a: { b: [1] }, c: 3 })
  t.same(given, { c: 3 })
})

t.test('expressions', async (t) => {
  t.same(search('a[?b > `1`].c | [0]', { a: [{ b: 1 }, { b: 2, c: 'x' }] }), 'x')
  t.equal(search('a.b', { a: 1 }), null)
  t.throws(() => search('length(a)', { a: 1 }), /length\(\)/)
  t.throws(() => search('a + b', { a: 'x', b: 1 }))
  const fault = (source: string): string => {
    const parsed = parseExpression(source)
    return isFlaw(parsed) ? `${parsed.code} ${parsed.index}` : 'sound'
  }
  const cases: Readonly<Record<string, string>> = {
    'a.b[0]': 'sound',
    '': 'expression-syntax 0',
    'a ==': 'expression-syntax 4',
    'a b': 'expression-syntax 2',
    'a..b': 'expression-syntax 2',
    'a # b': 'expression-syntax 2',
    'a[0': 'expression-syntax 3',
    "a == 'b": 'expression-syntax 5',
    'a == `1': 'expression-syntax 5',
    'a || defined(b)': 'unknown-function 5',
    'sort_by(a, &b).c': 'sound',
  }
  for (const [source, expected] of Object.entries(cases)) t.equal(fault(source), expected, source)
})

t.test('the name that was meant', async (t) => {
  const names = ['host', 'run', 'retryOn', 'instanceType', 'gt', 'in']
  t.same(
    ['hots', 'rnu', 'retry_on', 'InstanceType', 'instance-type', 'instancTyp', 'xyz', 'id', 'constructor'].map((name) =>
      nearestName(name, names),
    ),
    ['host', 'run', 'retryOn', 'instanceType', 'instanceType', 'instanceType', undefined, undefined, undefined],
  )
})

t.test('a problem in text: plain, in colour, without a place, under a tab', async (t) => {
  const problem = {
    code: 'invalid',
    severity: 'warning',
    message: 'm',
    place: { file: 'f', line: 2, column: 2, length: 3 },
    hint: 'h',
  } as const
  t.equal(
    renderProblem(problem, 'one\n\ttwo\nthree\n'),
    'f:2:2: warning: m [invalid]\n  1 | one\n  2 | \ttwo\n    | \t^^^\n  3 | three\n  do: h',
  )
  const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`
  const palette = { red: tag('r'), yellow: tag('y'), cyan: tag('c'), bold: tag('b'), dim: tag('d') }
  t.match(renderProblem(problem, 'one\n\ttwo\n', palette), /^<b>f:2:2<\/b>: <y>warning:<\/y> m .*\n(.*\n)*.*<y>\^\^\^<\/y>/)
  t.equal(renderProblem({ code: 'invalid', severity: 'error', message: 'm', expected: 'e' }), 'error: m [invalid]\n  expected: e')
})

t.test('the caret stands under its characters', async (t) => {
  const rendered = (source: string, column: number, length: number): readonly string[] =>
    renderProblem({ code: 'invalid', severity: 'error', message: 'm', place: { file: 'f', line: 1, column, length } }, source).split('\n')
  t.equal(rendered('a: 日本 x', 4, 2)[2], '    |    ^^^^', 'wide characters')
  t.equal(rendered('a: 日本 x', 7, 1)[2], '    |         ^', 'behind wide characters')
  t.equal(rendered('e\u0301: 😀 x', 8, 1)[2], '    |       ^', 'behind a combining mark and an emoji')
  t.equal(rendered('\ufeffa: x', 4, 1)[2], '    |    ^', 'behind a byte order mark')
  t.equal(rendered('a: \u001b[31m', 4, 1)[1], '  1 | a: \ufffd[31m', 'a terminal gets no control character')
  const [, line = '', caret = ''] = rendered(`${'x'.repeat(3000)} here ${'y'.repeat(3000)}`, 3002, 4)
  t.match(line, /^ {2}1 \| …x+ here y+…$/)
  t.ok(line.length < 140)
  t.equal(line.indexOf('here'), caret.indexOf('^^^^'))
  const message = renderProblem({ code: 'invalid', severity: 'error', message: 'unknown key "\u00a0a\u200b"' })
  t.equal(message, 'error: unknown key "\\u00a0a\\u200b" [invalid]', 'what cannot be seen is shown')
})

t.test('on a narrow terminal sentences are broken between words, and the caret stays under its characters', async (t) => {
  const source = `key: ${'x'.repeat(200)} here ${'y'.repeat(50)}\n`
  const column = source.indexOf('here') + 1
  const words = 'a sentence that is longer than any terminal of sixty columns could show in one line, '
  const problem = { code: 'invalid', severity: 'error', message: words, expected: words, hint: words.repeat(2) } as const
  for (const columns of [40, 60, 80]) {
    const lines = renderProblem({ ...problem, place: { file: 'f', line: 1, column, length: 4 } }, source, undefined, columns).split('\n')
    t.same(
      lines.filter((line) => line.length > Math.max(columns, 48)),
      [],
    )
    const [shown = '', caret = ''] = lines.slice(lines.findIndex((line) => line.includes('here')))
    t.equal(shown.indexOf('here'), caret.indexOf('^^^^'), `${columns} columns`)
  }
})

t.test('a testbed is read back, and anything else is refused', async (t) => {
  const hop = { name: 'bastion', address: '127.0.0.1', port: 2222, user: 'ubuntu', identityFile: '/k', hostKeys: ['ssh-ed25519 AAAA'] }
  const host = { name: 'bastion', instanceId: 'i-1', address: '10.30.1.10', user: 'ubuntu', route: [hop] }
  const testbed = {
    name: 'titus',
    target: 'lab',
    region: 'eu-west-1',
    account: '012345678901',
    hosts: [host],
    outputs: { a: 'b' },
    api: {},
  }
  t.same(parseTestbed(JSON.stringify(testbed, null, 2), 'f').testbed, testbed)
  const codes = (value: object): readonly string[] => parseTestbed(JSON.stringify(value), 'f').problems.map(({ code }) => code)
  t.same(codes({ ...testbed, account: 12 }), ['wrong-form'])
  t.same(codes({ ...testbed, hosts: [{ ...host, route: [] }] }), ['too-few'])
  t.same(codes({ ...testbed, hosts: [{ ...host, address: '10.30.1.999' }] }), ['wrong-form'])
  t.same(codes({ ...testbed, api: { endpoint: 'nowhere' } }), ['wrong-form'])
  t.same(codes({ ...testbed, extra: 1 }), ['unknown-key'])
  t.same(
    parseTestbed('', 'f').problems.map(({ code }) => code),
    ['empty-file'],
  )
  t.same(
    parseTestbed('{"name": ', 'f').problems.map(({ code }) => code),
    ['yaml-syntax'],
  )
})

t.test('what is no YAML is told with what to do', async (t) => {
  for (const [text, hint] of [
    ["a: [length(hosts[?up=='x']) > 1]", /in quotes: "agents\[0\]"/],
    ['a: { host: agents[0] }', /in quotes: "agents\[0\]"/],
    ['a: "b" #c\nb: x\nc: "d"#e\n', /check the indentation, the quotes and the brackets/],
    ['a: |x\n  b\n', /check the indentation/],
  ] as const)
    t.match(parseLocatedYaml(text, 'f').problems, [{ code: 'yaml-syntax', hint }], text)
})

t.test('a key that stands twice keeps nothing else from being told: the first counts', async (t) => {
  const { root, problems } = parseLocatedYaml('a: 1\nb: { c: 2, c: 3 }\na: 4\n', 'f')
  t.same(
    problems.map(({ code }) => code),
    ['duplicate-key', 'duplicate-key'],
  )
  t.same(root === undefined ? undefined : toJson(root), { a: 1, b: { c: 2 } })
})

t.test('how much a value may have is told with what is counted', async (t) => {
  const told = (value: Json, schema: JsonObject) => validateValue(value, schema).map(({ code, message }) => `${code}: ${message}`)
  t.same(told({ a: 1, b: 2 }, { type: 'object', maxProperties: 1 }), ['too-many: the value has more than 1 key'])
  t.same(told([1, 2, 3], { type: 'array', maxItems: 2 }), ['too-many: the value has more than 2 items'])
  t.same(told('abc', { type: 'string', maxLength: 1 }), ['too-many: the value has more than 1 character'])
  t.same(told([1], { type: 'array', minItems: 2 }), ['too-few: the value has fewer than 2 items'])
  t.same(told('', { type: 'string', minLength: 1 }), ['too-few: the value is empty'])
})
