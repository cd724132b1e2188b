import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { stepKinds } from '../../runner/steps/index.ts'
import { matchers as runnerMatchers } from '../../runner/expect/index.ts'
import { loadScenario } from '../../schemas/load-scenario.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Scenario, Step, Value } from '../../schemas/scenario.ts'
import { renderSchemas } from '../../setup/write-schemas.ts'
import { kinds, matchers } from './kinds.ts'

type Files = Readonly<Record<string, string>>

async function load(
  text: string,
  files: Files = {},
  hosts?: readonly string[],
): Promise<{ readonly scenario?: Scenario; readonly problems: readonly Problem[] }> {
  const reader = async (path: string): Promise<string> =>
    files[path] ?? Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }))
  return loadScenario({ file: 'dir/s.yaml', text, kinds, matchers, readFile: reader, ...(hosts === undefined ? {} : { hosts }) })
}

async function scenarioOf(text: string, files: Files = {}): Promise<Scenario> {
  const { scenario, problems } = await load(text, files)
  if (scenario === undefined) throw new Error(problems.map(({ message }) => message).join('\n'))
  return scenario
}

async function codesOf(steps: string, files: Files = {}, hosts?: readonly string[]): Promise<readonly string[]> {
  return (await load(`scenario: x\n${steps}`, files, hosts)).problems.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)
}

/** A value without its places. */
function plain(value: Value | undefined): unknown {
  if (value === undefined) return undefined
  if (value.type === 'literal') return value.value
  if (value.type === 'expression') return { expression: value.source }
  if (value.type === 'text') return { text: value.parts.map((part) => (typeof part === 'string' ? part : { expression: part.source })) }
  if (value.type === 'list') return value.items.map(plain)
  return Object.fromEntries(value.entries.map(({ key, value: inner }) => [key, plain(inner)]))
}

async function firstStep(step: string): Promise<Step> {
  const [first] = (await scenarioOf(`scenario: x\nsteps:\n  - ${step}\n`)).steps
  if (first === undefined) throw new Error('no step')
  return first
}

t.test('a scenario in full', async (t) => {
  const text = `
scenario: in full
tags: [smoke, 1.20]
timeout: 1m30s
vars: { image: nginx, ref: '\${{ image }}:stable', count: 2 }
env: { LEVEL: 0644 }
setup:
  - { host: bastion, run: 'true' }
steps:
  - name: all keys
    host: agents.any
    in: { container: '\${{ testbed.outputs.id }}' }
    env: { N: 5, REF: '\${{ ref }}' }
    if: \${{ count > \`1\` }}
    soft: true
    tags: [slow]
    timeout: 500ms
    until: { within: 2m, every: 250ms, retryOn: [connection] }
    run: [docker, ps, 1.20, '\${{ count }}']
    expect: { exit: 0, stdout: { matches: '^a', not: { contains: b } }, 'json.items[0].id': '\${{ ref }}' }
    capture: { id: json.id, token: { from: stdout, secret: true } }
always:
  - { host: bastion, run: 'echo \${{ id }}' }
`
  const { name, tags, timeoutMs, vars, env, setup, steps, always } = await scenarioOf(text)
  t.match({ name, tags, timeoutMs }, { name: 'in full', tags: ['smoke', '1.20'], timeoutMs: 90_000 })
  t.same(
    vars.map(({ key, value }) => [key, plain(value)]),
    [
      ['image', 'nginx'],
      ['ref', { text: [{ expression: 'image' }, ':stable'] }],
      ['count', 2],
    ],
  )
  t.same(
    env.map(({ value }) => plain(value)),
    ['0644'],
  )
  const [step] = steps
  t.match(step, {
    name: 'all keys',
    kind: 'run',
    soft: true,
    tags: ['slow'],
    timeoutMs: 500,
    place: { file: 'dir/s.yaml', line: 10, column: 5 },
  })
  t.same(step?.until, { withinMs: 120_000, everyMs: 250, retryOn: ['connection'], idempotent: false })
  t.same(plain(step?.params), ['docker', 'ps', '1.20', { text: [{ expression: 'count' }] }])
  t.same(plain(step?.container), { expression: 'testbed.outputs.id' })
  t.same(
    step?.env.map(({ key, value }) => [key, plain(value)]),
    [
      ['N', '5'],
      ['REF', { expression: 'ref' }],
    ],
  )
  t.match(step?.if, { type: 'expression', source: 'count > `1`', roots: ['count'] })
  t.same(
    step?.expect.map(({ key, value }) => [key, plain(value)]),
    [
      ['exit', 0],
      ['stdout', { matches: '^a', not: { contains: 'b' } }],
      ['json.items[0].id', { expression: 'ref' }],
    ],
  )
  t.match(step?.capture, [
    { name: 'id', from: 'json.id', secret: false },
    { name: 'token', from: 'stdout', secret: true },
  ])
  t.equal(setup[0]?.name, 'run true')
  t.equal(setup[0]?.timeoutMs, 60_000)
  t.equal(always.length, 1)
  t.throws(() => Object.assign(steps[0] ?? {}, { name: 'other' }), TypeError)
})

