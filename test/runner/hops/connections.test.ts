import { execFileSync } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConnectionError } from '../../../runner/hops/connection-error.ts'
import { createHops } from '../../../runner/hops/hops.ts'
import { fingerprintKey, parseHostKey } from '../../../runner/hops/host-key.ts'
import { routeOver, startRelay } from '../relay.ts'
import { startSshTestbed } from '../sshd.ts'
import { waitFor } from '../wait-for.ts'

const limits = { timeoutMs: 10_000, signal: new AbortController().signal }
setMaxListeners(0, limits.signal)

t.test('a wrong host key ends the connection before the log-in', async (t) => {
  const bed = await startSshTestbed(['bastion', 'gateway'], ['LogLevel VERBOSE'])
  t.teardown(() => bed.stop())
  const [bastion, gateway] = bed.testbed.hosts
  const swapped = bastion?.route[0]?.hostKeys ?? []
  const right = gateway?.route[1]?.hostKeys[0] ?? ''
  const testbed = {
    ...bed.testbed,
    hosts: bed.testbed.hosts.map((host) =>
      host.name === 'gateway' ? { ...host, route: host.route.map((hop) => ({ ...hop, hostKeys: swapped })) } : host,
    ),
  }
  const hops = createHops(testbed)
  t.teardown(() => hops.close())
  t.match(await hops.machine('bastion').exec(['true'], limits), { exitCode: 0 })
  const error = await hops
    .machine('gateway')
    .exec(['true'], limits)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  t.ok(error instanceof ConnectionError)
  t.match(error, { code: 'host-key' })
  const { message } = error as Error
  t.match(message, 'gateway')
  t.ok(message.includes(fingerprintKey(parseHostKey(right))), 'the key that it showed')
  t.ok(message.includes(fingerprintKey(parseHostKey(swapped[0] ?? ''))), 'the key that it should have shown')
})

t.test('a machine whose host key is not known yet is not connected to at all', async (t) => {
  const bed = await startSshTestbed(['bastion', 'gateway'], ['LogLevel VERBOSE'])
  const unknown = bed.testbed.hosts.map((host) => ({
    ...host,
    route: host.route.map((hop) => (hop.name === 'gateway' ? { ...hop, hostKeys: [] } : hop)),
  }))
  const hops = createHops({ ...bed.testbed, hosts: unknown })
  t.teardown(async () => {
    await hops.close()
    await bed.stop()
  })
  await t.rejects(hops.machine('gateway').exec(['true'], limits), {
    code: 'connection',
    message: /gateway .*boots: its console has not shown its host key yet, and none is taken on trust/,
  })
  t.match(await hops.machine('bastion').exec(['true'], limits), { exitCode: 0 })
})

t.test('a bastion that does not forward is told as that, not as a closed port', async (t) => {
  const bed = await startSshTestbed(['bastion'], ['AllowTcpForwarding no'])
  const hops = createHops(bed.testbed)
  t.teardown(async () => {
    await hops.close()
    await bed.stop()
  })
  await t.rejects(hops.machine('bastion').dial('127.0.0.1', 1, limits), { code: 'forwarding' })
})

for (const sessions of [1, 2, 10])
  t.test(`a machine that allows ${sessions} sessions at a time: no command is lost, and whatever runs can be ended`, async (t) => {
    const bed = await startSshTestbed(['bastion', 'gateway'], [`MaxSessions ${sessions}`])
    const hops = createHops(bed.testbed)
    t.teardown(async () => {
      await hops.close()
      await bed.stop()
    })
    for (const name of sessions === 1 ? ['bastion', 'gateway'] : ['bastion']) {
      const machine = hops.machine(name)
      const exits = await Promise.all(Array.from({ length: 20 }, (_, index) => machine.exec(['echo', String(index)], limits)))
      t.same(
        exits.map(({ stdout, exitCode }) => [stdout, exitCode]),
        exits.map((_, index) => [`${index}\n`, 0]),
      )
      // More than there can be sessions, so that each of them is taken when the first is to be ended.
      const controller = new AbortController()
      const started = Array.from({ length: 4 * Math.min(sessions, 4) }, (_, index) => join(bed.dir, `${name}-${index}`))
      const running = started.map((file) =>
        machine.exec(['sh', '-c', 'echo >"$0"; sleep 60', file], {
          ...limits,
          timeoutMs: 60_000,
          signal: controller.signal,
        }),
      )
      await waitFor('as many run as the machine has room for', () => started.filter((file) => existsSync(file)).length >= 2)
      controller.abort()
      for (const ending of await Promise.allSettled(running))
        if (ending.status === 'fulfilled') t.match(ending.value, { ended: 'cancelled', cleared: true })
        else t.match(ending.reason, { code: 'interrupted' }, 'it had not begun')
      t.notMatch(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }), join(bed.dir, `${name}-`))
      t.match(await machine.exec(['echo', 'still here'], limits), { stdout: 'still here\n' })
    }
  })

