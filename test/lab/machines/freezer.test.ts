import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { controlGroupFolders, createControlGroup, killControlGroup, listProcesses, removeControlGroup } from '../../../lab/bundle/cgroup.ts'
import { buildCgroupCommand } from '../../../lab/bundle/namespaces.ts'
import { freezeControlGroup, isFrozen, thawControlGroup } from '../../../lab/machines/freezer.ts'

t.test('what is frozen stands still, goes on when it is thawed, and dies when it is killed', async (t) => {
  const path = `titus-bed-test-${process.pid}/frozen`
  createControlGroup(path)
  t.teardown(() => removeControlGroup(path.split('/')[0] ?? ''))
  const [file = '', ...args] = buildCgroupCommand(controlGroupFolders(path), ['sh', '-c', 'while read -r line; do echo "$line"; done'])
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const answer = async () => String(((await once(child.stdout, 'data')) as [Buffer])[0])
  child.stdin.write('one\n')
  t.equal(await answer(), 'one\n')

  await freezeControlGroup(path)
  t.ok(isFrozen(path))
  const heard: string[] = []
  const later = answer().then((line) => heard.push(line))
  child.stdin.write('two\n')
  // The kernel has said that it is frozen: a hundred turns of the loop are but a chance for it to be wrong.
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  t.same(heard, [])
  thawControlGroup(path)
  await later
  t.same(heard, ['two\n'])
  t.notOk(isFrozen(path))

  await freezeControlGroup(path)
  const ended = once(child, 'exit')
  await killControlGroup(path)
  t.same(await ended, [null, 'SIGKILL'])
  t.same(listProcesses(path), [])
  thawControlGroup(path)
  t.notOk(isFrozen(path), 'the next one in the group runs')
  t.doesNotThrow(() => thawControlGroup(`${path}/none`))
})
