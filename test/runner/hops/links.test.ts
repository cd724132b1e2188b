import { setMaxListeners } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createHops } from '../../../runner/hops/hops.ts'
import { getFile, putFile } from '../../../runner/hops/transfer.ts'
import { routeOver, startRelay } from '../relay.ts'
import type { LinkFault } from '../relay.ts'
import { startSilentPort } from '../silent-port.ts'
import { startSshTestbed } from '../sshd.ts'
import { waitFor } from '../wait-for.ts'

const limits = { timeoutMs: 30_000, signal: new AbortController().signal }
setMaxListeners(0, limits.signal)
const bed = await startSshTestbed(['bastion'])
t.teardown(() => bed.stop())

/** The machine at the end of a link that is not as good as loopback. */
async function openLink(fault: LinkFault = {}) {
  const relay = await startRelay(bed.testbed.hosts[0]?.route[0]?.port ?? 0, fault)
  const hops = createHops(routeOver(relay, bed.testbed))
  t.teardown(async () => {
    await hops.close()
    await relay.stop()
  })
  return { relay, machine: hops.machine('bastion') }
}

t.test('a link of 400 kbit/s brings an output whole, and its exit code', async (t) => {
  const { machine } = await openLink({ bytesPerSecond: 50_000 })
  const exit = await machine.exec(['sh', '-c', "head -c 60000 /dev/zero | tr '\\0' x; echo END >&2; exit 3"], limits)
  t.match(exit, { ended: 'exit', exitCode: 3, stderr: 'END\n', cut: {} })
  t.equal(exit.stdout.length, 60_000)
})

t.test(
  'on a link so slow that a single packet takes longer than a silent output is waited for, what is under way is waited for',
  async (t) => {
    const { machine } = await openLink({ bytesPerSecond: 10_000 })
    // The exit code comes at once, and the output in few pieces behind it.
    const exit = await machine.exec(['sh', '-c', '(sleep 0.2; dd if=/dev/zero bs=30000 count=1 status=none) & exit 0'], limits)
    t.match(exit, { exitCode: 0, cut: {} })
    t.equal(exit.stdout.length, 30_000)
    const held = await machine.exec(['sh', '-c', '(sleep 0.2; dd if=/dev/zero bs=20000 count=1 status=none; sleep 20) & exit 0'], limits)
    t.match(held, { exitCode: 0, cut: { stdout: { reason: /still open 0\.5 s after/ } } })
    t.equal(held.stdout.length, 20_000, 'what something in the background holds open is read as far as it came')
  },
)

t.test('a connection that is lost while a command runs is told as that', async (t) => {
  const { machine, relay } = await openLink()
  const begun = join(bed.dir, 'begun')
  const running = machine.exec(['sh', '-c', 'echo some; echo >"$0"; sleep 20', begun], limits)
  await waitFor('the command began', () => existsSync(begun))
  relay.cut()
  t.match(await running, { ended: 'lost', exitCode: null, cleared: false })
  t.match(await machine.exec(['echo', 'back'], limits), { stdout: 'back\n' }, 'the next command connects anew')
})

t.test('one that is lost after the exit code and before the end of the output leaves an output that is not whole', async (t) => {
  const { machine, relay } = await openLink()
  const release = join(bed.dir, 'release')
  const script = 'while [ ! -e "$0" ]; do echo more; sleep 0.1; done & echo started; exit 0'
  const running = machine.exec(['sh', '-c', script, release], limits)
  await waitFor('the command has ended, and what it left behind goes on', () => relay.carried() > 6000)
  relay.cut()
  writeFileSync(release, '')
  t.match(await running, {
    ended: 'exit',
    exitCode: 0,
    stdout: /^started\n|more\n/,
    cut: { stdout: { reason: 'the connection was lost before its end' }, stderr: { reason: /lost/ } },
  })
})

t.test('a file that comes only in part is none', async (t) => {
  const path = join(bed.dir, 'big')
  const { machine } = await openLink()
  await putFile(machine, Buffer.alloc(3_000_000, 'x'), path, '0600', limits)
  const slow = await openLink({ bytesPerSecond: 2_000_000 })
  let came = 0
  const keep = (piece: Buffer) => {
    came += piece.length
    if (came > 500_000) slow.relay.cut()
  }
  await t.rejects(getFile(slow.machine, path, keep, limits), {
    code: 'connection',
    message: /big came from bastion only in part: \d+ of 3000000 bytes/,
  })
})

t.test('a machine that is frozen says nothing of a port, at whatever moment: it is neither filtered nor closed', async (t) => {
  const silent = await startSilentPort()
  t.teardown(() => silent.stop())
  const dialFrozen = async (afterMs: number, timeoutMs: number, limitMs: number) => {
    const { machine, relay } = await openLink()
    await machine.exec(['true'], limits)
    const dialled = machine.dial('127.0.0.1', silent.port, { timeoutMs, signal: AbortSignal.timeout(limitMs) })
    if (afterMs === 0) relay.freeze()
    else setTimeout(() => relay.freeze(), afterMs)
    return dialled
  }
  const unheard = { code: 'interrupted', message: /^bastion: when the time was over, the machine itself had not answered/ }
  await t.rejects(dialFrozen(0, 100, 600), unheard, 'before it begins')
  await t.rejects(dialFrozen(700, 1000, 4000), { ...unheard, message: /had not answered for [\d.]+ s$/ }, 'while it connects')
  await t.rejects(dialFrozen(950, 1000, 4000), unheard, 'in its last moment')
})

t.test('a machine that is awake again has waited for as long as it was awake', async (t) => {
  const silent = await startSilentPort()
  t.teardown(() => silent.stop())
  const { machine } = await openLink()
  await machine.exec(['true'], limits)
  // The parent of `timeout` is the sshd of this connection.
  const { stdout: sshd } = await machine.exec(['sh', '-c', 'ps -o ppid= -p $PPID'], limits)
  const began = performance.now()
  const dialled = machine.dial('127.0.0.1', silent.port, { timeoutMs: 1500, signal: limits.signal })
  await sleep(400)
  process.kill(Number(sshd), 'SIGSTOP')
  await sleep(1500)
  process.kill(Number(sshd), 'SIGCONT')
  t.match(await dialled, { state: 'filtered', detail: /no answer within 1\.[5-9] s/ })
  t.ok(performance.now() - began >= 2600, 'the time that it was frozen for is no silence of the port')
})
