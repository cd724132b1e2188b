import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { fillDisk, freeDisk, netemArguments } from '../../../runner/faults/over-ssh.ts'
import { runAsRoot } from '../../../runner/faults/run-as-root.ts'
import { createLocalMachine } from '../../../runner/hops/local-machine.ts'
import { never } from '../local-run.ts'

const local = createLocalMachine()

t.test('a disk is filled up to its share by a file that takes room, and freed of it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'filled-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder])
  t.teardown(() => {
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true })
  })
  const used = () => Number(execFileSync('df', ['--output=pcent', folder], { encoding: 'utf8' }).replace(/\D/g, ''))
  writeFileSync(join(folder, 'own'), Buffer.alloc(8 << 20))
  const bytes = await fillDisk(local, folder, 9000, never)
  t.ok(Math.abs(bytes - (0.9 * 64 - 8) * 2 ** 20) < 2 ** 20, String(bytes))
  t.equal(used(), 90)
  await fillDisk(local, folder, 10_000, never)
  t.equal(used(), 100, 'again, and to the last byte')
  t.equal(await fillDisk(local, folder, 500, never), 0, 'what is fuller than that stays as it is')
  await fillDisk(local, folder, 5000, never)
  await freeDisk(local, never)
  await freeDisk(local, never)
  t.notOk(existsSync(join(folder, '.titus-bed-fill')))
  t.ok(existsSync(join(folder, 'own')))
  await t.rejects(fillDisk(local, '/nowhere', 9000, never), { code: 'machine', message: /\/nowhere/ })
})

t.test('the arguments of netem', async (t) => {
  t.same(netemArguments({ delayMs: 100, jitterMs: 10, lossBasisPoints: 25, bitsPerSecond: 1e6 }), [
    'delay',
    '100ms',
    '10ms',
    'loss',
    '0.25%',
    'rate',
    '1000000bit',
  ])
  t.same(netemArguments({ lossBasisPoints: 10_000 }), ['loss', '100%'])
})

t.test('a clock is moved, with what would set it right stopped, and moved back', async (t) => {
  const folder = t.testdir({ bin: {} })
  const said = join(folder, 'said')
  // The clock of this computer is nobody's to set in a test: programs of these names say what they were asked.
  for (const [name, text] of Object.entries({
    date: `[ "$1" = -s ] || { echo 1700000000000; exit; }\necho "date $*" >>${said}`,
    systemctl: `[ "$1" != --quiet ] || { [ "$3" = chrony ]; exit; }\necho "systemctl $*" >>${said}`,
  }))
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  const script = readFileSync(new URL('../../../runner/faults/skew-clock.sh', import.meta.url), 'utf8')
  const around = `PATH=${folder}/bin:$PATH TITUS_BED_NOTES=${folder}/notes; export PATH TITUS_BED_NOTES\n${script}`
  const heard = () => readFileSync(said, 'utf8').trim().split('\n')
  await runAsRoot(local, around, ['-90500'], never)
  t.same(heard(), ['systemctl stop chrony', 'date -s @1699999909.500'])
  await runAsRoot(local, around, [], never)
  t.same(heard().slice(2), ['date -s @1700000090.500', 'systemctl start chrony'])
  await runAsRoot(local, around, [], never)
  t.equal(heard().length, 4, 'once is enough')
})

t.test('network cards are what is slowed down, and loopback is none', async (t) => {
  const folder = t.testdir({ bin: {} })
  mkdirSync(join(folder, 'net/ens5/device'), { recursive: true })
  mkdirSync(join(folder, 'net/lo'))
  writeFileSync(join(folder, 'bin/tc'), `#!/bin/sh\necho "tc $*"\n`, { mode: 0o755 })
  const script = readFileSync(new URL('../../../runner/faults/slow-network.sh', import.meta.url), 'utf8')
  const around = `PATH=${folder}/bin:$PATH\n${script.replace('/sys/class/net', join(folder, 'net'))}`
  t.equal(await runAsRoot(local, around, ['delay', '5ms'], never), 'tc qdisc replace dev ens5 root netem delay 5ms\n')
  t.equal(await runAsRoot(local, around, [], never), 'tc qdisc delete dev ens5 root\n')
})
