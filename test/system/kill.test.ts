import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { kill } from '../../system/kill.ts'

t.test('a process, or a group of them, is killed, and one that is gone is as good', async (t) => {
  const alone = spawn('tail', ['-f', '/dev/null'], { stdio: 'ignore' })
  const leader = spawn('tail', ['-f', '/dev/null'], { stdio: 'ignore', detached: true })
  await Promise.all([once(alone, 'spawn'), once(leader, 'spawn')])
  const ended = Promise.all([once(alone, 'exit'), once(leader, 'exit')])
  const pids = [alone.pid as number, -(leader.pid as number)]
  pids.forEach(kill)
  t.same(await ended, [
    [null, 'SIGKILL'],
    [null, 'SIGKILL'],
  ])
  t.doesNotThrow(() => pids.forEach(kill))
})
