import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commands } from '../../../cli/commands/index.ts'
import { candidatesIn } from '../../../cli/completion/find-candidates.ts'
import { invocationIn, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'

t.test('what a command line can name', async (t) => {
  const cwd = tempFolder(t)
  raisedWorkspace(cwd, testbedOn('lab', 'blue'))
  mkdirSync(join(cwd, 'scenarios/lib'), { recursive: true })
  for (const name of ['cluster.yaml', 'notes.txt', '.hidden.yaml', 'scenarios/a.yml']) writeFileSync(join(cwd, name), '')
  const find = candidatesIn(invocationIn(cwd, { commands }).invocation)
  t.same(await find('testbed', '', {}), ['blue'])
  t.same(await find('host', '', {}), ['bastion', 'gateway', 'agents[0]', 'agents[1]'])
  t.same(await find('host', '', { testbed: 'green' }), [], 'nothing is raised there')
  t.ok((await find('reporter', '', {})).includes('junit'))
  t.ok((await find('topic', '', {})).includes('step.reach'))
  t.same([...(await find('yaml', 'c', {}))].toSorted(), ['cluster.yaml', 'scenarios/'])
  t.same([...(await find('yaml', 'scenarios/', {}))].toSorted(), ['scenarios/a.yml', 'scenarios/lib/'])
  t.ok((await find('yaml', '.h', {})).includes('.hidden.yaml'))
  t.same(await find('yaml', 'nowhere/', {}), [])
  t.same(await find(['a', 'b'], '', {}), ['a', 'b'])
})

t.test('a testbed that is damaged offers no hosts, and breaks no command line', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(raisedWorkspace(cwd, testbedOn('lab')).testbed, '{')
  t.same(await candidatesIn(invocationIn(cwd).invocation)('host', '', {}), [])
})
