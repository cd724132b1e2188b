import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { ageOfProcess, identifyProcess, isRunning, killProcess } from '../../system/process-identity.ts'

t.test('a process is told from one that has ended, and from one of another time', async (t) => {
  t.equal(identifyProcess(spawnSync('true').pid), undefined)
  const own = identifyProcess(process.pid)
  if (own === undefined) return t.fail('we run')
  t.ok(isRunning(own))
  t.same(identifyProcess(process.pid), own, 'the answer is always the same')
  t.notOk(isRunning({ ...own, started: 'another time' }))
})

t.test('a process that only waits to be collected does not run', async (t) => {
  // The shell becomes a program that never collects its child.
  const parent = spawn('sh', ['-c', 'tail -f /dev/null & echo $!; exec tail -f /dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => parent.kill())
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const child = Number(line.toString())
  while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'tail\n') await new Promise(setImmediate)
  process.kill(child)
  while (identifyProcess(child) !== undefined) await new Promise(setImmediate)
  t.doesNotThrow(() => process.kill(child, 0), 'the system still knows its number')
})

t.test('only the very process is killed', async (t) => {
  const child = spawn('tail', ['-f', '/dev/null'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const identity = identifyProcess(child.pid as number)
  if (identity === undefined) return t.fail('it runs')
  killProcess({ ...identity, started: 'another time' })
  t.ok(isRunning(identity))
  killProcess(identity)
  t.same(await once(child, 'exit'), [null, 'SIGKILL'])
  t.doesNotThrow(() => killProcess(identity), 'and once it is gone nothing happens')
})

t.test('the age of a process is counted from its start, and one that is gone has none', async (t) => {
  const age = ageOfProcess(process.pid) ?? Infinity
  t.ok(Math.abs(age - process.uptime()) < 5, `${age} s, and by its own clock ${process.uptime()} s`)
  t.equal(ageOfProcess(2 ** 22 + 1), undefined)
})
