import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse, stringify } from 'yaml'
import { matchers } from '../../runner/matchers/index.ts'
import { stepKinds } from '../../runner/steps/index.ts'
import { withProperty } from '../../schemas/language/scenario-properties.ts'
import { renderReference } from '../../setup/write-docs.ts'
import { startLanguageServer } from './language-server.ts'

const root = new URL('../../', import.meta.url).pathname
const scenarioHead = '# yaml-language-server: $schema=../schemas/scenario.schema.json\nscenario: a test\nsteps:\n'
const clusterHead = '# yaml-language-server: $schema=./schemas/cluster.schema.json\n'
const server = await startLanguageServer()
t.teardown(() => server.stop())

function scenario(steps: string): readonly [string, string] {
  return [`${root}scenarios/edited.yaml`, `${scenarioHead}${steps}\n`]
}
function cluster(keys: string): readonly [string, string] {
  return [`${root}edited.yaml`, `${clusterHead}${keys}\n`]
}

t.test('an editor completes hosts, matchers, results, inputs and instance types', async (t) => {
  const hosts = ['bastion', 'prereqs', 'master', 'gateway', 'agents[0]', 'agents.all', 'agents.any', 'local']
  for (const [what, [path, text], labels] of [
    ['hosts of a step', scenario('  - run: date\n    host: |'), hosts],
    ['hosts of a grid', scenario('  - reach:\n      from:\n        - |'), hosts],
    ['kinds', scenario('  - name: x\n    |'), Object.keys(stepKinds)],
    ['matchers', scenario('  - host: gateway\n    run: date\n    expect:\n      stdout:\n        |'), Object.keys(matchers)],
    ['matchers inside matchers', scenario('  - assert:\n      x:\n        each:\n          |'), Object.keys(matchers)],
    ['results of run', scenario('  - host: gateway\n    run: date\n    expect:\n      |'), Object.keys(stepKinds['run']?.results ?? {})],
    [
      'results of http',
      scenario('  - host: gateway\n    http: { get: "http://localhost/" }\n    expect:\n      |'),
      Object.keys(stepKinds['http']?.results ?? {}),
    ],
    ['the shipped steps', scenario('  - use: |'), ['lib/activate.yaml', 'lib/submit.yaml', 'lib/kill.yaml']],
    ['inputs', scenario('  - use: lib/submit.yaml\n    with:\n      |'), ['job']],
    ['outputs', scenario('  - use: lib/submit.yaml\n    with: { job: {} }\n    expect:\n      |'), ['jobId']],
    ['instance types of agents', cluster('agents:\n  instanceType: |'), ['m4.large', 'm5.large', 'r4.16xlarge']],
    ['instance types of machines', cluster('machines:\n  master:\n    instanceType: |'), ['t3.medium', 'm5.large']],
    ['keys of the matrix', cluster('matrix:\n  |'), ['agents.instanceType', 'agents.capacity.desired']],
    ['values of the matrix', cluster('matrix:\n  agents.instanceType:\n    - |'), ['m4.large', 'm5.large']],
  ] as const) {
    const offered = await server.complete(path, text)
    t.strictSame(
      labels.filter((label) => !offered.includes(label)),
      [],
      `${what}: ${offered.join(' ')}`,
    )
  }
})

