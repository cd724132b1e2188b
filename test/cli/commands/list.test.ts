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
  t.strictSame(JSON.parse(out), [
    {
      name: 'the second',
      file: 'scenarios/longer.yaml',
      line: 2,
      tags: ['smoke', 'slow'],
      steps: 2,
      needs: {},
      requires: [],
      outputs: [],
    },
  ])
  t.match(await typeCommand(cwd, 'list', '--grep', 'nothing', '--json'), { code: 0, out: '[]\n' })
})

t.test('list: a file with mistakes is told, and the others are listed', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'a.yaml'), scenario('the first'))
  writeFileSync(join(cwd, 'b.yaml'), 'scenario: x\nstep: []\n')
  t.match(await typeCommand(cwd, 'list', 'a.yaml', 'b.yaml'), { code: 2, out: /^a\.yaml {2}the first\n1 scenario\n$/, err: /unknown-key/ })
})

t.test('list: rows, what each needs, before it, and requires', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'base.yaml'), `${scenario('the base')}outputs: { word: x }\n`)
  const head =
    "tags: [smoke]\nneeds: { first: base.yaml }\nrequires: [lab, 'length(hosts) > `1`']\ncross: { size: [1, 2], kind: [m4.large] }\n"
  writeFileSync(join(cwd, 'top.yaml'), scenario('the top', head))
  const told = '  [smoke]  needs base.yaml  requires lab, length(hosts) > `1`\n'
  t.match(await typeCommand(cwd, 'list', 'top.yaml'), {
    code: 0,
    out: `base.yaml  the base\ntop.yaml   the top (size: 1, kind: m4.large)${told}top.yaml   the top (size: 2, kind: m4.large)${told}3 scenarios\n`,
  })
  t.match(JSON.parse((await typeCommand(cwd, 'list', 'top.yaml', '--json')).out), [
    { name: 'the base', outputs: ['word'] },
    { row: { size: 1, kind: 'm4.large' }, needs: { first: 'base.yaml' }, requires: ['lab', 'length(hosts) > `1`'] },
    { row: { size: 2 } },
  ])
  const { out } = await typeCommand(cwd, 'explain', 'top.yaml')
  t.match(out, /^the row: size = 2, kind = m4\.large\nneeds base\.yaml to pass/m)
})
