import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { findTarget, isRefusal } from '../../../cli/running/report-target.ts'
import { writeReport } from '../../../cli/running/write-report.ts'
import { tempFolder } from '../fake-testbed.ts'

/** A working folder with a report and a folder in it. */
function folderWith(t: Test) {
  const cwd = realpathSync(tempFolder(t))
  writeFileSync(join(cwd, 'old.xml'), 'old')
  mkdirSync(join(cwd, 'reports'))
  return cwd
}

t.test('a report is written whole beside its place and then takes it', async (t) => {
  const cwd = folderWith(t)
  chmodSync(join(cwd, 'old.xml'), 0o640)
  symlinkSync('old.xml', join(cwd, 'link.xml'))
  const write = (given: string, text: string) => {
    const target = findTarget(given, cwd)
    if (!isRefusal(target) && target.kind === 'file') writeReport(target, text)
  }
  const reader = openSync(join(cwd, 'old.xml'), 'r')
  write('link.xml', 'new')
  t.equal(readFileSync(reader, 'utf8'), 'old', 'who reads the old file reads it to its end')
  closeSync(reader)
  t.equal(readFileSync(join(cwd, 'old.xml'), 'utf8'), 'new', 'a link stays, and leads to the new one')
  t.equal(statSync(join(cwd, 'old.xml')).mode & 0o777, 0o640)
  write('made/later/new.xml', 'deep')
  t.equal(readFileSync(join(cwd, 'made/later/new.xml'), 'utf8'), 'deep')
  const { mode, uid } = statSync(join(cwd, 'made/later/new.xml'))
  t.equal(mode & 0o777, 0o600, 'a new one is for its owner alone')
  t.equal(uid, statSync(join(cwd, 'made/later')).uid, 'who has the folder')
  t.same(readdirSync(cwd).toSorted(), ['link.xml', 'made', 'old.xml', 'reports'], 'no draft is left')
})

t.test('a descriptor that whoever started us has opened is written to', async (t) => {
  const cwd = folderWith(t)
  const descriptor = openSync(join(cwd, 'opened.xml'), 'w')
  writeReport({ kind: 'descriptor', descriptor }, 'the report')
  closeSync(descriptor)
  t.equal(readFileSync(join(cwd, 'opened.xml'), 'utf8'), 'the report')
})

t.test('when it cannot take its place, what is there stays, and no draft', async (t) => {
  const cwd = folderWith(t)
  const target = { kind: 'file', path: join(cwd, 'reports') } as const
  t.throws(() => writeReport(target, 'x'), { code: 'EISDIR' })
  t.same(readdirSync(cwd).toSorted(), ['old.xml', 'reports'])
})
