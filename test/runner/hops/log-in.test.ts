import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { setMaxListeners } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createHops } from '../../../runner/hops/hops.ts'
import { getFile, putFile } from '../../../runner/hops/transfer.ts'
import { startSshTestbed } from '../sshd.ts'

const limits = { timeoutMs: 20_000, signal: new AbortController().signal }
setMaxListeners(0, limits.signal)
/** What bash reads when sshd starts it: the start-up file of the user. */
const bed = await startSshTestbed(['bastion'], [], '/bin/bash')
const startUp = join(bed.dir, '.bashrc')
t.teardown(() => bed.stop())

/** The machine as a new run finds it, with what was noted of it. */
function openMachine() {
  const hops = createHops(bed.testbed)
  const notes: string[] = []
  hops.listen((note) => notes.push(note))
  t.teardown(() => hops.close())
  return { machine: hops.machine('bastion'), notes }
}

const noises: Readonly<Record<string, string>> = {
  'a line': 'echo NOISE',
  'no line end': 'printf NOISE',
  'standard error': 'echo NOISE >&2',
  both: 'echo NOISE; echo NOISE >&2',
  'a NUL, and what is no UTF-8': String.raw`printf 'NOISE\0\377\036\036'`,
  'very much': 'echo NOISE; head -c 5000000 /dev/zero; echo',
  'JSON of its own': `echo '{"NOISE": 1}'`,
  'what the shell runs': 'echo NOISE; set -x',
  'what the shell reads': 'echo NOISE; set -v',
  'nothing, but it reads': 'cat >/dev/null; echo NOISE',
  'a question': 'echo NOISE; read -r answer',
  'a complaint of the loader about everything': 'export LD_PRELOAD=/NOISE.so',
}

for (const [what, line] of Object.entries(noises))
  t.test(`a start-up file that prints: ${what}`, async (t) => {
    writeFileSync(startUp, `${line}\n`)
    const { machine, notes } = openMachine()
    const plain = await machine.exec(['sh', '-c', 'echo out; echo err >&2; cat'], limits)
    t.match(plain, { exitCode: 0, stdout: 'out\n', stderr: 'err\n', cut: {} })
    if (!/^(cat|.*read)/.test(line)) {
      const fed = await machine.exec(['sh', '-c', 'cat; printf "$A"'], { ...limits, env: { A: '1' }, stdin: 'in ' })
      t.match(fed, { exitCode: 0, stdout: 'in 1', stderr: '' })
      const path = join(bed.dir, 'file')
      const put = await putFile(machine, Buffer.from('a\0b'), path, '0600', limits)
      const pieces: Buffer[] = []
      t.same(await getFile(machine, path, (piece) => pieces.push(piece), limits), put)
      t.equal(Buffer.concat(pieces).toString(), 'a\0b')
    }
    t.match(notes, [/^bastion: a start-up file of its log-in shell prints before each command.*: [^]*NOISE/])
    t.ok((notes[0]?.length ?? 0) < 600, 'a note is short')
  })

t.test('a start-up file that prints nothing is not noted, one that breaks the way to programs does not break ours', async (t) => {
  writeFileSync(
    startUp,
    'export PATH=/nowhere IFS=x ENV=/nowhere BASH_ENV=/nowhere CDPATH=/; unset HOME; trap "echo BYE" EXIT; umask 077\n',
  )
  const { machine, notes } = openMachine()
  t.match(await machine.exec(['sh', '-c', 'echo $PATH'], limits), { exitCode: 0, stdout: /^\/usr\/local\/sbin:.*:\/bin\n$/, stderr: '' })
  t.match(await machine.exec(['sleep', '60'], { ...limits, timeoutMs: 1000 }), { ended: 'timeout', cleared: true })
  t.same(notes, [])
})

t.test('a log-in that does not come to the command is told with what it said, whatever is asked', async (t) => {
  const faults: readonly (readonly [string, { readonly code: string; readonly message: RegExp }])[] = [
    ['echo no entry; exit 3', { code: 'login', message: /bastion: its log-in shell did not run the command \(exit 3\): no entry$/ }],
    ['echo closed for repairs >&2; exit 0', { code: 'login', message: /\(exit 0\): closed for repairs/ }],
    ['exec true', { code: 'login', message: /\(exit 0\): without a word/ }],
    ['kill -KILL $$', { code: 'login', message: /\(signal KILL\)/ }],
    ['exec >/dev/null', { code: 'login', message: /lets no standard output through/ }],
  ]
  for (const [line, expected] of faults) {
    writeFileSync(startUp, `${line}\n`)
    const { machine } = openMachine()
    await t.rejects(machine.exec(['true'], limits), expected, line)
    await t.rejects(machine.exec(['cat'], { ...limits, env: { A: '1' }, stdin: 'x' }), expected, `${line}, with an input`)
    await t.rejects(machine.pipe(['cat'], limits), expected, `${line}, as a stream`)
  }
  writeFileSync(startUp, 'echo one moment; sleep 2\n')
  const { machine } = openMachine()
  const begun = join(bed.dir, 'begun')
  await t.rejects(machine.exec(['touch', begun], { ...limits, timeoutMs: 700 }), {
    code: 'interrupted',
    message: /bastion: its log-in shell had not come to the command; it said: one moment/,
  })
  t.notOk(existsSync(begun), 'the command did not start behind our back')
  writeFileSync(startUp, '')
})

