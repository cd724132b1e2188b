import t from 'tap'
import type { HostNames } from '../../../schemas/resolve-host.ts'
import { kindOfFile } from '../../../schemas/yaml/kind-of-file.ts'
import { checkStepFile } from '../../../schemas/language/load-scenario.ts'
import { matchers } from '../../../runner/matchers/index.ts'
import { stepKinds } from '../../../runner/steps/index.ts'
import { stepKinds as kinds } from '../../../runner/steps/index.ts'
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

t.test('a variable in a filter over a result is told, since a result has none', async (t) => {
  const step =
    "steps:\n  - { host: bastion, run: a, capture: { jobId: stdout } }\n  - { host: bastion, run: b, expect: { 'json[?id == jobId]': [] } }\n"
  t.same(await codesOf(step), ['field-not-variable 4:53'])
  t.match(await load(`scenario: x\n${step}`), { problems: [{ severity: 'warning', hint: /capture the list, .*\$\.jobId in an assert/ }] })
})

t.test('steps at the same time do not see each other, later steps see all', async (t) => {
  const group =
    "  - group:\n      - { host: bastion, run: a, capture: { x: stdout } }\n      - { host: bastion, run: 'b ${{ x }}', capture: { y: stdout } }\n"
  t.same(await codesOf(`steps:\n${group}`), ['used-before-captured 5:38'])
  const sound = group.replace(' ${{ x }}', '')
  const { steps } = await scenarioOf(`scenario: x\nsteps:\n${sound}  - { host: bastion, run: 'c \${{ x }} \${{ y }}' }\n`)
  t.match(steps[0], { kind: 'group', timeoutMs: 600_000, steps: [{ name: 'run a' }, { name: 'run b' }] })
})

t.test('a pattern that takes a whole text of several lines is a note, and whole numbers of any length may be expected', async (t) => {
  const run = (expect: string) => codesOf(`steps:\n  - { host: x, run: ls, expect: ${expect} }\n`)
  const note = "{ stdout: { matches: '^a$' } }"
  t.same(await run(note), ['whole-text-pattern 3:54'])
  for (const flagged of [
    "{ stdout: { matches: { pattern: '^a$', flags: m } } }",
    "{ stdout: { matches: '^a' } }",
    "{ json.id: { matches: '^a$' } }",
  ])
    t.same(await run(flagged), [], flagged)
  t.same(await run("{ stdout: { matches: { pattern: '(' } } }"), ['bad-pattern 3:65'])
  t.same(await run('{ json.id: 9007199254740993 }'), [])
  t.same(await codesOf('vars: { id: 9007199254740993 }\nsteps:\n  - { host: x, run: ls }\n'), ['number-too-large 2:13'])
})

t.test('files that a step names have to be there', async (t) => {
  const step = "steps:\n  - host: gateway\n    http: { post: 'http://x/', json: jobs/a.json }\n"
  t.same(await codesOf(step), ['no-such-file 4:38'])
  t.same(await codesOf(step, { 'dir/jobs/a.json': '{}' }), [])
  t.same(await codesOf('steps:\n  - use: lib/u.yaml\n', { 'dir/lib/u.yaml': step, 'dir/jobs/a.json': '{}' }), [], 'beside the scenario')
  t.same(await codesOf(step.replace('jobs/a.json', "'${{ testbed.outputs.file }}'")), [], 'known only later')
  t.same(await codesOf(step, { 'dir/jobs/a.json': '{"a":1,}' }), ['bad-json 4:38'])
  t.same(await codesOf(step.replace('jobs', '/jobs'), { '/jobs/a.json': '{}' }), [], 'an absolute path')
  t.same(await codesOf('steps:\n  - use: /lib/u.yaml\n'), ['no-such-file 3:10'])
})

