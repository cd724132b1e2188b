import t from 'tap'
import { learnHostKeys, recordedHostKeys } from '../../stack/host-keys.ts'
import type { Host } from '../../schemas/testbed.ts'
import { consoleOf, hostKeyOf, testbedOn } from '../cli/fake-testbed.ts'

const { hosts } = testbedOn('aws')
const since = '2026-01-01T00:00:00.000Z'

/** The same host before its key is known. */
function booting(host: Host): Host {
  return {
    ...host,
    bootingSince: since,
    route: host.route.map((hop, index, all) => (index === all.length - 1 ? { ...hop, hostKeys: [] } : hop)),
  }
}

t.test('on record are the keys of the machines themselves, not of those on the way', async (t) => {
  const [bastion, gateway, agent] = hosts as [Host, Host, Host]
  t.strictSame(
    [...recordedHostKeys([bastion, booting(gateway), agent])],
    [
      ['i-bastion', ['ssh-ed25519 AAAA']],
      ['i-agents[0]', ['ssh-ed25519 AAAA']],
    ],
  )
})

t.test('only machines without a key are asked for their console, and only those that run', async (t) => {
  const [bastion, gateway, agent, last] = hosts as [Host, Host, Host, Host]
  const asked: string[] = []
  const readConsole = async (instanceId: string) => (asked.push(instanceId), instanceId === 'i-gateway' ? consoleOf(instanceId) : 'boots')
  const known = recordedHostKeys([bastion])
  const learned = await learnHostKeys([bastion, booting(gateway), booting(agent), { ...booting(last), isDown: true }], known, readConsole)
  t.strictSame(asked, ['i-gateway', 'i-agents[0]'])
  t.strictSame([...learned], [...known, ['i-gateway', [hostKeyOf('i-gateway')]]])
})

t.test('the first key that a console shows counts, and one on record is not given up for another', async (t) => {
  const both = `${consoleOf('i-first')}\n${consoleOf('i-second')}\n`
  const [bastion] = hosts as [Host]
  t.strictSame([...(await learnHostKeys([bastion], new Map(), async () => both))], [['i-bastion', [hostKeyOf('i-first')]]])
  const known = new Map([['i-bastion', [hostKeyOf('i-bastion')]]])
  t.strictSame(await learnHostKeys([bastion], known, async () => both), known)
})

t.test('a console that cannot be read is told', async (t) => {
  await t.rejects(
    learnHostKeys(hosts, new Map(), () => Promise.reject(new Error('refused'))),
    { message: 'refused' },
  )
})
