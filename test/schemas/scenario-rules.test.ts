import t from 'tap'
import { kindOfFile } from '../../schemas/kind-of-file.ts'
import { checkStepFile } from '../../schemas/load-scenario.ts'
import { kinds, matchers } from './kinds.ts'
import { codesOf, load, scenarioOf } from './scenario-text.ts'

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
  t.same(await reads(''), ['too-few'])
})

t.test('steps at the same time do not see each other, later steps see all', async (t) => {
  const group =
    "  - group:\n      - { host: bastion, run: a, capture: { x: stdout } }\n      - { host: bastion, run: 'b ${{ x }}', capture: { y: stdout } }\n"
  t.same(await codesOf(`steps:\n${group}`), ['used-before-captured 5:38'])
  const sound = group.replace(' ${{ x }}', '')
  const { steps } = await scenarioOf(`scenario: x\nsteps:\n${sound}  - { host: bastion, run: 'c \${{ x }} \${{ y }}' }\n`)
  t.match(steps[0], { kind: 'group', timeoutMs: 600_000, steps: [{ name: 'run a' }, { name: 'run b' }] })
})

t.test('files that a step names have to be there', async (t) => {
  const step = "steps:\n  - host: gateway\n    http: { post: 'http://x/', jsonFile: jobs/a.json }\n"
  t.same(await codesOf(step), ['no-such-file 4:42'])
  t.same(await codesOf(step, { 'dir/jobs/a.json': '{}' }), [])
  t.same(await codesOf('steps:\n  - use: lib/u.yaml\n', { 'dir/lib/u.yaml': step, 'dir/jobs/a.json': '{}' }), [], 'beside the scenario')
  t.same(await codesOf(step.replace('jobs/a.json', "'${{ testbed.outputs.file }}'")), [], 'known only later')
  t.same(await codesOf(step, { 'dir/jobs/a.json': '{"a":1,}' }), ['bad-json 4:42'])
  t.same(await codesOf(step.replace('jobs', '/jobs'), { '/jobs/a.json': '{}' }), [], 'an absolute path')
  t.same(await codesOf('steps:\n  - use: /lib/u.yaml\n'), ['no-such-file 3:10'])
})

t.test('hosts that a step names anywhere have to be there', async (t) => {
  const step = 'steps:\n  - reach: { from: [bastion, gatway], to: {} }\n'
  t.same(await codesOf(step, {}, ['bastion', 'gateway']), ['unknown-host 3:30'])
  t.same(await codesOf(step), [], 'unknown which there are')
})

t.test('a file of steps is checked by itself too', async (t) => {
  const text = 'inputs: { a: { type: str } }\nsteps:\n  - run: echo ${{ b }}\n  - { host: x, rnu: y }\n'
  const source = { file: 'u.yaml', text, kinds, matchers, readFile: () => Promise.reject(new Error('none')) }
  t.same(
    (await checkStepFile(source)).map(({ code, place }) => `${code} ${place?.line}:${place?.column}`),
    ['unknown-value 1:22', 'missing-host 3:5', 'undefined-variable 3:19', 'unknown-key 4:16'],
  )
})

t.test('what a file is, by the keys at its top', async (t) => {
  const cases: Readonly<Record<string, string>> = {
    'scenario: x': 'scenario',
    '\ufeffscenario: x': 'scenario',
    '"scenario": x': 'scenario',
    '{"scenario": "x"}': 'scenario',
    '  scenario: x': 'scenario',
    'scenaro: x\nsteps: []': 'scenario',
    'scenario: [\n': 'scenario',
    'setup: []': 'scenario',
    'steps: []': 'steps',
    'outputs: {}': 'steps',
    '': 'cluster',
    'name: titus\nroles: { steps: {} }': 'cluster',
    '- scenario: x': 'cluster',
  }
  for (const [text, kind] of Object.entries(cases)) t.equal(kindOfFile(text), kind, JSON.stringify(text))
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
  t.same(await one("{ host: bastion, run: a, capture: { b: '${{ stdout }}' } }"), ['expression-not-here 3:45'])
  t.same(await one("{ host: bastion, run: a, expect: { '${{ exit }}': 0 } }"), ['expression-not-here 3:41'])
  t.same(await one("{ name: 'on ${{ testbed.name }}', host: bastion, run: a }"), ['expression-not-here 3:17'])
  t.same(await one('{ host: bastian, run: a }', ['bastion', 'agents']), ['unknown-host 3:13'])
  t.same(await one("{ host: 'agents[1]', run: a }", ['bastion', 'agents']), [])
  t.same(await one("{ host: bastion, script: 'echo ${{ testbed.name }}' }"), ['expression-in-script 3:36'])
  t.same(await one("{ host: bastion, script: 'echo $${{ x }}' }"), [])
  t.same(await one("{ host: bastion, script: 'echo ${{ nope }}' }"), ['expression-in-script 3:36'])
  t.same(await one('{ host: , run: a }'), ['wrong-type 3:13'])
  t.same(await one('{ hots: bastion, run: a }'), ['unknown-key 3:7'])
  t.same(await one('{ use: }'), ['wrong-type 3:12'])
  t.same(await one('{ group: [{ host: a, run: b }], expect: { c: 1 } }'), ['key-not-here 3:37'])
  t.same(await one("{ host: a, run: 'b ${{ c || }} && e' }"), ['expression-syntax 3:32'])
  t.same(await one('{ host: a, run: b, capture: { null: stdout } }'), ['name-taken 3:35'])
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
