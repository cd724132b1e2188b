import t from 'tap'
import { waitForAgents } from '../../../cli/testbed/wait-for-agents.ts'
import type { AgentParts } from '../../../cli/testbed/wait-for-agents.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { testbedOn } from '../fake-testbed.ts'

const { signal } = new AbortController()

/** An EC2 that shows these numbers of running agents, one after the other, and a group that failed at these looks. */
function worldOf(counts: readonly number[], failures: readonly (string | undefined)[] = []) {
  const { hosts, ...rest } = testbedOn('aws')
  const agent = hosts[2]
  const said: string[] = []
  const groups: string[] = []
  let looks = 0
  const describe = async (): Promise<Testbed> => {
    const count = counts[Math.min(looks, counts.length - 1)] ?? 0
    looks += 1
    const agents = [0, 1, 2].flatMap((index) => (agent === undefined ? [] : [{ ...agent, name: `agents[${index}]` }]))
    const shown = agents.map((one, index) => (index < count ? one : { ...one, isDown: true as const }))
    return { ...rest, hosts: [...hosts.slice(0, 2), ...shown] }
  }
  let asked = 0
  const parts: AgentParts = {
    deadlineMs: 60_000,
    pollMs: 1,
    patienceMs: 60_000,
    findFailedLaunch: async (_access, _region, name) => {
      groups.push(name)
      const message = failures[Math.min(asked, failures.length - 1)]
      asked += 1
      return message === undefined ? undefined : { message, hint: 'another zone' }
    },
  }
  return { describe, said, say: (line: string) => void said.push(line), parts, groups }
}

t.test('agents that are there are not waited for', async (t) => {
  const { describe, said, say, parts, groups } = worldOf([2])
  t.equal((await waitForAgents(describe, 2, say, signal, parts)).hosts.length, 5)
  t.same([said, groups], [[], []])
})

t.test('those that are missing, and those that are too many, are counted until they are as many as are wanted', async (t) => {
  const growing = worldOf([0, 1, 2])
  await waitForAgents(growing.describe, 2, growing.say, signal, growing.parts)
  t.same(growing.said, ['agents running: 0 of 2', 'agents running: 1 of 2'])
  const shrinking = worldOf([3, 1])
  await waitForAgents(shrinking.describe, 1, shrinking.say, signal, shrinking.parts)
  t.same(shrinking.said, ['agents running: 3 of 1'])
  const none = worldOf([1, 0])
  await waitForAgents(none.describe, 0, none.say, signal, none.parts)
  t.same(none.groups, [], 'a group that is to have fewer is not asked what it could not launch')
})

t.test('a launch that fails meanwhile ends the wait, in the words of the group', async (t) => {
  const { describe, say, parts, groups } = worldOf([0], [undefined, 'the group could not launch an agent'])
  await t.rejects(waitForAgents(describe, 1, say, signal, parts), {
    name: 'TestbedError',
    message: 'agents running: 0 of 1: the group could not launch an agent',
    hint: 'another zone',
  })
  t.same(groups, ['blue-agents', 'blue-agents'])
})

t.test('one that failed before anybody waited is tried again, for a while', async (t) => {
  const later = worldOf([0, 0, 1], ['old'])
  t.ok(await waitForAgents(later.describe, 1, later.say, signal, later.parts))
  const never = worldOf([0], ['old'])
  await t.rejects(waitForAgents(never.describe, 1, never.say, signal, { ...never.parts, patienceMs: 10 }), { message: /: old$/ })
})

t.test('a group that says nothing is told with the number seen last', async (t) => {
  const { describe, say, parts } = worldOf([0])
  await t.rejects(waitForAgents(describe, 1, say, signal, { ...parts, deadlineMs: 20 }), {
    message: /agents running: 0 of 1, after .* minutes/,
    hint: /describe-scaling-activities/,
  })
})

t.test('an interruption ends the wait', async (t) => {
  const ended = new AbortController()
  const { describe, parts } = worldOf([0])
  await t.rejects(
    waitForAgents(describe, 1, () => ended.abort(), ended.signal, parts),
    { name: 'AbortError' },
  )
})
