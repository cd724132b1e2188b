import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { root } from '../architecture/sources.ts'

/** What starts two programs in sessions of their own. Each notes its id and its temporary folder; the first notes that it was asked to
 *  end, the second holds the output open. */
const file = `import { spawn } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
const start = (script) => spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).unref()
start('trap "echo tidied >> tidied; exit" TERM; echo $$ $TMPDIR >> ids; while :; do sleep 0.1; done')
start('echo $$ $TMPDIR >> ids; exec sleep 100')
`
/** Starts a third one, that does not listen, and ends with a test that has passed when all have started. */
const ends = `import { readFileSync } from 'node:fs'
start('trap "" TERM; echo $$ $TMPDIR >> ids; while :; do sleep 0.1; done')
const timer = setInterval(() => {
  if (!existsSync('ids') || readFileSync('ids', 'utf8').split('\\n').length < 4) return
  console.log('TAP version 14\\n    ok 1 - it is\\n    1..1\\nok 1 - a # time=1ms\\n1..1')
  clearInterval(timer)
}, 20)
`
const goesOn = `setInterval(() => {}, 1000)
`
/** How many programs have started in a folder. */
function startedIn(folder: string): number {
  return existsSync(join(folder, 'ids')) ? readFileSync(join(folder, 'ids'), 'utf8').split('\n').length - 1 : 0
}

function runTests(...args: readonly string[]) {
  return [join(root, 'setup/run-tests.mjs'), '--grace=5', ...args] as const
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
function nothingIsLeft(t: Test, folder: string, count: number): void {
  const started = readFileSync(join(folder, 'ids'), 'utf8').trim().split('\n')
  t.equal(started.length, count, 'all were started')
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
  nothingIsLeft(t, folder, 3)
})

t.test('a file that takes too long is ended with all that it started', async (t) => {
  // A busy computer may need more time to start the programs than the file has.
  for (const seconds of [2, 10, 50]) {
    const folder = t.testdir({ 'a.test.mjs': file + goesOn })
    const { stdout, status } = spawnSync(process.execPath, runTests(`--timeout=${seconds}`, 'a.test.mjs'), {
      cwd: folder,
      encoding: 'utf8',
    })
    t.equal(status, 1)
    t.match(stdout, new RegExp(`^not ok - a\\.test\\.mjs: no test was run: it took longer than ${seconds} s$`, 'm'))
    if (startedIn(folder) < 2 && seconds < 50) continue
    return nothingIsLeft(t, folder, 2)
  }
})

t.test('tests that are ended end all that they started, and no other file begins', async (t) => {
  const folder = t.testdir({
    'a.test.mjs': file + goesOn,
    'b.test.mjs': `import { writeFileSync } from 'node:fs'\nwriteFileSync('begun', '')\n`,
  })
  const args = runTests('--timeout=60', '--jobs=1', '--first=a.test.mjs', 'a.test.mjs', 'b.test.mjs')
  const running = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' })
  while (startedIn(folder) < 2 && running.exitCode === null) await sleep(20)
  running.kill('SIGTERM')
  t.same(await once(running, 'exit'), [143, null])
  t.notOk(existsSync(join(folder, 'begun')))
  nothingIsLeft(t, folder, 2)
})
