import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { readStat } from '../../system/process-stat.ts'

t.test('a process is read whatever its program is called', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const program = join(folder, 'a) Z (b')
  copyFileSync('/usr/bin/tail', program)
  const child = spawn(program, ['-f', '/dev/null'], { stdio: 'ignore', detached: true })
  t.teardown(() => child.kill())
  await once(child, 'spawn')
  const stat = readStat(child.pid as number)
  t.match(stat, { name: 'a) Z (b', group: child.pid, startTicks: /^\d+$/ })
  t.match(stat?.state, /^[RSD]$/)
})

t.test('one that is gone is not', async (t) => {
  t.equal(readStat(spawnSync('true').pid), undefined)
})
