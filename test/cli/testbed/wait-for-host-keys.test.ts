import t from 'tap'
import { waitForHostKeys } from '../../../cli/testbed/wait-for-host-keys.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { testbedOn } from '../fake-testbed.ts'

const never = new AbortController().signal
const parts = { deadlineMs: 60_000, pollMs: 1, longestPollMs: 2 }
const calm = { failedMachine: async () => undefined, readConsole: async () => 'Linux version 6.1\r\n\u001b[32mloading\u001b[0m' }

/** A testbed in which these machines were launched so many seconds ago, and have shown no key. */
function without(keyOf: readonly string[], seconds = 4): Testbed {
  const raised = testbedOn('aws')
  const bootingSince = new Date(Date.now() - seconds * 1000).toISOString()
  return { ...raised, hosts: raised.hosts.map((host) => (keyOf.includes(host.name) ? { ...host, bootingSince } : host)) }
}

/** Looks that show this, one after the other, the last for ever. */
function looks(...shown: readonly Testbed[]) {
  let count = 0
  return { describe: async () => shown[Math.min(count++, shown.length - 1)] as Testbed, count: () => count }
}

t.test('who shows a key is not waited for, and nobody is asked again', async (t) => {
  const { describe, count } = looks(without(['gateway']))
  const raised = testbedOn('aws')
  const said: string[] = []
  t.equal(await waitForHostKeys(raised, describe, calm, (name) => said.push(name), never, parts), raised)
  t.same([count(), said], [0, []])
})

t.test('it waits for every key, and tells of each machine when that changes, however often it looks', async (t) => {
  const all = without([])
  const { describe } = looks(without(['gateway', 'agents[1]'], 5), without(['agents[1]'], 6), without(['agents[1]'], 7), all)
  const said: string[] = []
  const say = (name: string, state: string) => said.push(`${name} ${state}`)
  t.equal(await waitForHostKeys(without(['gateway', 'agents[1]']), describe, calm, say, never, parts), all)
  t.same(said, [
    'gateway boots, and its console shows no host key yet',
    'agents[1] boots, and its console shows no host key yet',
    'gateway has shown its host key',
    'agents[1] has shown its host key',
  ])
})

t.test('one that does not run any more is not waited for', async (t) => {
  const booting = without(['agents[1]'])
  const down = { ...booting, hosts: booting.hosts.map((host) => (host.name === 'agents[1]' ? { ...host, isDown: true as const } : host)) }
  const said: string[] = []
  t.equal(await waitForHostKeys(booting, looks(down).describe, calm, (name, state) => said.push(`${name} ${state}`), never, parts), down)
  t.equal(said.at(-1), 'agents[1] does not run any more')
})

t.test('a machine that the target knows to have failed ends it at once, with its last words', async (t) => {
  const { describe, count } = looks(without(['gateway']))
  const failedMachine = async () => ({ instanceId: 'i-gateway', log: 'Kernel panic' })
  await t.rejects(
    waitForHostKeys(without(['gateway']), describe, { ...calm, failedMachine }, () => undefined, never, parts),
    {
      name: 'TestbedError',
      message: 'the machine gateway failed\ngateway said last:\n  Kernel panic',
      hint: /titus-bed apply/,
    },
  )
  t.equal(count(), 0)
})

t.test('a console that never shows one is told at the deadline, from the launch or from when the wait began', async (t) => {
  const late = { name: 'TestbedError', hint: /terminate i-agents\[1\]/ }
  const old = without(['gateway', 'agents[1]'])
  const since = new Date(Date.now() - 3_600_000).toISOString()
  const hosts = old.hosts.map((host) => (host.name === 'agents[1]' ? { ...host, bootingSince: since } : host))
  const { describe, count } = looks({ ...old, hosts })
  await t.rejects(
    waitForHostKeys({ ...old, hosts }, describe, calm, () => undefined, never, parts),
    {
      ...late,
      message:
        /^agents\[1\] boots since 3600 s, and its console shows no host key yet\nagents\[1\] said last:\n {2}Linux version 6\.1\n {2}loading$/,
    },
  )
  t.equal(count(), 0, 'whom no waiting has helped is not waited for again')
  const young = without(['agents[1]'], 0)
  const ahead = {
    ...young,
    hosts: young.hosts.map((host) => ({ ...host, ...(host.bootingSince ? { bootingSince: '2999-01-01T00:00:00Z' } : {}) })),
  }
  await t.rejects(
    waitForHostKeys(ahead, looks(ahead).describe, calm, () => undefined, never, { ...parts, deadlineMs: 20 }),
    {
      ...late,
      message: /^agents\[1\] boots since 0 s/,
    },
  )
})

t.test('an interruption ends it', async (t) => {
  const ended = new AbortController()
  const booting = without(['gateway'])
  await t.rejects(
    waitForHostKeys(booting, looks(booting).describe, calm, () => ended.abort(), ended.signal, parts),
    { name: 'AbortError' },
  )
})
