import t from 'tap'
import { codesOf, load, scenarioOf } from './scenario-text.ts'

const steps = 'steps:\n  - assert: { testbed.name: x }\n'
const launch = `scenario: launch\nsteps:\n  - { name: a, host: gateway, run: echo, capture: { ip: stdout } }\noutputs: { ip: '\${{ ip }}', port: 80 }\n`
const files = {
  'dir/launch.yaml': launch,
  'dir/rows.yaml': launch.replace('steps:', 'cross: { size: [1, 2] }\nsteps:'),
  'dir/steps.yaml': 'steps:\n  - assert: { testbed.name: x }\n',
  'other/plain.yaml': `scenario: plain\n${steps}`,
}

t.test('what a needed scenario gives is read by the name that it has here', async (t) => {
  const text = `scenario: x
needs: { service: launch.yaml, shapes: ./rows.yaml, plain: ../other/plain.yaml }
vars: { url: 'http://\${{ service.ip }}:\${{ service.port }}/' }
steps:
  - assert: { 'service.port': 80, 'shapes[0].ip': '\${{ shapes[*].ip | [0] }}' }
`
  t.match((await scenarioOf(text, files)).needs, [
    { name: 'service', file: 'dir/launch.yaml', hasRows: false },
    { name: 'shapes', file: 'dir/rows.yaml', hasRows: true },
    { name: 'plain', file: 'other/plain.yaml', hasRows: false },
  ])
})

t.test('what is wrong with a need, and with what is read of one, is told at its place', async (t) => {
  const needs = 'needs: { service: launch.yaml, shapes: rows.yaml, plain: ../other/plain.yaml }\n'
  const codes = (head: string, of: typeof files | object = files) => codesOf(`${head}${steps}`, of as typeof files)
  t.same(await codes("vars: { a: '${{ service.ip }}' }\n"), ['undefined-variable 2:17'], 'used, and never needed')
  t.same(
    await codes(`${needs}vars: { a: '\${{ service.ipp }}', b: '\${{ plain.ip }}', c: '\${{ shapes.ip }}' }\n`),
    ['undefined-variable 3:17', 'undefined-variable 3:42', 'undefined-variable 3:64'],
    'no such output, none at all, a list',
  )
  t.same(await codes('needs: { a: lunch.yaml, b: steps.yaml }\n'), ['no-such-file 2:13', 'not-a-scenario 2:28'])
  t.same(await codes("needs: { a: '${{ file }}.yaml' }\n"), ['expression-not-here 2:13'])
  t.same(await codes('needs: { a: launch.yaml }\nvars: { a: 1 }\n'), ['name-taken 3:9'])
  t.same(await codes('needs: { testbed: launch.yaml }\n'), ['name-taken 2:10'])
  t.same(await codes('needs: { a-b: launch.yaml }\n'), ['bad-name 2:10'])
  t.same(await codes('needs: [launch.yaml]\n'), ['wrong-type 2:8'])
  t.same(await codes("needs: {}\nowner: ''\n"), ['too-few 2:8', 'too-few 3:8'])
  t.same(await codes("needs: { a: '', b: [x] }\n"), ['too-few 2:13', 'wrong-type 2:20'])
})

t.test('a circle is told with the place of each of its links', async (t) => {
  const of = (name: string, needs: string) => `scenario: ${name}\nneeds: ${needs}\n${steps}`
  const { problems } = await load(of('s', '{ a: a.yaml }'), {
    'dir/a.yaml': of('a', '{ b: ../other/b.yaml }'),
    'other/b.yaml': of('b', '{ gone: gone.yaml, s: ../dir/s.yaml }'),
  })
  t.same(
    problems.map(({ code, place, message }) => [code, place?.line, place?.column, message]),
    [
      [
        'needs-cycle',
        2,
        13,
        'dir/s.yaml needs dir/a.yaml (dir/s.yaml:2:13), which needs other/b.yaml (dir/a.yaml:2:13), which needs dir/s.yaml (other/b.yaml:2:30): none of them could run first',
      ],
    ],
  )
  t.same(await codesOf(`needs: { self: s.yaml }\n${steps}`, { 'dir/s.yaml': of('s', '{ self: s.yaml }') }), ['needs-cycle 2:16'])
  const beside = { 'dir/a.yaml': of('a', '{ b: b.yaml }'), 'dir/b.yaml': of('b', '{ a: a.yaml }') }
  t.same(await codesOf(`needs: { a: a.yaml }\n${steps}`, beside), [], 'a circle of others is told of them')
})

t.test('outputs are values from what the scenario knows in its end', async (t) => {
  t.same(await codesOf(`${steps}outputs: { a: '\${{ b }}' }\n`), ['undefined-variable 4:20'])
  t.same(
    await codesOf(
      `steps:\n  - { host: gateway, run: 'true', capture: { b: stdout } }\nalways:\n  - { host: gateway, run: 'true', capture: { c: stdout } }\noutputs: { a: '\${{ b }}', c: '\${{ c }}', d: 0x10 }\n`,
    ),
    ['ambiguous-scalar 6:45'],
  )
  t.same(await codesOf(`${steps}outputs: [a]\n`), ['wrong-type 4:10'])
})