t.test('words are split before expressions have values', async (t) => {
  const cases: Readonly<Record<string, unknown>> = {
    'docker ps -q': ['docker', 'ps', '-q'],
    '  a\t b ': ['a', 'b'],
    'echo \'a b\' "c d"e f\\ g \'\' "it\'s" "a\\"b"': ['echo', 'a b', 'c de', 'f g', '', "it's", 'a"b'],
    'a ${{ testbed.name }}x "${{ testbed.region }} y"': [
      'a',
      { text: [{ expression: 'testbed.name' }, 'x'] },
      { text: [{ expression: 'testbed.region' }, ' y'] },
    ],
    "x ${{ join(' ', testbed.hosts[*].name) }}": ['x', { text: [{ expression: "join(' ', testbed.hosts[*].name)" }] }],
    "awk '{ print $1 }' a|b '|' x>y": ['awk', '{ print $1 }', 'a|b', '|', 'x>y'],
    'echo $${{ not }}': ['echo', '${{', 'not', '}}'],
  }
  for (const [line, words] of Object.entries(cases)) {
    t.same(plain((await firstStep(`{ host: bastion, run: ${JSON.stringify(line)} }`)).params), words, line)
  }
  for (const operator of ['|', '||', '&&', '&', ';', '>', '>>', '<', '2>&1']) {
    t.same(await codesOf(`steps:\n  - host: bastion\n    run: a ${operator} b\n`), ['bad-command-line 4:12'], operator)
  }
})

t.test('a text stays as written, an expression keeps its type', async (t) => {
  const step = await firstStep(
    "{ host: bastion, http: { post: 'http://x/', json: { a: '${{ testbed.hosts }}', b: 'x ${{ testbed.name }}', c: '$${{ d }}', e: 1, f: true, g: null, h: 0.5 } } }",
  )
  t.same(plain(step.params), {
    post: 'http://x/',
    json: {
      a: { expression: 'testbed.hosts' },
      b: { text: ['x ', { expression: 'testbed.name' }] },
      c: '${{ d }}',
      e: 1,
      f: true,
      g: null,
      h: 0.5,
    },
  })
  t.same(plain((await firstStep('{ host: bastion, run: [chmod, 0644, 1.20, 012345678901, yes, 2020-01-01, 12:30, 1e3] }')).params), [
    'chmod',
    '0644',
    '1.20',
    '012345678901',
    'yes',
    '2020-01-01',
    '12:30',
    '1e3',
  ])
  t.same(await codesOf("steps:\n  - host: bastion\n    http: { get: 'http://x/', retries: '${{ testbed.outputs.n }}' }\n"), [])
})

t.test('the place of a mistake inside a scalar is exact, however the scalar is written', async (t) => {
  const at = async (line: string): Promise<readonly string[]> =>
    codesOf(`steps:\n  - host: bastion\n    script: 'true'\n    env:\n      A: ${line}\n`)
  t.same(await at('x ${{ nope }}'), ['undefined-variable 6:16'])
  t.same(await at("'it''s ${{ nope }}'"), ['undefined-variable 6:21'])
  t.same(await at('"a\\tb\\u0041 ${{ nope }}"'), ['undefined-variable 6:26'])
  t.same(
    await at('"${{ not_null(\\"x\\", nope) }}"'),
    ['undefined-variable 6:31', 'undefined-variable 6:24'].toSorted((a, b) => a.localeCompare(b)),
  )
  t.same(await at('|\n        one\n          two ${{ nope }}\n'), ['undefined-variable 8:19'])
  t.same(await at('>-\n        one\n        two ${{ nope }} ${{ testbed.name'), ['undefined-variable 8:17', 'unterminated-expression 8:25'])
  t.same(await at('one\n        two ${{ nope }}'), ['undefined-variable 7:17'])
})

