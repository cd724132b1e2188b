import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { root } from '../architecture/sources.ts'

/** A file that starts three programs in sessions of their own, prints what tests print, and goes on. Each program notes its id and its
 *  temporary folder; the first notes that it was asked to end, the second does not listen, the third holds the output open. */
const file = `import { spawn } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
const scripts = {
  tidy: 'trap "echo tidied >> tidied; exit" TERM; echo $$ $TMPDIR >> ids; while :; do sleep 0.1; done',
  deaf: 'trap "" TERM; echo $$ $TMPDIR >> ids; while :; do sleep 0.1; done',
  holder: 'echo $$ $TMPDIR >> ids; exec sleep 100',
}
for (const script of Object.values(scripts)) spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).unref()
`
const goesOn = `setInterval(() => {}, 1000)
`
const ends = `import { readFileSync } from 'node:fs'
const timer = setInterval(() => {
  if (!existsSync('ids') || readFileSync('ids', 'utf8').split('\\n').length < 4) return
  console.log('TAP version 14\\n    ok 1 - it is\\n    1..1\\nok 1 - a # time=1ms\\n1..1')
  clearInterval(timer)
}, 20)
`

function runTests(...args: readonly string[]) {
  return [join(root, 'setup/run-tests.mjs'), '--grace=1', ...args] as const
}

/** Whether a process runs that has this in its environment: one that has ended and is still on the list has none. */
function runsWith(pid: string, text: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text)
  } catch {
    return false
  }
}

/** Nothing of what the file started runs, and its temporary folder is gone. */
function nothingIsLeft(t: Test, folder: string): void {
  const started = readFileSync(join(folder, 'ids'), 'utf8').trim().split('\n')
  t.equal(started.length, 3, 'all were started')
  for (const line of started) {
    const [pid = '', temporary = ''] = line.split(' ')
    t.notOk(runsWith(pid, temporary), `${pid} has ended`)
    t.match(temporary, /\/test-\w{6}$/)
    t.notOk(existsSync(temporary), `${temporary} is gone`)
  }
  t.equal(readFileSync(join(folder, 'tidied'), 'utf8'), 'tidied\n', 'what listens could tidy up')
}

t.test('what a file leaves that has ended is ended and named', async (t) => {
  const folder = t.testdir({ 'a.test.mjs': file + ends })
  const { stdout, status } = spawnSync(process.execPath, runTests('a.test.mjs'), { cwd: folder, encoding: 'utf8' })
  t.equal(status, 0, stdout)
  t.match(stdout, /^ok - a\.test\.mjs: a$/m)
  t.match(stdout, /^# a\.test\.mjs left behind: sleep 100$/m)
  nothingIsLeft(t, folder)
})

t.test('a file that takes too long is ended with all that it started', async (t) => {
  const folder = t.testdir({ 'a.test.mjs': file + goesOn })
  const { stdout, status } = spawnSync(process.execPath, runTests('--timeout=2', 'a.test.mjs'), { cwd: folder, encoding: 'utf8' })
  t.equal(status, 1)
  t.match(stdout, /^not ok - a\.test\.mjs: no test was run: it took longer than 2 s$/m)
  nothingIsLeft(t, folder)
})

t.test('tests that are ended end all that they started', async (t) => {
  const folder = t.testdir({ 'a.test.mjs': file + goesOn })
  const running = spawn(process.execPath, runTests('--timeout=60', 'a.test.mjs'), { cwd: folder, stdio: 'ignore' })
  const startedAll = () => existsSync(join(folder, 'ids')) && readFileSync(join(folder, 'ids'), 'utf8').split('\n').length === 4
  while (!startedAll() && running.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20))
  running.kill('SIGTERM')
  t.same(await once(running, 'exit'), [143, null])
  nothingIsLeft(t, folder)
})