t.test('hosts that a step names anywhere have to be there', async (t) => {
  const step =
    'steps:\n  - reach: { from: [bastion, gatway], to: { x: localhost:80 }, expect: { bastion: { x: open }, gatway: { x: open } } }\n'
  t.same(await codesOf(step, {}, { machines: ['bastion', 'gateway'], groups: [] }), ['unknown-host 3:30'])
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
  const bed = { machines: ['bastion', 'gateway'], groups: ['agents'] }
  const one = async (rest: string, hosts?: HostNames): Promise<readonly string[]> => codesOf(`steps:\n  - ${rest}\n`, {}, hosts)
  t.same(await one('run: a'), ['missing-host 3:5'])
  t.same(await one("{ host: bastion, reach: { from: [bastion], to: { x: 'a:80' }, expect: { bastion: { x: open } } } }"), [
    'key-not-here 3:7',
  ])
  t.same(await one('{ host: bastion, run: a, with: {} }'), ['key-not-here 3:30'])
  t.same(await one('{ host: bastion }'), ['none-of 3:5'])
  t.same(await one('{ host: bastion, run: a, script: b }'), ['several-of 3:5'])
  t.same(await one("{ host: nobody, run: a, script: b, timeout: 0s, env: { A: '${{ c }}' }, expect: { x: { contians: d } } }", bed), [
    'several-of 3:5',
    'unknown-host 3:13',
    'bad-duration 3:49',
    'undefined-variable 3:68',
    'unknown-matcher 3:92',
  ])
  t.same(await one('{ host: bastion, copy: { text: a, to: b }, softt: true }'), ['no-assertion 2:1', 'unknown-key 3:48'])
  t.same(await one("{ host: bastion, http: { post: 'http://x/' }, until: { within: 1m } }"), ['not-idempotent 3:51'])
  t.same(await one("{ host: bastion, http: { post: 'http://x/' }, until: { within: 1m, idempotent: true } }"), [])
  t.same(await one("{ host: bastion, http: { put: 'http://x/' }, until: { within: 1m } }"), [])
  t.same(await one('{ host: bastion, run: a, expect: { stdout: { contians: b } } }'), ['unknown-matcher 3:50'])
  t.same(await one('{ host: bastion, run: a, expect: { json: { each: { contians: b } } } }'), ['unknown-matcher 3:56'])
  t.same(await one('{ host: bastion, run: a, expect: { json: { contains: b, id: 1 } } }'), ['unknown-matcher 3:61'])
  t.same(await one('{ host: bastion, run: a, expect: { json: { id: 1, name: x } } }'), [], 'a literal')
  t.same(await one('{ host: bastion, run: a, expect: { code: 1 } }'), ['unknown-result 3:40'])
  for (const left of [
    'stdout.state',
    'stderr[0]',
    'stdout[]',
    'stdout[?a].b',
    'stdout.*',
    'stdout | state',
    'length(stdout.items || `[]`)',
    '@.exit || stdout.a.b',
  ])
    t.same(await one(`{ host: bastion, run: a, expect: { '${left}': null } }`), [`unknown-result 3:${41 + /std/.exec(left)!.index}`], left)
  for (const left of ['stdout', 'stdout[0:3]', 'stdout | length(@)', 'stdout.length(@)', 'json.stdout.a', 'json | stdout'])
    t.same(await one(`{ host: bastion, run: a, expect: { '${left}': null } }`), [], left)
  t.same(await one("{ host: bastion, http: { get: 'http://x/' }, expect: { body.error: null } }"), ['unknown-result 3:60'])
  t.same(await one("{ host: bastion, http: { get: 'http://x/' }, capture: { id: 'body[0]' } }"), ['unknown-result 3:66'])
  t.same(await one('{ host: bastion, run: a, expect: { stdout: { lt: 80 } } }'), ['wrong-type 3:50'], 'a text is no number')
  t.same(await one("{ host: bastion, http: { get: 'http://x/' }, expect: { body: { not: 3, gte: 2 } } }"), ['wrong-type 3:76'])
  for (const right of ['to_number(stdout): { lt: 80 }', 'json: { lt: 80 }', 'exit: { lt: 3 }', 'stdout: { length: { lt: 80 } }'])
    t.same(await one(`{ host: bastion, run: a, expect: { ${right} } }`), [], right)
  t.same(await one('{ host: bastion, run: a, expect: { stdout: 1.20 } }'), ['ambiguous-scalar 3:48'])
  t.same(await one("{ host: bastion, run: a, capture: { b: '${{ stdout }}' } }"), ['expression-not-here 3:45'])
  t.same(await one("{ host: bastion, run: a, expect: { '${{ exit }}': 0 } }"), ['expression-not-here 3:41'])
  t.same(await one("{ name: 'on ${{ testbed.name }}', host: bastion, run: a }"), ['expression-not-here 3:17'])
  t.same(await one('{ host: bastian, run: a }', bed), ['unknown-host 3:13'])
  t.same(await one("{ host: 'agents[1]', run: a }", bed), [])
  t.same(await one("{ host: bastion, script: 'echo ${{ testbed.name }}' }"), ['expression-in-script 3:36'])
  t.same(await one("{ host: bastion, script: 'echo $${{ x }}' }"), [])
  t.same(await one("{ host: bastion, script: 'echo ${{ nope }}' }"), ['expression-in-script 3:36'])
  t.same(await one('{ host: , run: a }'), ['wrong-type 3:13'])
  t.same(await one('{ hots: bastion, run: a }'), ['unknown-key 3:7'])
  t.same(await one('{ use: }'), ['wrong-type 3:12'])
  t.same(await one('{ group: [{ host: a, run: b }], host: b }'), ['key-not-here 3:37'])
  t.same(await one('{ group: [{ host: a, run: b }], expect: { c: 1 } }'), ['unknown-result 3:47'])
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
  t.same(await codesOf('steps:\n  - { host: bastion, run: a, soft: true }\n'), ['no-assertion 2:1'], 'what is soft decides nothing')
  t.same(await codesOf('steps:\n  - use: u.yaml\n', { 'dir/u.yaml': copy }), ['no-assertion 2:1'])
  t.same(await codesOf('steps:\n  - use: u.yaml\n', { 'dir/u.yaml': `${copy}    # more\n  - { host: bastion, run: a }\n` }), [])
})

