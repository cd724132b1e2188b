import t from 'tap'
import { waitForServices } from '../../../cli/testbed/wait-for-services.ts'
import type { Exit } from '../../../runner/hops/exit.ts'
import { exitOf, fakeHops, testbedOn } from '../fake-testbed.ts'

const { signal } = new AbortController()

function worldOf(answer: (machine: string) => Exit) {
  const asked: string[] = []
  const said: string[] = []
  const hops = fakeHops((machine, argv) => (asked.push(`${machine}: ${argv.join(' ')}`), answer(machine)))
  return { asked, said, hops, say: (line: string) => void said.push(line), parts: { openHops: () => hops, deadlineMs: 1000 } }
}

t.test('systemd of each machine says when its boot is over; a unit that failed is no matter', async (t) => {
  const { asked, said, hops, say, parts } = worldOf((machine) =>
    machine === 'gateway' ? exitOf({ exitCode: 1, stdout: 'degraded\n' }) : exitOf({ stdout: 'running\n' }),
  )
  await waitForServices(testbedOn('aws'), ['bastion', 'gateway'], say, signal, parts)
  t.same(asked, ['bastion: systemctl is-system-running --wait', 'gateway: systemctl is-system-running --wait'])
  t.same(said, ['waiting for those of bastion, gateway', 'waiting for those of gateway'])
  t.ok(hops.closed())
})

t.test('one that does not get there is told with what systemd said', async (t) => {
  for (const [exit, told] of [
    [exitOf({ exitCode: 1, stdout: 'stopping\n' }), 'stopping'],
    [exitOf({ ended: 'timeout', exitCode: null }), 'nothing (timeout)'],
  ] as const) {
    const { hops, say, parts } = worldOf(() => exit)
    await t.rejects(waitForServices(testbedOn('aws'), ['gateway'], say, signal, parts), {
      name: 'TestbedError',
      message: `the services of gateway have not started: systemd says ${told}`,
    })
    t.ok(hops.closed())
  }
})

t.test('no machine, no connection', async (t) => {
  const { asked, said, say, parts } = worldOf(() => exitOf())
  await waitForServices(testbedOn('aws'), [], say, signal, parts)
  t.same([asked, said], [[], []])
})