t.test('a machine that allows no sessions says so, and is still a way to others', async (t) => {
  const bed = await startSshTestbed(['bastion'], ['MaxSessions 0'])
  const inner = await startSshTestbed(['gateway'])
  const [first, second] = [bed.testbed.hosts[0], inner.testbed.hosts[0]]
  const hosts = first === undefined || second === undefined ? [] : [first, { ...second, route: [...first.route, ...second.route] }]
  const hops = createHops({ ...bed.testbed, hosts })
  t.teardown(async () => {
    await hops.close()
    await bed.stop()
    await inner.stop()
  })
  await t.rejects(hops.machine('bastion').exec(['true'], limits), {
    code: 'login',
    message: /bastion refused one more session/,
    hint: /MaxSessions/,
  })
  t.match(await hops.machine('gateway').exec(['echo', 'in'], limits), { stdout: 'in\n' })
})

t.test('a machine that takes one connection at a time serves all commands over it', async (t) => {
  const bed = await startSshTestbed(['bastion'])
  const relay = await startRelay(bed.testbed.hosts[0]?.route[0]?.port ?? 0, { connections: 1 })
  const hops = createHops(routeOver(relay, bed.testbed))
  t.teardown(async () => {
    await hops.close()
    await relay.stop()
    await bed.stop()
  })
  const exits = await Promise.all(Array.from({ length: 20 }, (_, index) => hops.machine('bastion').exec(['echo', String(index)], limits)))
  t.same(
    exits.map(({ stdout }) => stdout),
    exits.map((_, index) => `${index}\n`),
  )
})

t.test('a bastion that is gone takes the connections behind it along', async (t) => {
  const bed = await startSshTestbed(['bastion', 'gateway'])
  const hops = createHops(bed.testbed)
  t.teardown(async () => {
    await hops.close()
    await bed.stop()
  })
  await hops.machine('gateway').exec(['true'], limits)
  const begun = join(bed.dir, 'begun')
  const running = hops.machine('gateway').exec(['sh', '-c', 'echo >"$0"; sleep 20', begun], limits)
  await waitFor('the command began', () => existsSync(begun))
  await bed.kill('bastion')
  t.match(await running, { ended: 'lost' })
  await t.rejects(hops.machine('gateway').exec(['true'], limits), { code: 'connection', message: /bastion/ })
})

t.test('a private key that cannot be used, and one that is refused', async (t) => {
  const bed = await startSshTestbed(['bastion'])
  t.teardown(() => bed.stop())
  const identityFile = join(bed.dir, 'other')
  const { hosts } = bed.testbed
  const route = hosts[0]?.route.map((hop) => ({ ...hop, identityFile })) ?? []
  const run = async () => {
    const hops = createHops({ ...bed.testbed, hosts: hosts.map((host) => ({ ...host, route })) })
    try {
      await hops.machine('bastion').exec(['true'], limits)
    } finally {
      await hops.close()
    }
  }
  await t.rejects(run(), { code: 'login', message: /cannot read the private key.*other/ })
  writeFileSync(identityFile, 'no key')
  await t.rejects(run(), { code: 'login', message: /cannot use the private key.*other/ })
  rmSync(identityFile)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identityFile])
  await t.rejects(run(), { code: 'login', message: /bastion .* refused the log-in with .*other/ })
})

t.test('no one listens', async (t) => {
  const bed = await startSshTestbed(['bastion'])
  await bed.kill('bastion')
  const hops = createHops(bed.testbed)
  t.teardown(async () => {
    await hops.close()
    await bed.stop()
  })
  await t.rejects(hops.machine('bastion').exec(['true'], limits), { code: 'connection', message: /bastion .*ECONNREFUSED/ })
  t.throws(() => hops.machine('nowhere'), RangeError)
})
