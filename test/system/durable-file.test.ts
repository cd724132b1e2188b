import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makePrivateFolder, writeDurably } from '../../system/durable-file.ts'

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

t.test('a file is replaced as a whole, for the owner alone', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'state.json')
  writeFileSync(file, 'old', { mode: 0o644 })
  writeDurably(file, 'new')
  t.equal(readFileSync(file, 'utf8'), 'new')
  t.equal(modeOf(file), 0o600)
  writeDurably(file, 'for all', 0o644)
  t.equal(modeOf(file), 0o644)
  t.same(readdirSync(folder), ['state.json'], 'nothing is left beside it')
  t.throws(() => writeDurably(join(folder, 'none/state.json'), ''), { code: 'ENOENT' })
})

t.test('a folder is made, or closed to others', async (t) => {
  const folder = join(t.testdir(), 'a/b')
  makePrivateFolder(folder)
  t.equal(modeOf(folder), 0o700)
  const open = join(folder, 'open')
  mkdirSync(open, { mode: 0o755 })
  makePrivateFolder(open)
  t.equal(modeOf(open), 0o700)
  writeFileSync(join(folder, 'file'), '')
  t.throws(() => makePrivateFolder(join(folder, 'file')), { code: 'EEXIST' })
})

t.test('of a file that cannot be put in its place no half one is left', async (t) => {
  const folder = t.testdir({ taken: { inside: '' } })
  t.throws(() => writeDurably(join(folder, 'taken'), 'new'), { code: 'EISDIR' })
  t.same(readdirSync(folder), ['taken'])
})
