import { mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { makeFolders } from '../../system/make-folders.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'titus-bed-folders-')))
t.teardown(() => rmSync(folder, { recursive: true }))

t.test('folders are made as deep as it takes, those that are there stay as they are', async (t) => {
  makeFolders(join(folder, 'a/b/c'), 0o700)
  makeFolders(join(folder, 'a/b/c'), 0o755)
  for (const path of ['a', 'a/b', 'a/b/c']) t.equal(statSync(join(folder, path)).mode & 0o777, 0o700)
  symlinkSync('a', join(folder, 'link'))
  makeFolders(join(folder, 'link/d'))
  t.ok(statSync(join(folder, 'a/d')).isDirectory())
})

t.test('where none can be made it is said, and comes to an end', async (t) => {
  writeFileSync(join(folder, 'file'), '')
  symlinkSync('nowhere', join(folder, 'dangling'))
  t.throws(() => makeFolders('/proc/bed/deep'), { code: 'ENOENT', path: '/proc/bed' })
  t.throws(() => makeFolders(join(folder, 'file')), { code: 'EEXIST' })
  t.throws(() => makeFolders(join(folder, 'file/deep')), { code: 'ENOTDIR' })
  t.throws(() => makeFolders(join(folder, 'dangling')))
  t.throws(() => makeFolders(join(folder, 'x'.repeat(300), 'deep')), { code: 'ENAMETOOLONG' })
})