t.test('an expectation that nothing could be judged by is found where it stands', async (t) => {
  const right = async (expected: string): Promise<readonly string[]> =>
    codesOf(`vars: { n: 1 }\nsteps:\n  - { host: bastion, run: a }\n  - assert:\n      n: ${expected}\n`)
  const wrong: Readonly<Record<string, string>> = {
    '{ gt: abc }': 'wrong-type 6:16',
    '{ matches: 5 }': 'wrong-type 6:21',
    "{ matches: '(' }": 'bad-pattern 6:21',
    '{ schema: { type: nothing } }': 'bad-schema 6:20',
    '{ schema: { tpye: object } }': 'bad-schema 6:20',
    '{ in: abc }': 'wrong-type 6:16',
    '{ in: [] }': 'too-few 6:16',
    '{ length: abc }': 'wrong-type 6:20',
    '{ length: { contains: 1 } }': 'unknown-key 6:22',
    '{ length: { gt: x } }': 'wrong-type 6:26',
    '{ like: abc }': 'wrong-type 6:18',
    '{ not: { lt: x } }': 'wrong-type 6:23',
    '{ each: { any: { lte: x } } }': 'wrong-type 6:32',
    "{ like: { a: [{ b: { not: { matches: '[' } } }] } }": 'bad-pattern 6:47',
    '{ like: { a: { contians: x } } }': 'unknown-matcher 6:25',
    "{ gt: abc, lt: '${{ nope }}' }": 'wrong-type 6:16,undefined-variable 6:30',
  }
  for (const [expected, codes] of Object.entries(wrong)) t.equal((await right(expected)).join(), codes, expected)
  for (const expected of [
    "{ gt: '${{ n }}', matches: '(${{ n }}', in: '${{ n }}', length: '${{ n }}', schema: { type: '${{ n }}' } }",
    '{ equals: { gt: abc } }',
    '{ like: { capacity: { min: 1 }, name: { length: 3, gt: 2 }, size: { length: x, of: y } } }',
    '{ schema: { $id: urn:own:one, $defs: { b: { type: number } }, $ref: "#/$defs/b" } }',
    '2xx',
  ])
    t.same(await right(expected), [], expected)
})

