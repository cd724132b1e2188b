import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tempFolder } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

const sound = 'scenario: x\nsteps:\n  - { name: a, host: bastion, run: "true" }\n'
const wrong = 'scenario: y\nsteps:\n  - { name: a, host: nowhere, run: "true" }\n'

t.test('validate: every file of the usual places, each by what it is', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'scenarios'))
  writeFileSync(join(folder, 'cluster.yaml'), 'name: blue\n')
  writeFileSync(join(folder, 'scenarios/x.yaml'), sound)
  t.match(await typeCommand(folder, 'validate'), { code: 0, out: '2 files are valid\n' })
  t.match(await typeCommand(folder, 'validate', 'scenarios/x.yaml'), { code: 0, out: '1 file is valid\n' })
})

t.test('validate: the problems of all files come at once, each with its place', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'scenarios'))
  writeFileSync(join(folder, 'cluster.yaml'), 'nam: blue\n')
  writeFileSync(join(folder, 'scenarios/x.yaml'), sound)
  writeFileSync(join(folder, 'scenarios/y.yaml'), wrong)
  const { code, out, err } = await typeCommand(folder, 'validate')
  t.equal(code, 2)
  t.equal(out, '')
  t.match(err, /cluster\.yaml:1:1/)
  t.match(err, /scenarios\/y\.yaml:3:\d+/)
  t.notMatch(err, /x\.yaml/)
})

t.test('validate: where there is nothing to check, that is no success', async (t) => {
  const folder = tempFolder(t)
  t.match(await typeCommand(folder, 'validate'), { code: 2, err: /neither a cluster\.yaml nor a folder scenarios[^]*titus-bed init/ })
  t.match(await typeCommand(folder, 'validate', 'no-such.yaml', 'nor-this.yaml'), { code: 2, err: /no-such\.yaml[^]*nor-this\.yaml/ })
})
