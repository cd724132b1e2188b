import t from 'tap'
import { startMachines, stopMachines, stoppedMachines } from '../../../cli/testbed/machine-power.ts'
import type { PowerParts } from '../../../cli/testbed/machine-power.ts'
import { testbedOn } from '../fake-testbed.ts'

const testbed = testbedOn('aws')
const { signal } = new AbortController()

/** An EC2 whose machines take a look to get where they were sent. */
function worldOf(states: Readonly<Record<string, string>>, becomes: Readonly<Record<string, string>> = {}) {
  const now = new Map(Object.entries(states))
  const asked: string[] = []
  const said: string[] = []
  const parts: PowerParts = {
    deadlineMs: 200,
    pollMs: 1,
    switchInstance: async (to, id) => {
      asked.push(`${to} ${id}`)
      now.set(id, to === 'stop' ? 'stopping' : 'pending')
    },
    instanceStates: async (ids) => {
      const seen = new Map(ids.map((id) => [id, now.get(id) ?? 'terminated']))
      for (const id of ids) {
        const next = becomes[id] ?? { stopping: 'stopped', pending: 'running' }[now.get(id) ?? '']
        if (next !== undefined) now.set(id, next)
      }
      return seen
    },
  }
  return { asked, said, parts, say: (line: string) => void said.push(line) }
}

t.test('what stands on another stops first, the way in last, and each has stopped before the next', async (t) => {
  const { asked, said, parts, say } = worldOf({ 'i-bastion': 'running', 'i-gateway': 'running' })
  t.same(await stopMachines(testbed, say, signal, parts), ['gateway', 'bastion'])
  t.same(asked, ['stop i-gateway', 'stop i-bastion'])
  t.same(said, ['gateway is stopping', 'gateway is stopped', 'bastion is stopping', 'bastion is stopped'])
})

t.test('they start the other way round; agents are the business of their group', async (t) => {
  const { asked, parts, say } = worldOf({ 'i-bastion': 'stopped', 'i-gateway': 'stopped', 'i-agents[0]': 'stopped' })
  t.same(await startMachines(testbed, say, signal, parts), ['bastion', 'gateway'])
  t.same(asked, ['start i-bastion', 'start i-gateway'])
})

t.test('one that is on its way is waited for, one that is there is left alone', async (t) => {
  const stopping = worldOf({ 'i-bastion': 'stopping', 'i-gateway': 'stopped' })
  t.same(await stopMachines(testbed, stopping.say, signal, stopping.parts), ['bastion'])
  t.same(stopping.asked, [])
  const starting = worldOf({ 'i-bastion': 'stopping', 'i-gateway': 'running' })
  t.same(await startMachines(testbed, starting.say, signal, starting.parts), ['bastion'])
  t.same(starting.asked, ['start i-bastion'], 'EC2 starts none that is still stopping')
  const pending = worldOf({ 'i-bastion': 'pending', 'i-gateway': 'running' })
  t.same(await startMachines(testbed, pending.say, signal, pending.parts), ['bastion'])
  t.same(pending.asked, [])
})

t.test('one that is gone cannot be started, and need not be stopped', async (t) => {
  const { asked, parts, say } = worldOf({ 'i-gateway': 'running' })
  await t.rejects(startMachines(testbed, say, signal, parts), { name: 'TestbedError', message: /bastion .* is gone/, hint: /apply/ })
  t.same(await stopMachines(testbed, say, signal, parts), ['gateway'])
  t.same(asked, ['stop i-gateway'])
})

t.test('one that EC2 does not start is told early, one that takes too long with its last state', async (t) => {
  const refused = worldOf({ 'i-bastion': 'stopped' }, { 'i-bastion': 'stopped' })
  await t.rejects(startMachines(testbed, refused.say, signal, { ...refused.parts, deadlineMs: 60_000 }), {
    name: 'TestbedError',
    message: 'EC2 does not start the machine bastion: it is stopped again',
  })
  const slow = worldOf({ 'i-gateway': 'running' }, { 'i-gateway': 'stopping' })
  await t.rejects(stopMachines(testbed, slow.say, signal, slow.parts), { message: /gateway is not stopped after .*, but stopping/ })
})

t.test('an interruption ends the wait', async (t) => {
  const ended = new AbortController()
  const { parts } = worldOf({ 'i-gateway': 'running' }, { 'i-gateway': 'stopping' })
  const work = stopMachines(testbed, () => ended.abort(), ended.signal, { ...parts, deadlineMs: 60_000 })
  await t.rejects(work, { name: 'AbortError' })
})

t.test('those that are stopped are named', async (t) => {
  t.same(await stoppedMachines(testbed, signal, worldOf({ 'i-bastion': 'running', 'i-gateway': 'stopping' }).parts), ['gateway'])
  t.same(await stoppedMachines(testbed, signal, worldOf({}).parts), [], 'one that is gone is not')
})
