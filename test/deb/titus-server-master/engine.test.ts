import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import type { AgentOffer, SchedulerCall } from '../../../deb/protocol/mesos-protocol.ts'
import { sanitise } from '../../../deb/titus-server-gateway/sanitise.ts'
import { startEngine } from '../../../deb/titus-server-master/engine.ts'
import { logChanges } from '../../../deb/titus-server-master/log-changes.ts'
import { leaderJson, statusJson } from '../../../deb/titus-server-master/v2-json.ts'
import { batchJob, FakeTitus, serviceJob } from '../titus-server-gateway/api.ts'

const agent: AgentOffer = {
  agentId: 'a',
  hostname: 'host-a',
  ip: '30.0.100.140',
  resources: { cpus: 64, mem: 65_536, disk: 65_536, network: 9000, ports: '' },
  attributes: { id: 'i-a', asg: 'titusagent', itype: 'm4.large', res: 'ResourceSet-ENIs-1-10', zone: 'eu-west-1a' },
}

/** An engine on a clock that the test sets, with all that it told Mesos and the log. */
function engineOf(t: Test) {
  const told: SchedulerCall[] = []
  const logged: string[] = []
  let now = 1_000_000
  let ids = 0
  const engine = startEngine({
    settings: { cellName: 'dev', refreshMs: 10_000, ownerId: 'default' },
    now: () => now,
    newId: () => `id-${(ids += 1)}`,
    tell: (call) => told.push(call),
    onChange: (before, after) =>
      logChanges(before, after, (event, fields = {}) =>
        logged.push(`${event} ${fields['id']} ${fields['state']} ${fields['agent'] ?? ''}`.trim()),
      ),
  })
  t.teardown(engine.stop)
  return {
    engine,
    told,
    logged,
    /** Moves the clock, and lets the reconciler turn once after a call. */
    settle: async (ms = 0) => {
      now += ms
      engine.hear({ type: 'HEARTBEAT' })
      await turn()
      await turn()
    },
    create: () => engine.call({ method: 'createJob', descriptor: sanitise(batchJob()) }),
  }
}

/** The same, with an agent whose group is active. */
async function readyEngine(t: Test) {
  const world = engineOf(t)
  world.engine.hear({ type: 'OFFERS', offers: [agent] })
  await world.settle(10_000)
  world.engine.call({ method: 'updateLifecycle', id: 'titusagent', state: 'Active', detail: '' })
  return world
}

t.test('a job becomes a launch, with all that the agent needs, as soon as there is an agent', async (t) => {
  const { create, told, settle, logged } = await readyEngine(t)
  t.same(create(), { ok: true, value: 'id-1' })
  await settle()
  t.match(told, [{ type: 'LAUNCH', agentId: 'a', task: { taskId: 'id-2', jobId: 'id-1', image: 'alpine:latest', eniIndex: 0 } }])
  t.same(logged, ['job id-1 Accepted', 'task id-2 Launched host-a'], 'what is between two turns is one change')
})

t.test('a reply is given at once, a refusal too, and changes nothing', async (t) => {
  const { engine, told, settle, logged } = await readyEngine(t)
  t.match(engine.call({ method: 'killJob', id: 'constructor' }), { ok: false, code: 'NOT_FOUND' })
  await settle()
  t.same(told, [])
  t.same(logged, [])
})

t.test('a kill goes to Mesos with its grace, and again with a new subscription', async (t) => {
  const { engine, create, told, settle } = await readyEngine(t)
  create()
  await settle()
  engine.call({ method: 'killTask', id: 'id-2', shrink: false, user: 'me' })
  t.same(told.slice(1), [{ type: 'KILL', taskId: 'id-2', graceSec: 10 }])
  engine.hear({ type: 'SUBSCRIBED', frameworkId: 'f' })
  t.equal(told.length, 3)
})

