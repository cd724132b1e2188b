import { execFileSync } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConnectionError } from '../../../runner/hops/connection-error.ts'
import { createHops } from '../../../runner/hops/hops.ts'
import { fingerprintKey, parseHostKey } from '../../../runner/hops/host-key.ts'
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

t.test('a bastion that does not forward is told as that, not as a closed port', async (t) => {
  const bed = await startSshTestbed(['bastion'], ['AllowTcpForwarding no'])
  const hops = createHops(bed.testbed)
  t.teardown(async () => {
    await hops.close()
    await bed.stop()
  })
  await t.rejects(hops.machine('bastion').dial('127.0.0.1', 1, limits), { code: 'forwarding' })
})

t.test('a machine that allows fewer sessions is asked again', async (t) => {
  const bed = await startSshTestbed(['bastion'], ['MaxSessions 2'])
  const hops = createHops(bed.testbed)
  t.teardown(async () => {
    await hops.close()
    await bed.stop()
  })
  const exits = await Promise.all(Array.from({ length: 12 }, () => hops.machine('bastion').exec(['sleep', '0.05'], limits)))
  t.ok(exits.every(({ exitCode }) => exitCode === 0))
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
