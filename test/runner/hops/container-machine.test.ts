import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex, Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createContainerMachine } from '../../../runner/hops/container-machine.ts'
import { createLocalMachine } from '../../../runner/hops/local-machine.ts'
import type { Machine } from '../../../runner/hops/machine.ts'
import { startSilentPort } from '../silent-port.ts'
import { freePort } from '../sshd.ts'
import { waitFor } from '../wait-for.ts'

const folder = mkdtempSync(join(tmpdir(), 'titus-bed-container-'))
const silent = await startSilentPort()
const path = process.env['PATH']
process.env['PATH'] = `${folder}:${path}`
t.teardown(async () => {
  process.env['PATH'] = path
  await silent.stop()
  rmSync(folder, { recursive: true })
})
// The container is this computer, and the relay is the process that asks for it.
const relayFile = join(folder, 'relay')
writeFileSync(join(folder, 'docker'), `#!/bin/sh\necho $PPID >${relayFile}.new; mv ${relayFile}.new ${relayFile}\necho ${process.pid}\n`)
chmodSync(join(folder, 'docker'), 0o755)
const local = createLocalMachine()
let said = ''
/** This computer, which tells what the relay has said so far. */
const host: Machine = {
  ...local,
  async pipe(argv, options) {
    said = ''
    const inner = await local.pipe(argv, options)
    const outer = Duplex.from({
      writable: inner,
      readable: inner.pipe(
        new Transform({
          transform(piece: Buffer, _, done) {
            said += piece.toString()
            done(null, piece)
          },
        }),
      ),
    })
    outer.on('error', () => undefined).once('close', () => inner.destroy())
    return outer
  },
}
const machine = createContainerMachine(host, 'box')

/** Connects to a port that answers nobody, and freezes the relay and all that it started once it has said this. */
async function dialFrozen(after: string, timeoutMs: number, signal: AbortSignal, frozenMs = Infinity) {
  rmSync(relayFile, { force: true })
  const dialled = machine.dial('127.0.0.1', silent.port, { timeoutMs, signal }).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  )
  await waitFor('the relay runs', () => existsSync(relayFile) && said.includes(after))
  const group = -Number(readFileSync(relayFile, 'utf8'))
  process.kill(group, 'SIGSTOP')
  if (frozenMs !== Infinity) {
    await sleep(frozenMs)
    process.kill(group, 'SIGCONT')
  }
  const came = await dialled
  if (frozenMs === Infinity) process.kill(group, 'SIGKILL')
  return came
}

t.test('a port is filtered when its host says for long enough that nobody answers', async (t) => {
  const limits = { timeoutMs: 1000, signal: AbortSignal.timeout(30_000) }
  t.match(await machine.dial('127.0.0.1', silent.port, limits), { state: 'filtered', detail: 'no answer within 1 s', waitedMs: 1000 })
  const cutOff = await machine.dial('127.0.0.1', silent.port, { timeoutMs: 60_000, signal: AbortSignal.timeout(3000) })
  t.match(cutOff, { state: 'filtered', detail: /no answer within [12]/ }, 'also when the time of the step is shorter')
  t.match(await machine.dial('localhost', await freePort(), limits), { state: 'refused' }, 'of several addresses the last one tells')
})

t.test('a host that freezes after it began to connect has said nothing of the port', async (t) => {
  const mute = (message: RegExp) => ({ error: { code: 'interrupted', message } })
  t.match(await dialFrozen('', 1000, AbortSignal.timeout(4000)), mute(/given up|itself had not answered/))
  for (const after of ['ready\n', 'yet\nno answer yet\nno answer yet\n'])
    t.match(await dialFrozen(after, 1000, AbortSignal.timeout(4000)), mute(/itself had not answered for [\d.]+ s$/), after)
})

t.test('a host that is awake again has waited for as long as it was awake', async (t) => {
  const began = performance.now()
  const awake = await dialFrozen('yet\n', 1000, AbortSignal.timeout(30_000), 1500)
  t.match(awake, { result: { state: 'filtered', waitedMs: 1000 } })
  t.ok(performance.now() - began >= 2250)
})

t.test('a resolver that is silent is none of the port', async (t) => {
  writeFileSync(join(folder, 'getent'), '#!/bin/sh\nexec sleep 60\n')
  chmodSync(join(folder, 'getent'), 0o755)
  t.teardown(() => rmSync(join(folder, 'getent')))
  await t.rejects(machine.dial('db.example', 80, { timeoutMs: 500, signal: AbortSignal.timeout(2000) }), { code: 'interrupted' })
})