t.test('without a subscription nothing is placed, and what runs is compared', async (t) => {
  const { engine, create, told, settle } = await readyEngine(t)
  create()
  await settle()
  engine.reconcileWithMesos()
  t.same(told.at(-1), { type: 'RECONCILE', taskIds: ['id-2'] })
  engine.forgetOffers()
  create()
  await settle(60)
  t.equal(told.filter(({ type }) => type === 'LAUNCH').length, 1)
  engine.hear({ type: 'UPDATE', agentId: 'a', taskId: 'id-2', state: 'TASK_FINISHED', message: '' })
  const before = told.length
  engine.reconcileWithMesos()
  t.equal(told.length, before, 'with nothing that runs there is nothing to ask')
})

t.test('an engine that was stopped turns no more', async (t) => {
  const { engine, create, told, settle } = await readyEngine(t)
  engine.stop()
  create()
  await settle(100)
  t.same(told, [])
})

t.test('groups and instances are discovered once in a while, and stay for as long as the master lives', async (t) => {
  const titus = new FakeTitus()
  titus.offer('a')
  titus.offer('b', { attributes: { asg: '', itype: '', id: '' } })
  titus.pass(0)
  const groups = () =>
    (titus.get('/api/v3/agent/instanceGroups').agentInstanceGroups as { id: string; current: number; instanceType: string }[]) ?? []
  t.same(
    groups().map(({ id, instanceType, current }) => [id, instanceType, current]),
    [
      ['titusagent', 'm4.large', 1],
      ['unknown-instanceGroup', 'unknown', 1],
    ],
  )
  t.match(titus.get('/api/v3/agent/instances'), { agentInstances: [{ id: 'i-a' }, { id: 'host-b' }] }, 'without an id the host name is one')
  titus.offer('c')
  titus.pass(9_999)
  t.equal(groups()[0]?.current, 1, 'not before it is time')
  titus.activate()
  titus.pass(1)
  t.equal(groups()[0]?.current, 2)
  titus.hear({ type: 'FAILURE', agentId: 'a' })
  titus.hear({ type: 'RESCIND', agentId: 'c' })
  titus.pass(10_000)
  t.match(groups()[0], { id: 'titusagent', current: 0, lifecycleStatus: { state: 'Active' } }, 'without agents it keeps its state')
  titus.hear({ type: 'SUBSCRIBED', frameworkId: 'f' })
  titus.pass(10_000)
  t.equal(groups().length, 2, 'without Mesos all stays as it was')
})

t.test('the log tells each job and task whose state is not the one that it was', async (t) => {
  const titus = new FakeTitus()
  const before = titus.state
  const job = titus.create(serviceJob())
  titus.pass(0)
  const lines: string[] = []
  logChanges(before, titus.state, (event, fields = {}) => lines.push(`${event} ${fields['id']} ${fields['state']}`))
  t.same(lines, [`job ${job} Accepted`, `task ${titus.tasks()[0].id} Accepted`])
  logChanges(titus.state, titus.state, () => t.fail('nothing has changed'))
})

t.test('who leads, since when and for how long', async (t) => {
  const facts = { hostname: 'm', ip: '30.0.100.12', apiPort: 7001, isLeader: true, startedAt: 0, electedAt: 5000, mesosLeader: 'p:5050' }
  const now = (3 * 3600 + 62 * 60 + 5) * 1000 + 999
  t.match(statusJson(facts, now), { leader: true, upTime: '4h 2m 5s', electionTimeStamp: '1970-01-01T00:00:05.000Z' })
  t.match(statusJson({ ...facts, isLeader: false }, now), { leader: false, active: false, electionTimeStamp: '', activeTimeStamp: '' })
  t.match(leaderJson(facts), { hostIP: '30.0.100.12', createTime: 5000, mesosServers: ['p:5050'] })
  t.match(leaderJson({ ...facts, mesosLeader: '' }), { mesosLeader: '', mesosServers: [] })
})