t.test('a name is read only where it has a value', async (t) => {
  const step = (run: string, more = ''): string => `  - { host: bastion, run: '${run}'${more} }\n`
  t.same(await codesOf(`steps:\n${step('echo ${{ a }}')}${step('true', ', capture: { a: stdout }')}`), ['used-before-captured 3:37'])
  t.same(await codesOf(`steps:\n${step('true', ', capture: { a: stdout }')}${step('echo ${{ a }}')}`), [])
  t.same(await codesOf(`steps:\n${step('echo ${{ a }}', ', capture: { a: stdout }')}`), ['used-before-captured 3:37'])
  t.same(await codesOf(`setup:\n${step('true', ', capture: { a: stdout }')}steps:\n${step('echo ${{ a }}')}`), [])
  t.same(await codesOf(`steps:\n${step('true', ', capture: { a: stdout }')}always:\n${step('echo ${{ a }}')}`), [])
  t.same(await codesOf(`steps:\n${step('true', ', capture: { a: stdout }')}${step('true', ', capture: { a: stdout }')}`), [
    'name-taken 4:46',
  ])
  t.same(await codesOf(`vars: { a: 1 }\nsteps:\n${step('true', ', capture: { a: stdout }')}`), ['name-taken 4:46'])
  t.same(await codesOf(`vars: { testbed: 1 }\nsteps:\n${step('true')}`), ['name-taken 2:9'])
  t.same(await codesOf(`steps:\n${step('echo ${{ env.HOME }}')}`), ['undefined-variable 3:37'])
  t.same(await codesOf(`vars: { a: '\${{ b }}', b: 1 }\nsteps:\n${step('true')}`), ['undefined-variable 2:17'])
})

t.test('only the names that an expression reads from the scope count', async (t) => {
  const reads = async (expression: string): Promise<unknown> => {
    const { scenario, problems } = await load(
      `scenario: x\nvars: { a: 1, b: [], c: {} }\nsteps:\n  - host: bastion\n    run: 'true'\n    if: ${JSON.stringify(expression)}\n`,
    )
    return scenario?.steps[0]?.if?.roots ?? problems.map(({ code }) => code)
  }
  t.same(await reads('b[?x == `1`].y | [0]'), ['b'])
  t.same(await reads('b[*].{p: q, r: s}'), ['b'])
  t.same(await reads('sort_by(b, &name)[0].c.d && a'), ['b', 'a'])
  t.same(await reads('{one: a, two: c.x}'), ['a', 'c'])
  t.same(await reads('$.a'), ['a'])
  t.same(await reads('b[?x == $.a]'), ['b', 'a'])
  t.same(await reads('@ | a'), ['a'])
  t.same(await reads('let $n = a in b[?x == $n]'), ['a', 'b'])
  t.same(await reads('c.x.y[0] != null'), ['c', 'null'])
  t.same(await reads('map(&(x || nope), b)'), ['b'])
  t.same(await reads('b[].nope'), ['b'])
  t.same(await reads('c.*.nope'), ['c'])
  t.same(await reads('a + nope'), ['undefined-variable'])
  t.same(await reads('contains(b, nope)'), ['undefined-variable'])
  t.same(await reads("'a literal"), ['expression-syntax'])
  t.same(await reads('${{ a }} and more'), ['not-an-expression'])
  t.same(await reads(''), ['too-few', 'expression-syntax'])
})

t.test('steps at the same time do not see each other, later steps see all', async (t) => {
  const group =
    "  - group:\n      - { host: bastion, run: a, capture: { x: stdout } }\n      - { host: bastion, run: 'b ${{ x }}', capture: { y: stdout } }\n"
  t.same(await codesOf(`steps:\n${group}`), ['used-before-captured 5:38'])
  const sound = group.replace(' ${{ x }}', '')
  const { steps } = await scenarioOf(`scenario: x\nsteps:\n${sound}  - { host: bastion, run: 'c \${{ x }} \${{ y }}' }\n`)
  t.match(steps[0], { kind: 'group', timeoutMs: 600_000, steps: [{ name: 'run a' }, { name: 'run b' }] })
})

