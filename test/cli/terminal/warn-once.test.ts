import t from 'tap'
import { warnOnce } from '../../../cli/terminal/warn-once.ts'
import { invocationIn, tempFolder } from '../fake-testbed.ts'

t.test('each warning is told, and none twice', async (t) => {
  const { invocation, err } = invocationIn(tempFolder(t))
  const warn = warnOnce(invocation.terminal)
  for (const line of ['no swap', 'little room', 'no swap']) warn(line)
  t.equal(err(), 'warning: no swap\nwarning: little room\n')
})
