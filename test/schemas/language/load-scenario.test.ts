import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { matchers as runnerMatchers } from '../../../runner/matchers/index.ts'
import { stepKinds } from '../../../runner/steps/index.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { loadScenario } from '../../../schemas/language/load-scenario.ts'
import { parseLocatedYaml } from '../../../schemas/yaml/located-yaml.ts'
import { validate } from '../../../schemas/validation/validate.ts'
import { renderSchemas } from '../../../setup/write-schemas.ts'
import { codesOf, firstStep, load, plain, scenarioOf } from './scenario-text.ts'

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
    "grep 'a$' '$HOME' \\$HOME 5$ {{.Names}}": ['grep', 'a$', '$HOME', '$HOME', '5$', '{{.Names}}'],
  }
  for (const [line, words] of Object.entries(cases)) {
    t.same(plain((await firstStep(`{ host: bastion, run: ${JSON.stringify(line)} }`)).params), words, line)
  }
  for (const operator of ['|', '||', '&&', '&', ';', '>', '>>', '<', '2>&1']) {
    t.same(await codesOf(`steps:\n  - host: bastion\n    run: a ${operator} b\n`), ['bad-command-line 4:12'], operator)
  }
  for (const expansion of ['$HOME', '"$HOME"', '$(date)', '${HOME}', '`date`', 'a$1']) {
    t.match(await codesOf(`steps:\n  - host: bastion\n    run: echo ${expansion}\n`), [/^bad-command-line 4:/], expansion)
  }
  t.same(await codesOf("steps:\n  - { host: bastion, run: '  ' }\n"), ['bad-command-line 3:28'])
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
  t.same(await codesOf("steps:\n  - host: bastion\n    http: { get: 'http://x/', insecure: '${{ testbed.outputs.n }}' }\n"), [])
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

t.test('durations have units', async (t) => {
  const timeout = async (text: string): Promise<number | undefined> =>
    (await load(`scenario: x\ntimeout: ${text}\nsteps: [{ host: bastion, run: a }]\n`)).scenario?.timeoutMs
  t.equal(await timeout('500ms'), 500)
  t.equal(await timeout('1.5s'), 1500)
  t.equal(await timeout('1h'), 3_600_000)
  for (const wrong of ['10', '0', '-1s', '5 m', '1d', 's', '1e3ms', '0s', '1000h']) t.equal(await timeout(wrong), undefined, wrong)
  t.same(await codesOf('steps:\n  - { host: bastion, run: a, until: { within: 1000h, every: 0ms }, timeout: 0s }\n'), [
    'bad-duration 3:47',
    'bad-duration 3:61',
    'bad-duration 3:77',
  ])
})

t.test('the shipped scenarios are sound under the runner’s own kinds and matchers', async (t) => {
  const folder = new URL('../../../scenarios/', import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  t.ok(names.length >= 5)
  for (const file of names) {
    const { problems } = await loadScenario({
      file,
      text: readFileSync(new URL(file, folder), 'utf8'),
      kinds: stepKinds,
      matchers: runnerMatchers,
      readFile: (path) => readFile(new URL(path, folder), 'utf8'),
    })
    t.same(problems, [], file)
  }
})

t.test('an editor finds nothing in the shipped files', async (t) => {
  const root = new URL('../../../', import.meta.url)
  const filesIn = (folder: string): readonly string[] =>
    readdirSync(new URL(folder, root)).flatMap((name) => (name.endsWith('.yaml') ? [`${folder}${name}`] : []))
  for (const file of ['cluster.yaml', ...filesIn('scenarios/'), ...filesIn('scenarios/lib/')]) {
    const text = readFileSync(new URL(file, root), 'utf8')
    // An editor reads the schema that the first line names, and scalars as YAML does.
    const schema = new URL(/^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '', new URL(file, root))
    const node = parseLocatedYaml(text, file).root
    t.same(node === undefined ? file : validate(node, JSON.parse(readFileSync(schema, 'utf8')) as JsonObject), [], file)
  }
})

t.test('the schemas for editors are current', async (t) => {
  for (const [path, text] of Object.entries(await renderSchemas())) {
    t.equal(
      readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'),
      text,
      `${path}: npx tsx setup/write-schemas.ts writes it anew`,
    )
  }
})
