import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import type { Fence } from '../../system/fence.ts'
import { readFenced, requireReadable, requireWritable, writeFenced } from '../../system/fenced-file.ts'
import { FileRefused } from '../../system/file-refused.ts'
import { mostBytes, readRegularFile } from '../../system/regular-file.ts'

interface Ground {
  readonly at: (path: string) => string
  readonly fence: Fence
}

/** A project with a folder of scenarios, and a secret beside it. */
function ground(t: Test, open = false): Ground {
  const root = mkdtempSync(join(tmpdir(), 'titus-bed-fence-'))
  t.teardown(() => rmSync(root, { recursive: true }))
  const at = (path: string): string => join(root, path)
  for (const folder of ['project/scenarios/lib', 'project/.git/hooks', 'outside/.ssh']) mkdirSync(at(folder), { recursive: true })
  for (const file of ['project/scenarios/a', 'project/b', 'project/.git/config', 'outside/secret', 'outside/.ssh/key'])
    writeFileSync(at(file), file)
  symlinkSync(at('outside'), at('project/away'))
  symlinkSync('../../outside/secret', at('project/scenarios/link'))
  symlinkSync('a', at('project/scenarios/inside'))
  symlinkSync('nowhere', at('project/scenarios/dangling'))
  return { at, fence: { folders: [at('project/scenarios'), at('project')], open } }
}

function codeOf(act: () => unknown): string {
  try {
    act()
    return 'done'
  } catch (error) {
    return error instanceof FileRefused ? error.code : ((error as NodeJS.ErrnoException).code ?? String(error))
  }
}

t.test('a file is read inside of the fence, wherever links lead', async (t) => {
  const { at, fence } = ground(t)
  const read = (path: string): string => codeOf(() => readFenced(at(path), fence, mostBytes.text))
  for (const path of ['scenarios/a', 'scenarios/../b', 'scenarios/inside', 'scenarios/lib/../a'])
    t.equal(read(`project/${path}`), 'done', path)
  for (const path of [
    'outside/secret',
    'outside/not-there',
    'project/away/secret',
    'project/scenarios/link',
    'project/scenarios/../../outside/secret',
    'project/.git/config',
    'project/scenarios/../.git/config',
  ])
    t.equal(read(path), 'file-outside', path)
  t.equal(read('project/scenarios/not-there'), 'ENOENT')
  t.equal(read('project/scenarios/dangling'), 'ENOENT')
  t.equal(
    codeOf(() => requireReadable(at('project/scenarios/link'), fence, mostBytes.text)),
    'file-outside',
  )
})

t.test('an open fence leaves hidden names closed', async (t) => {
  const { at, fence } = ground(t, true)
  const read = (path: string): string => codeOf(() => readFenced(at(path), fence, mostBytes.text))
  t.equal(read('outside/secret'), 'done')
  t.equal(read('project/scenarios/link'), 'done')
  for (const path of ['outside/.ssh/key', 'project/.git/config', 'project/away/.ssh/key']) t.equal(read(path), 'file-outside', path)
})

t.test('what is behind a hidden name is open to who stands there', async (t) => {
  const { at } = ground(t)
  mkdirSync(at('project/.ci/lib'), { recursive: true })
  writeFileSync(at('project/.ci/lib/a'), 'x')
  const fence = { folders: [at('project/.ci'), at('project')], open: false }
  t.equal(
    codeOf(() => readFenced(at('project/.ci/lib/a'), fence, 10)),
    'done',
  )
  t.equal(
    codeOf(() => readFenced(at('project/.git/config'), fence, 10)),
    'file-outside',
  )
})

t.test('only a regular file of a fitting size is opened', async (t) => {
  const { at, fence } = ground(t)
  execFileSync('mkfifo', [at('project/pipe')])
  writeFileSync(at('project/long'), Buffer.alloc(11))
  for (const read of [(path: string) => readRegularFile(path, 10), (path: string) => readFenced(path, { ...fence, open: true }, 10)]) {
    t.equal(
      codeOf(() => read(at('project/pipe'))),
      'no-such-file',
      'a pipe is not waited for',
    )
    t.equal(
      codeOf(() => read('/dev/zero')),
      'no-such-file',
    )
    t.equal(
      codeOf(() => read(at('project'))),
      'no-such-file',
    )
    t.equal(
      codeOf(() => read(at('project/long'))),
      'too-large',
    )
    t.equal(
      codeOf(() => read('/proc/self/status')),
      'too-large',
      'a file that does not say how long it is',
    )
  }
  t.equal(readRegularFile(at('project/long'), 11).length, 11)
  t.match(readRegularFile('/proc/self/status', mostBytes.text).toString(), /^Name:/)
})

t.test('a file is written inside of the fence, whole or not at all', async (t) => {
  const { at, fence } = ground(t)
  const write = (path: string): Promise<void> => writeFenced(at(path), fence, async (file) => file.writeFile('new'))
  await write('project/scenarios/deep/er/out')
  t.equal(readFileSync(at('project/scenarios/deep/er/out'), 'utf8'), 'new')
  t.equal(statSync(at('project/scenarios/deep/er/out')).mode & 0o777, 0o600)
  await write('project/scenarios/inside')
  t.equal(readFileSync(at('project/scenarios/a'), 'utf8'), 'new', 'a link that stays inside is followed')
  await write('project/-out')
  for (const path of [
    'outside/new',
    'project/away/new',
    'project/away/deep/new',
    'project/scenarios/link',
    'project/.git/hooks/pre-commit',
    'project/.titus-bed/x',
    'project/scenarios/.profile',
    'project/scenarios/../../outside/new',
  ]) {
    await t.rejects(write(path), { code: 'file-outside' }, path)
    t.equal(
      codeOf(() => requireWritable(at(path), fence)),
      'file-outside',
      path,
    )
  }
  for (const path of [
    'project/scenarios/lib',
    'project/scenarios/lib/',
    'project/scenarios/new/',
    'project/scenarios/dangling',
    'project/scenarios/lib/..',
  ])
    t.equal(
      codeOf(() => requireWritable(path.endsWith('/') ? `${at(path)}/` : at(path), fence)),
      'no-such-file',
      path,
    )
  const failing = writeFenced(at('project/scenarios/lost'), fence, async (file) => {
    await file.writeFile('half')
    throw new Error('the line went dead')
  })
  await t.rejects(failing, /line went dead/)
  t.notMatch(readdirSync(at('project/scenarios')).join(' '), /lost|part/, 'nothing half-made is left')
  t.same(readdirSync(at('outside')), ['.ssh', 'secret'])
  t.equal(readFileSync(at('outside/secret'), 'utf8'), 'outside/secret')
})

t.test('a folder that becomes a link while a file is written takes nothing out', async (t) => {
  const { at, fence } = ground(t)
  const written = writeFenced(at('project/scenarios/lib/out'), fence, async (file) => {
    renameSync(at('project/scenarios/lib'), at('project/scenarios/old'))
    symlinkSync(at('outside'), at('project/scenarios/lib'))
    await file.writeFile('x')
  })
  await t.rejects(written)
  t.same(readdirSync(at('outside')), ['.ssh', 'secret'])
})