t.test('step files have inputs, outputs and a scope of their own', async (t) => {
  const files = {
    'dir/lib/launch.yaml':
      "inputs:\n  job: { type: object }\n  tag: { type: string, default: 1.20 }\n  more: { type: any, required: false }\nsteps:\n  - { host: gateway, http: { post: 'http://x/${{ tag }}', json: '${{ job }}' }, capture: { got: json } }\n  - use: ../other.yaml\noutputs: { id: '${{ got.id }}', fixed: text }\n",
    'dir/other.yaml': 'steps:\n  - { host: bastion, run: "true" }\n',
  }
  const scenario = await scenarioOf(
    "scenario: x\nsteps:\n  - use: lib/launch.yaml\n    with: { job: { a: '${{ testbed.name }}' }, tag: 0644 }\n    expect: { fixed: text }\n    capture: { id: id }\n  - { host: bastion, run: 'echo ${{ id }}' }\n",
    files,
  )
  const [step] = scenario.steps
  t.same(plain(step?.params), { job: { a: { expression: 'testbed.name' } }, tag: '0644' })
  t.match(step?.use, {
    file: 'dir/lib/launch.yaml',
    inputs: [
      { name: 'job', type: 'object', required: true },
      { name: 'tag', required: false },
      { name: 'more', required: false },
    ],
  })
  t.equal(plain(step?.use?.inputs[1]?.default), '1.20')
  t.equal(step?.use?.steps[1]?.use?.file, 'dir/other.yaml')
  t.same(
    step?.use?.outputs.map(({ key, value }) => [key, plain(value)]),
    [
      ['id', { expression: 'got.id' }],
      ['fixed', 'text'],
    ],
  )

  const using = (rest: string): string => `steps:\n  - use: lib/launch.yaml\n    with: ${rest}\n`
  t.same(await codesOf(using('{}'), files), ['missing-input 4:11'])
  t.same(await codesOf(using('{ job: text }'), files), ['wrong-type 4:18'])
  t.same(await codesOf(using("{ job: 'a ${{ testbed.name }}' }"), files), ['wrong-type 4:18'])
  t.same(await codesOf(using("{ job: '${{ testbed }}', jub: 1 }"), files), ['unknown-input 4:36'])
  t.same(await codesOf(using('{ job: { n: 1.20 } }'), files), ['ambiguous-scalar 4:23'])
  t.same(await codesOf(`${using('{ job: {} }')}    capture: { id: ID }\n`, files), ['unknown-result 5:20'])
  t.same(await codesOf(`${using('{ job: {} }')}    host: bastion\n`, files), ['key-not-here 5:5'])
  t.same(await codesOf('steps:\n  - use: lib/none.yaml\n'), ['no-such-file 3:10'])
  t.same(await codesOf("steps:\n  - use: '${{ testbed.name }}.yaml'\n"), ['expression-not-here 3:10'])
  t.same(
    await codesOf('vars: { secret: 1 }\nsteps:\n  - use: u.yaml\n', {
      'dir/u.yaml': "steps:\n  - { host: bastion, run: 'echo ${{ secret }}' }\n",
    }),
    ['undefined-variable 2:37'],
  )
  const { problems } = await load('scenario: x\nsteps:\n  - use: a.yaml\n', {
    'dir/a.yaml': 'steps:\n  - use: b.yaml\n',
    'dir/b.yaml': 'steps:\n  - use: a.yaml\n',
  })
  t.match(problems, [{ code: 'use-cycle', place: { file: 'dir/b.yaml', line: 2, column: 10 } }])
})

t.test('files that a step names have to be there', async (t) => {
  const step = "steps:\n  - host: gateway\n    http: { post: 'http://x/', jsonFile: jobs/a.json }\n"
  t.same(await codesOf(step), ['no-such-file 4:42'])
  t.same(await codesOf(step, { 'dir/jobs/a.json': '{}' }), [])
  t.same(await codesOf('steps:\n  - use: lib/u.yaml\n', { 'dir/lib/u.yaml': step, 'dir/jobs/a.json': '{}' }), [], 'beside the scenario')
  t.same(await codesOf(step.replace('jobs/a.json', "'${{ testbed.outputs.file }}'")), [], 'known only later')
})

