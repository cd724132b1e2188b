import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, openSync, readFileSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { closeSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { findTarget, isRefusal } from '../../../cli/running/report-target.ts'
import { tempFolder } from '../fake-testbed.ts'

/** A working folder with a file and a folder in it. */
function folderWith(t: Test) {
  const cwd = realpathSync(tempFolder(t))
  writeFileSync(join(cwd, 'old.xml'), 'old')
  mkdirSync(join(cwd, 'reports'))
  return cwd
}

/** Why a report cannot go somewhere; undefined when it can. */
function refusalOf(given: string, cwd: string): string | undefined {
  const target = findTarget(given, cwd)
  return isRefusal(target) ? target.message : undefined
}

t.test('a file that can be written is taken, and nothing is touched yet', async (t) => {
  const cwd = folderWith(t)
  for (const given of ['new.xml', 'old.xml', 'reports/new.xml', 'made/later/new.xml', join(cwd, 'absolute.xml'), './a/../new.xml'])
    t.equal(refusalOf(given, cwd), undefined, given)
  t.same(readdirSync(cwd).toSorted(), ['old.xml', 'reports'])
  t.equal(readFileSync(join(cwd, 'old.xml'), 'utf8'), 'old')
})

t.test('what is no file, or cannot be one, is refused', async (t) => {
  const cwd = folderWith(t)
  execFileSync('mkfifo', [join(cwd, 'pipe')])
  symlinkSync('nowhere', join(cwd, 'dangling'))
  const server = createServer().listen(join(cwd, 'socket'))
  t.teardown(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  for (const [given, reason] of [
    ['reports', /is a folder/],
    ['reports/', /is a folder/],
    ['new/', /is a folder/],
    ['.', /is a folder/],
    ['pipe', /named pipe/],
    ['socket', /socket/],
    ['/dev/null', /device/],
    ['/dev/full', /device/],
    ['dangling', /ENOENT/],
    ['old.xml/x.xml', /ENOTDIR/],
    ['/nowhere/at/all.xml', /there is no folder \/nowhere\/at/],
    ['../beside-the-working-folder/x.xml', /there is no folder/],
    ['/proc/x.xml', /no report can be written/],
    ['/proc/x/y.xml', /there is no folder/],
    ['/proc/self/x.xml', /no report can be written/],
    ['/sys/x.xml', /no report can be written/],
    [`${'x'.repeat(300)}.xml`, /ENAMETOOLONG/],
    ['a\0b', /no report can be written/],
  ] as const)
    t.match(refusalOf(given, cwd), reason, given)
  t.match(refusalOf('x.xml', '/proc'), /no report can be written/)
  t.match(refusalOf('x/y.xml', '/proc'), /no report can be written/, 'and it ends')
})

t.test('a folder or a file that this user may not write to is refused', async (t) => {
  const cwd = folderWith(t)
  chmodSync(join(cwd, 'old.xml'), 0o444)
  chmodSync(join(cwd, 'reports'), 0o555)
  chmodSync(cwd, 0o755)
  const id = process.geteuid?.()
  // Root may write everywhere, so that it looks with the eyes of somebody else.
  if (id === 0) process.seteuid?.(65_534)
  t.teardown(() => {
    if (id === 0) process.seteuid?.(0)
  })
  t.match(refusalOf('reports/x.xml', cwd), /EACCES/)
  t.match(refusalOf('reports/deeper/x.xml', cwd), /EACCES/)
  t.match(refusalOf('old.xml', cwd), /EACCES/)
})

t.test('the standard output, and descriptors that are open for writing', async (t) => {
  const cwd = folderWith(t)
  for (const given of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) t.same(findTarget(given, cwd), { kind: 'output' })
  t.same(findTarget('/dev/stderr', cwd), { kind: 'descriptor', descriptor: 2 })
  const open = openSync(join(cwd, 'opened.xml'), 'w')
  const given = findTarget(`/dev/fd/${open}`, cwd)
  t.same(given, { kind: 'descriptor', descriptor: open })
  closeSync(open)
  const reading = openSync(join(cwd, 'old.xml'), 'r')
  t.teardown(() => closeSync(reading))
  t.match(refusalOf(`/dev/fd/${reading}`, cwd), /is not open for writing/)
  t.match(refusalOf('/dev/fd/987', cwd), /is not open for writing/)
})