t.test('what may be expected is offered, explained and checked for each kind by its own result', async (t) => {
  const closed = Object.entries(stepKinds).filter(([, { results }]) => Object.keys(results).length > 0 && !Object.hasOwn(results, '*'))
  t.ok(closed.length > 6, `${closed.length} kinds`)
  for (const [kind, { example, results }] of closed) {
    const { expect: _, ...step } = parse(example) as Readonly<Record<string, unknown>>
    // Texts stand in quotes, since a bar marks the cursor.
    const lines = stringify([step], { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' }).trimEnd().split('\n')
    const expecting = (text: string) => scenario([...lines, `  expect:\n    ${text}`].join('\n').replaceAll(/^/gm, '  '))
    const offered = await server.complete(...expecting('|'))
    for (const [name, meaning] of Object.entries(results)) {
      t.ok(offered.includes(name), `${kind} offers ${name}: ${offered.join(' ')}`)
      const shown = plain(await server.hover(...expecting(`${name.slice(0, 1)}|${name.slice(1)}: 1`)))
      t.ok(shown.includes(plain(meaning)), `${kind} says of ${name}: ${shown}`)
    }
    const told = await server.diagnose(...expecting('unheardOf: 1'))
    t.ok(
      told.some((message) => message.startsWith(`${lines.length + 5}: `)),
      `${kind}: ${told.join('\n')}`,
    )
  }
})

/** What is shown, without the marks of Markdown that an editor does not show. */
function plain(text: string): string {
  return text.replaceAll(/[\\`]/g, '').replaceAll('&nbsp;', ' ')
}

t.test('an editor shows the words of the reference', async (t) => {
  const reference = Object.values(await renderReference()).join('\n')
  for (const [[path, text], words] of [
    [scenario('  - ho|st: gateway\n    run: date'), 'The machine that the step acts from'],
    [scenario('  - host: gateway\n    ru|n: date'), stepKinds['run']?.schema['description']],
    [scenario('  - host: gateway\n    run: date\n    expect:\n      std|out: x'), stepKinds['run']?.results['stdout']],
    [scenario('  - host: gateway\n    run: date\n    expect:\n      stdout: { con|tains: x }'), matchers['contains']?.summary],
    [scenario('  - use: lib/kill.yaml\n    with: { job|Id: x }'), 'The input jobId.'],
    [scenario('  - use: lib/kill.yaml\n    wi|th: { jobId: x }'), withProperty['description']],
    [cluster('agents: { instance|Type: m4.large }'), 'The EC2 instance type of the agents.'],
  ] as const) {
    const shown = plain(await server.hover(path, text))
    t.ok(shown.includes(plain(words as string)), `${text}\n${shown}`)
    t.ok(words === 'The input jobId.' || plain(reference).includes(plain(words as string)), `the reference says: ${words as string}`)
  }
})

t.test('an editor marks what is wrong, in its line', async (t) => {
  for (const [[path, text], line] of [
    [scenario('  - host: gatway\n    run: date'), 4],
    [scenario('  - host: agents\n    run: date'), 4],
    [scenario('  - reach: { from: [nobody], to: { x: "a:1" }, expect: { nobody: { x: open } } }'), 4],
    [scenario('  - host: gateway\n    run: date\n    expect:\n      stdout: { contains: x, unheardOf: y }'), 7],
    [scenario('  - host: gateway\n    run: date\n    expect:\n      exit: { gt: much }'), 7],
    [scenario('  - host: gateway\n    run: date\n    expect:\n      stdot: x'), 7],
    [scenario('  - host: gateway\n    run: date\n    expct: { stdout: x }'), 6],
    [scenario('  - use: lib/kill.yaml\n    with:\n      job: x'), 6],
    [scenario('  - use: lib/kill.yaml'), 4],
    [scenario('  - use: lib/submit.yaml\n    with:\n      job: text'), 6],
    [cluster('agents:\n  instanceType: t2.micro'), 3],
    [cluster('matrix:\n  agents.instanceType: [m4.large, t2.micro]'), 3],
  ] as const) {
    const told = await server.diagnose(path, text)
    t.ok(
      told.some((message) => message.startsWith(`${line}: `)),
      `${text}\n${told.join('\n')}`,
    )
  }
})

t.test('an editor finds nothing wrong with what is sound', async (t) => {
  const files = [
    'cluster.yaml',
    ...['scenarios/', 'scenarios/lib/'].flatMap((folder) => readdirSync(root + folder).map((name) => folder + name)),
  ]
  for (const file of files.filter((name) => name.endsWith('.yaml')))
    t.strictSame(await server.diagnose(root + file, readFileSync(root + file, 'utf8')), [], file)
  for (const [path, text] of [
    ...Object.values(stepKinds).map(({ example }) => scenario(`  - ${example.trim().replaceAll('\n', '\n    ')}`)),
    scenario(
      '  - host: ${{ agent }}\n    run: date\n    expect: { "length(stdout)": { gt: "${{ size }}" }, stdout: { not: { equals: "" } } }',
    ),
    scenario('  - host: agents[12]\n    run: date\n    expect: { json: { like: { anything: { gt: 1 } } } }'),
    scenario('  - assert: { x: { equals: { contains: 1, other: 2 } } }'),
    scenario('  - host: gateway\n    run: date\n    env: { PORT: 8080, ON: true }'),
    scenario('  - use: other/file.yaml\n    with: { anything: 1 }'),
  ])
    t.strictSame(await server.diagnose(path, text), [], text)
})
