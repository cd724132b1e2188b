import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createLocalMachine } from '../../../runner/hops/local-machine.ts'
import type { Machine } from '../../../runner/hops/machine.ts'
import { getFile, putFile } from '../../../runner/hops/transfer.ts'

const folder = mkdtempSync(join(tmpdir(), 'titus-bed-transfer-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const options = { timeoutMs: 10_000, signal: new AbortController().signal }

/** This computer, seen from the folder, as a machine is from the home of who logs in. */
const machine: Machine = {
  ...createLocalMachine(),
  name: 'here',
  exec: (argv, more) => createLocalMachine().exec(inFolder(argv), more),
  pipe: (argv, more) => createLocalMachine().pipe(inFolder(argv), more),
}

function inFolder(argv: readonly string[]): readonly string[] {
  return ['sh', '-c', 'cd "$0" && exec "$@"', folder, ...argv]
}

async function get(path: string): Promise<string> {
  const pieces: Buffer[] = []
  await getFile(machine, path, (piece) => pieces.push(piece), options)
  return Buffer.concat(pieces).toString()
}

t.test('a file on a machine may be called anything', async (t) => {
  for (const name of ['-dash', '-', '--', '-rf', '!', '(', 'a b', "it's", '$HOME', '`id`', '*', 'new\nline', '日本', 'x.part']) {
    await putFile(machine, Buffer.from(name), name, '0640', options)
    t.equal(readFileSync(join(folder, name), 'utf8'), name, JSON.stringify(name))
    t.equal(await get(name), name, JSON.stringify(name))
  }
  t.notMatch(readdirSync(folder).join(' '), /\.part\b.*\.part\b/, 'no draft is left')
})

t.test('a folder, and what is no file, is refused in words', async (t) => {
  mkdirSync(join(folder, 'sub'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  writeFileSync(join(folder, 'sub/kept'), 'kept')
  for (const path of ['sub', 'sub/', './sub/.', folder]) {
    await t.rejects(putFile(machine, Buffer.from('x'), path, '0644', options), /cannot write .* it is a folder: name the file in it/, path)
    await t.rejects(get(path), /cannot read .* it is a folder: name the file in it/, path)
  }
  t.same(readdirSync(join(folder, 'sub')), ['kept'])
  await t.rejects(get('pipe'), /cannot read pipe on here: it is no regular file/)
  await t.rejects(get('none'), /cannot read none on here: .*none/)
  await t.rejects(putFile(machine, Buffer.from('x'), 'none/such', '0644', options), /cannot write none\/such on here/)
})