t.test('a table of expectations has every cell, and no other', async (t) => {
  const table = async (step: string): Promise<readonly string[]> =>
    codesOf(`vars: { a: b }\nsteps:\n  - ${step}\n`, {}, undefined, stepKinds)
  const reach = (from: string, expected: string): string =>
    `reach: { from: ${from}, to: { p: 'h:1', q: 'http://h/' }, expect: ${expected} }`
  t.same(await table(reach('[a, b]', '{ a: { p: open, q: 200 }, b: { p: closed, q: "${{ a }}" } }')), [])
  t.same(await table(reach('[a, b]', '{ a: { p: open, q: 200 } }')), ['missing-cell 4:62'])
  t.same(await table(reach('[a]', '{ a: { p: open }, c: { p: open, q: open } }')), ['missing-cell 4:69', 'unknown-cell 4:85'])
  t.same(await table(reach('{ agent: a }', '{ agnet: { p: open, q: opne } }')), ['unknown-cell 4:78', 'wrong-type 4:99'])
  t.same(await table(reach("['${{ a }}']", '{ a: { p: open } }')), ['missing-cell 4:78'], 'the sources are known later')
  t.same(await table(reach('[a]', "'${{ a }}'")), [])
  t.same(await table('reach: { from: [a], to: { p: h }, expect: { a: { p: open } } }'), ['wrong-form 4:34'])
  const access = (calls: string): string => `access: { as: { x: a, y: b }, calls: { ${calls} } }`
  t.same(await table(access('s3 ls: { x: allowed, y: denied }')), [])
  t.same(await table(access('s3 ls: { x: allowed }, ec2: { x: open, y: denied, z: denied }')), [
    'missing-cell 4:44',
    'unknown-value 4:77',
    'unknown-cell 4:94',
  ])
  t.same(await table(access(`"s3 'ls": { x: allowed, y: denied }`)), ['bad-call 4:44'])
  t.same(await table(access('"s3 ls ${{ a }}": { x: allowed, y: denied }')), ['bad-call 4:44'], 'a key is no text')
  const named = (names: string): string => `access: { as: { x: a }, named: { ${names} }, calls: { "the agent's list": { x: allowed } } }`
  t.same(await table(named(`"the agent's list": [s3, ls, '\${{ a }}']`)), [])
  t.same(await table(named(`"the agent's lists": [s3, ls]`)), ['unknown-cell 4:38', 'bad-call 4:80'])
})

t.test('a choice is made from a group, and from nothing else', async (t) => {
  const bed = { machines: ['gateway'], groups: ['agents'] }
  const hosts = async (host: string): Promise<readonly string[]> => codesOf(`steps:\n  - { host: '${host}', run: a }\n`, {}, bed)
  for (const host of ['gateway', 'agents[0]', 'agents.all', 'agents.any', 'local']) t.same(await hosts(host), [], host)
  for (const host of ['gateway.all', 'gateway[0]', 'local.any', 'agents']) t.same(await hosts(host), ['bad-host 3:13'], host)
  const place =
    "vars: { c: x }\nsteps:\n  - access: { as: { x: { agent: gateway.any, container: '${{ c }}' } }, calls: { s3 ls: { x: denied } } }\n"
  t.same(await codesOf(place, {}, bed, stepKinds), ['bad-host 4:33'])
})

t.test('names are one line, without what a terminal or a report would obey', async (t) => {
  const named = (name: string): string => `steps:\n  - { name: ${name}, host: bastion, run: 'true' }\n`
  for (const escape of ['\\e[2J', '\\e]0;x\\a', '\\r', '\\n', '\\0', '\\x9b', '\\u202e', '\\L'])
    t.same(await codesOf(named(`"ok ${escape} not ok 1"`)), ['control-character 3:17'], escape)
  t.same(await codesOf(named('"ok 👩‍👩‍👧 日本"')), [])
  const { problems } = await load('scenario: "x\\ry"\nsteps:\n  - { host: bastion, run: "true" }\n')
  t.same(
    problems.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`),
    ['control-character 1:13'],
  )
  const { name, steps } = await scenarioOf('scenario: >\n  in two\n  lines\nsteps:\n  - { host: bastion, script: "\\e[2J" }\n')
  t.equal(name, 'in two lines', 'the line end of a block is none of its name')
  t.equal(steps[0]?.name, 'script \\u001b[2J', 'a step without a name shows what it does')
})