t.test('rules between the keys of a step', async (t) => {
  const one = async (rest: string, hosts?: readonly string[]): Promise<readonly string[]> => codesOf(`steps:\n  - ${rest}\n`, {}, hosts)
  t.same(await one('run: a'), ['missing-host 3:5'])
  t.same(await one('{ host: bastion, reach: { from: [], to: {} } }'), ['key-not-here 3:7'])
  t.same(await one('{ host: bastion, run: a, with: {} }'), ['key-not-here 3:30'])
  t.same(await one('{ host: bastion }'), ['none-of 3:5'])
  t.same(await one('{ host: bastion, run: a, script: b }'), ['several-of 3:5'])
  t.same(await one("{ host: bastion, http: { post: 'http://x/' }, until: { within: 1m } }"), ['not-idempotent 3:51'])
  t.same(await one("{ host: bastion, http: { post: 'http://x/' }, until: { within: 1m, idempotent: true } }"), [])
  t.same(await one("{ host: bastion, http: { put: 'http://x/' }, until: { within: 1m } }"), [])
  t.same(await one('{ host: bastion, run: a, expect: { stdout: { contians: b } } }'), ['unknown-matcher 3:50'])
  t.same(await one('{ host: bastion, run: a, expect: { json: { each: { contians: b } } } }'), ['unknown-matcher 3:56'])
  t.same(await one('{ host: bastion, run: a, expect: { json: { contains: b, id: 1 } } }'), ['unknown-matcher 3:61'])
  t.same(await one('{ host: bastion, run: a, expect: { json: { id: 1, name: x } } }'), [], 'a literal')
  t.same(await one('{ host: bastion, run: a, expect: { code: 1 } }'), ['unknown-result 3:40'])
  t.same(await one('{ host: bastion, run: a, expect: { stdout: 1.20 } }'), ['ambiguous-scalar 3:48'])
  t.same(await one("{ host: bastion, run: a, capture: { b: '${{ stdout }}' } }"), ['expression-not-here 3:44'])
  t.same(await one("{ name: 'on ${{ testbed.name }}', host: bastion, run: a }"), ['expression-not-here 3:17'])
  t.same(await one('{ host: bastian, run: a }', ['bastion', 'agents']), ['unknown-host 3:13'])
  t.same(await one("{ host: 'agents[1]', run: a }", ['bastion', 'agents']), [])
  t.same(await one("{ host: bastion, script: 'echo ${{ testbed.name }}' }"), ['expression-in-script 3:36'])
  t.same(await one("{ host: bastion, script: 'echo $${{ x }}' }"), [])
})

t.test('assert reads the variables', async (t) => {
  t.same(await codesOf("vars: { a: 1 }\nsteps:\n  - assert: { 'a': 1, 'b.c': { gt: 1 } }\n    expect: { a: 1, d: 2 }\n"), [
    'undefined-variable 4:24',
    'undefined-variable 5:21',
  ])
})

t.test('a scenario that cannot fail is wrong', async (t) => {
  const copy = 'steps:\n  - { host: bastion, copy: { get: a } }\n'
  t.same(await codesOf(copy), ['no-assertion 2:1'])
  t.same(await codesOf(`${copy}always:\n  - { host: bastion, run: a }\n`), ['no-assertion 2:1'], 'always does not count')
  t.same(await codesOf(`setup:\n  - { host: bastion, run: a }\n${copy}`), [])
  t.same(await codesOf('steps:\n  - use: u.yaml\n', { 'dir/u.yaml': copy }), ['no-assertion 2:1'])
  t.same(await codesOf('steps:\n  - use: u.yaml\n', { 'dir/u.yaml': `${copy}    # more\n  - { host: bastion, run: a }\n` }), [])
})

t.test('durations have units', async (t) => {
  const timeout = async (text: string): Promise<number | undefined> =>
    (await load(`scenario: x\ntimeout: ${text}\nsteps: [{ host: bastion, run: a }]\n`)).scenario?.timeoutMs
  t.equal(await timeout('500ms'), 500)
  t.equal(await timeout('1.5s'), 1500)
  t.equal(await timeout('1h'), 3_600_000)
  for (const wrong of ['10', '0', '-1s', '5 m', '1d', 's', '1e3ms']) t.equal(await timeout(wrong), undefined, wrong)
})

t.test('the shipped scenarios are sound under the runner’s own kinds and matchers', async (t) => {
  const folder = new URL('../../scenarios/', import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  t.ok(names.length >= 5)
  for (const file of names) {
    const { problems } = await loadScenario({
      file,
      text: readFileSync(new URL(file, folder), 'utf8'),
      kinds: stepKinds,
      matchers: Object.keys(runnerMatchers),
      readFile: (path) => readFile(new URL(path, folder), 'utf8'),
    })
    t.same(problems, [], file)
  }
})

t.test('the schemas for editors are current', async (t) => {
  for (const [path, text] of Object.entries(await renderSchemas())) {
    t.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), text, `${path}: npx tsx setup/write-schemas.ts writes it anew`)
  }
})
