import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tempFolder } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

function scenario(name: string, head = ''): string {
  return `# first line\nscenario: ${name}\n${head}steps:\n  - assert: { testbed.name: blue }\n`
}

t.test('list: names, files and tags, in the order of the files', async (t) => {
  const cwd = tempFolder(t)
  mkdirSync(join(cwd, 'scenarios'))
  writeFileSync(join(cwd, 'scenarios/a.yaml'), scenario('the first'))
  writeFileSync(
    join(cwd, 'scenarios/longer.yaml'),
    scenario('the second', 'tags: [smoke, slow]\nsetup: [{ assert: { testbed.name: blue } }]\n'),
  )
  writeFileSync(join(cwd, 'scenarios/steps.yaml'), 'steps:\n  - assert: { testbed.name: blue }\n')
  const told = await typeCommand(cwd, 'list')
  t.match(told, {
    code: 0,
    out: 'scenarios/a.yaml       the first\nscenarios/longer.yaml  the second  [smoke, slow]\n2 scenarios\n',
    err: /no scenarios: scenarios\/steps\.yaml/,
  })
  const { code, out } = await typeCommand(cwd, 'list', '--tag', 'slow', '--json')
  t.equal(code, 0)
  t.strictSame(JSON.parse(out), [{ name: 'the second', file: 'scenarios/longer.yaml', line: 2, tags: ['smoke', 'slow'], steps: 2 }])
  t.match(await typeCommand(cwd, 'list', '--grep', 'nothing', '--json'), { code: 0, out: '[]\n' })
})

t.test('list: a file with mistakes is told, and the others are listed', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'a.yaml'), scenario('the first'))
  writeFileSync(join(cwd, 'b.yaml'), 'scenario: x\nstep: []\n')
  t.match(await typeCommand(cwd, 'list', 'a.yaml', 'b.yaml'), { code: 2, out: /^a\.yaml {2}the first\n1 scenario\n$/, err: /unknown-key/ })
})