t.test('a log-in shell that is none', async (t) => {
  for (const [shell, said] of [
    ['/usr/sbin/nologin', /\(exit 1\): This account is currently not available/],
    ['/bin/false', /\(exit 1\): without a word/],
    ['/bin/true', /\(exit 0\): without a word/],
    ['/bin/cat', /\(exit 1\): .*cat/],
  ] as const) {
    const bed = await startSshTestbed(['bastion'], [], shell)
    const hops = createHops(bed.testbed)
    const machine = hops.machine('bastion')
    await t.rejects(machine.exec(['true'], limits), { code: 'login', message: said, hint: /needs a shell/ }, shell)
    await t.rejects(machine.pipe(['true'], limits), { code: 'login', message: said }, shell)
    await hops.close()
    await bed.stop()
  }
})

t.test('every log-in shell that this computer has runs a command the same', async (t) => {
  const words = ['plain', '', "it's", '$HOME `id` "x" !!', 'two\nlines', '*', '~', '-n', 'ü', '\\', '\\n', "'\\''", '%s', '^a^b']
  const names = ['sh', 'bash', 'dash', 'zsh', 'ksh', 'mksh', 'tcsh', 'fish']
  const shells = names
    .map((name) => `/bin/${name}`)
    .concat('/usr/bin/fish')
    .filter((shell) => existsSync(shell))
  t.ok(shells.includes('/bin/bash'))
  const runIn = async (shell: string) => {
    const bed = await startSshTestbed(['bastion'], [], shell)
    const hops = createHops(bed.testbed)
    const exit = await hops.machine('bastion').exec(['sh', '-c', 'printf "%s\\0" "$@"; cat; echo $A $HOME >&2', 'x', ...words], {
      ...limits,
      env: { A: "it's" },
      stdin: 'in',
    })
    t.same(exit.stdout.split('\0'), [...words, 'in'], shell)
    t.match(exit, { exitCode: 0, stderr: `it's ${bed.dir}\n` }, shell)
    t.match(await hops.machine('bastion').exec(['sleep', '60'], { ...limits, timeoutMs: 1000 }), { ended: 'timeout', cleared: true }, shell)
    await hops.close()
    await bed.stop()
  }
  await Promise.all(shells.map(runIn))
})

t.test('the environment of a command reaches it whatever its names are, and nothing of ours', async (t) => {
  const env = {
    PATH: '/nowhere',
    HOME: '/nowhere',
    USER: 'nobody',
    IFS: 'x',
    ENV: '/nowhere',
    BASH_ENV: '/nowhere',
    LD_PRELOAD: '/nowhere.so',
    LD_LIBRARY_PATH: '/nowhere',
    LANG: 'tlh',
    LC_ALL: 'tlh',
    CDPATH: '/',
    PS4: '$(echo no)',
    SHELLOPTS: 'xtrace',
    TERM: '',
    name: '1',
    value: '2',
    bytes: '3',
    input: 'closed',
    mark: '4',
    A: "it's\n$HOME",
  }
  const { machine } = openMachine()
  for (const stdin of [undefined, 'in']) {
    const exit = await machine.exec(['/usr/bin/env', '-0'], { ...limits, env, ...(stdin === undefined ? {} : { stdin }) })
    t.match(exit, { exitCode: 0, cut: {} })
    const got = Object.fromEntries(exit.stdout.split('\0').map((line) => [/^[^=]*/.exec(line)?.[0] ?? '', line.replace(/^[^=]*=/, '')]))
    t.match(got, env)
    t.same(
      Object.keys(got).filter((name) => !(name in env) && name !== ''),
      ['TITUS_BED_EXEC', 'PWD'].filter((name) => name in got),
    )
  }
  t.match(await machine.exec(['/bin/sleep', '60'], { ...limits, env, timeoutMs: 1000 }), { ended: 'timeout', cleared: true })
  t.match(await machine.exec(['ls'], { ...limits, env: { PATH: '/nowhere' } }), { exitCode: 127, stderr: /ls: not found/ })
  const bin = mkdtempSync(join(tmpdir(), 'titus-bed-bin-'))
  t.teardown(() => rmSync(bin, { recursive: true }))
  for (const name of ['timeout', 'sh', 'env', 'head', 'printf'])
    writeFileSync(join(bin, name), '#!/bin/sh\necho replaced\n', { mode: 0o755 })
  t.match(await machine.exec(['/bin/echo', 'ours'], { ...limits, env: { PATH: bin } }), { stdout: 'ours\n' })
  t.match(
    await machine.exec(['sh'], { ...limits, env: { PATH: `${bin}:/bin` } }),
    { stdout: 'replaced\n' },
    'a word is looked up by the path that it gets',
  )
  await t.rejects(machine.exec(['true'], { ...limits, env: { TITUS_BED_EXEC: 'x' } }), { code: 'command', message: /take another name/ })
})
