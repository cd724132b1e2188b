import t from 'tap'
import { raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

t.test('exec: a command line that is wrong reaches no machine', async (t) => {
  const folder = tempFolder(t)
  raisedWorkspace(folder, testbedOn('lab'))
  t.match(await typeCommand(folder, 'exec', 'gateway', '--'), { code: 2, err: /titus-bed exec gateway -- uptime/ })
  for (const seconds of ['0', '-1', '1.5', 'soon', '10000000'])
    t.match(
      await typeCommand(folder, 'exec', `--timeout=${seconds}`, 'gateway', '--', 'true'),
      { code: 2, err: /is not a number of seconds/ },
      seconds,
    )
})

t.test('exec: a lab that has ended is the testbed in the way', async (t) => {
  const folder = tempFolder(t)
  raisedWorkspace(folder, testbedOn('lab'))
  t.match(await typeCommand(folder, 'exec', 'gateway', '--', 'true'), { code: 3, err: /is not running[^]*titus-bed apply/ })
  t.match(await typeCommand(folder, 'exec', '--testbed', 'red', 'gateway', '--', 'true'), {
    code: 3,
    err: /there is no testbed "red" \(known here: blue\)/,
  })
})
