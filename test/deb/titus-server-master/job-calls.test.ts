import t from 'tap'
import type { Job } from '../../../deb/protocol/model/job.ts'
import type { MasterCall } from '../../../deb/protocol/master-rpc.ts'
import { sanitise } from '../../../deb/titus-server-gateway/sanitise.ts'
import { applyCall } from '../../../deb/titus-server-master/apply-call.ts'
import type { MasterState } from '../../../deb/titus-server-master/state.ts'
import { batchJob, FakeTitus, serviceJob } from '../titus-server-gateway/api.ts'
import { cluster, started } from './one-agent.ts'

/** What the master answers a call with, in the state that some cluster is in; the state stays as it was. */
function ask(titus: FakeTitus, call: MasterCall) {
  const { state, reply, effects } = applyCall(titus.state, call, titus.context)
  return { state, effects, told: reply.ok ? 'done' : `${reply.code} ${reply.text.replace(/^\w+Exception: /, '')}`, reply }
}

function jobIn(state: MasterState, id: string): Job | undefined {
  return state.jobs[id]
}

t.test('a job gets an id, the marks of its cell, and is accepted', async (t) => {
  const titus = new FakeTitus()
  const { reply, state } = ask(titus, {
    method: 'createJob',
    descriptor: sanitise(batchJob({ attributes: { mine: '1', 'titus.cell': 'x' } })),
  })
  const id = reply.ok ? String(reply.value) : ''
  t.match(jobIn(state, id), {
    status: { state: 'Accepted', timestamp: titus.now },
    statusHistory: [],
    jobDescriptor: { attributes: { mine: '1', 'titus.cell': 'dev', 'titus.stack': 'dev' } },
  })
})

t.test('a sequence of a group is one job’s, for as long as that lives', async (t) => {
  const titus = cluster()
  const id = titus.create(serviceJob())
  const again = { method: 'createJob', descriptor: sanitise(serviceJob()) } as const
  t.equal(
    ask(titus, again).told,
    `RESOURCE_EXHAUSTED Constraint violation - job with group sequence myServiceApp-myStack-detail-002 exists (${id})`,
  )
  const other = sanitise(serviceJob({ jobGroupInfo: { stack: 'myStack', detail: 'detail', sequence: '003' } }))
  t.equal(ask(titus, { method: 'createJob', descriptor: other }).told, 'done')
  const none = sanitise(serviceJob({ jobGroupInfo: { stack: 'myStack', detail: 'detail', sequence: '' } }))
  t.equal(ask(titus, { method: 'createJob', descriptor: none }).told, 'done', 'without a sequence there is nothing to share')
  titus.send('DELETE', `/api/v3/jobs/${id}`)
  t.match(ask(titus, again).told, /^RESOURCE_EXHAUSTED/, 'one that is ending holds it still')
  titus.pass(0)
  t.equal(ask(titus, again).told, 'done')
})

t.test('what is ending, has ended or is not there cannot be changed, each told as that', async (t) => {
  const { titus, job } = started(serviceJob())
  const capacity = { min: 0, desired: 2, max: 3 }
  const calls = (id: string): readonly MasterCall[] => [
    { method: 'killJob', id },
    { method: 'updateCapacity', id, capacity },
    { method: 'updateJobProcesses', id, processes: { disableIncreaseDesired: true, disableDecreaseDesired: true } },
    { method: 'updateJobStatus', id, enabled: false },
  ]
  for (const call of calls(job)) t.equal(ask(titus, call).told, 'done', call.method)
  for (const call of calls('constructor')) t.equal(ask(titus, call).told, 'NOT_FOUND Job with id constructor does not exist', call.method)
  titus.send('DELETE', `/api/v3/jobs/${job}`)
  for (const call of calls(job)) t.equal(ask(titus, call).told, `FAILED_PRECONDITION Job ${job} is in the termination process`, call.method)
  const batch = titus.create(batchJob())
  for (const call of calls(batch).slice(1)) {
    t.equal(
      ask(titus, call).told,
      `FAILED_PRECONDITION Operation restricted to service jobs, and ${batch} is not the service job`,
      call.method,
    )
  }
})

t.test('the desired count changes only the way that the job lets it', async (t) => {
  for (const [up, down, desired, allowed] of [
    [false, false, 3, true],
    [true, false, 3, false],
    [true, false, 1, true],
    [false, true, 1, false],
    [false, true, 3, true],
    [true, true, 2, true],
  ] as const) {
    const titus = cluster()
    const serviceJobProcesses = { disableIncreaseDesired: up, disableDecreaseDesired: down }
    const id = titus.create(serviceJob({}, { capacity: { min: 0, desired: 2, max: 5 }, serviceJobProcesses }))
    const { told, state } = ask(titus, { method: 'updateCapacity', id, capacity: { min: 0, desired, max: 5 } })
    t.equal(told === 'done', allowed, `${up} ${down} ${desired}: ${told}`)
    t.equal(jobIn(state, id)?.jobDescriptor.service?.capacity.desired, allowed ? desired : 2)
  }
})

t.test('a task is killed, once; with shrink its job wants one fewer', async (t) => {
  const { titus, job, task } = started(serviceJob())
  const killed = ask(titus, { method: 'killTask', id: task, shrink: false, user: 'me' })
  t.same(killed.effects, [{ type: 'kill', taskId: task }])
  t.match(killed.state.tasks[task]?.status, {
    state: 'KillInitiated',
    reasonCode: 'killed',
    reasonMessage: /User initiated task kill: me \(shrink=false\)$/,
  })
  const shrunk = ask(titus, { method: 'killTask', id: task, shrink: true, user: 'me' })
  t.match(shrunk.state.tasks[task]?.status, { reasonCode: 'scaledDown' })
  t.same(jobIn(shrunk.state, job)?.jobDescriptor.service?.capacity, { min: 0, desired: 0, max: 1 })
  titus.send('DELETE', `/api/v3/tasks/${task}`)
  t.match(ask(titus, { method: 'killTask', id: task, shrink: false, user: 'me' }).told, /^FAILED_PRECONDITION .* termination process/)
  titus.update(task, 'TASK_KILLED')
  t.match(ask(titus, { method: 'killTask', id: task, shrink: false, user: 'me' }).told, /^FAILED_PRECONDITION Task .* is terminated/)
  t.match(ask(titus, { method: 'killTask', id: 'toString', shrink: false, user: 'me' }).told, /^NOT_FOUND/)
})

t.test('a batch job does not shrink, and its task lives on', async (t) => {
  const { titus, task } = started(batchJob())
  const { told, state } = ask(titus, { method: 'killTask', id: task, shrink: true, user: 'me' })
  t.match(told, /^FAILED_PRECONDITION Operation restricted to service jobs/)
  t.equal(state, titus.state)
})

t.test('groups and instances: each change alone, unknown ones refused as the real one does', async (t) => {
  const titus = cluster()
  const change = (call: MasterCall) => ask(titus, call)
  const rule = { min: 1, max: 2, minIdleToKeep: 1, maxIdleToKeep: 2, coolDownSec: 1, priority: 1, shortfallAdjustingFactor: 1 }
  const id = 'titusagent'
  t.equal(change({ method: 'updateTier', id, tier: 'Critical' }).state.groups[id]?.tier, 'Critical')
  t.same(change({ method: 'updateAttributes', id, attributes: { a: 'b' } }).state.groups[id]?.attributes, { a: 'b' })
  t.match(change({ method: 'updateLifecycle', id, state: 'Removable', detail: 'old' }).state.groups[id]?.lifecycleStatus, {
    state: 'Removable',
    detail: 'old',
    timestamp: titus.now,
  })
  t.same(change({ method: 'updateAutoScaleRule', id, rule }).state.groups[id]?.autoScaleRule, rule)
  t.equal(change({ method: 'updateAutoScaleRule', id, rule: { ...rule, min: 3 } }).told, "INVALID_ARGUMENT 'min'(3) must be <= 'max'(2)")
  t.equal(
    change({ method: 'updateAutoScaleRule', id, rule: { ...rule, minIdleToKeep: 3 } }).told,
    "INVALID_ARGUMENT 'minIdleToKeep'(3) must be <= 'maxIdleToKeep'(2)",
  )
  t.match(change({ method: 'updateOverride', id: 'i-a', state: 'Quarantined', detail: 'ill' }).state.instances['i-a']?.overrideStatus, {
    state: 'Quarantined',
    detail: 'ill',
  })
  t.equal(change({ method: 'updateTier', id: 'valueOf', tier: 'Flex' }).told, 'INTERNAL Instance group valueOf not found')
  t.equal(change({ method: 'getInstance', id: 'valueOf' }).told, 'INTERNAL Agent instance valueOf not found')
  for (const [criteria, count] of [
    [{}, 1],
    [{ instanceIds: 'i-b,i-a' }, 1],
    [{ instanceGroupIds: 'other' }, 0],
    [{ deploymentState: 'Started', healthState: 'Healthy', overrideState: 'NotOverriden' }, 1],
    [{ overrideState: 'Quarantined' }, 0],
  ] as const) {
    const { reply } = change({ method: 'findInstances', criteria })
    t.equal(reply.ok && (reply.value as readonly unknown[]).length, count, JSON.stringify(criteria))
  }
})

t.test('policies belong to service jobs and go with them, selectors to nobody', async (t) => {
  const titus = cluster()
  const [service, batch] = [titus.create(serviceJob()), titus.create(batchJob())]
  t.match(ask(titus, { method: 'createPolicy', jobId: batch, policy: {} }).told, /^INVALID_ARGUMENT Job .* is not a service job$/)
  t.match(ask(titus, { method: 'createPolicy', jobId: 'none', policy: {} }).told, /^NOT_FOUND/)
  const made = titus.send('POST', '/api/v3/autoscaling/scalingPolicy', { jobId: service })
  const { id } = JSON.parse(made.body)
  t.match(ask(titus, { method: 'getPolicies', jobId: service }).reply, { value: [{ jobId: service, policyState: { state: 'Pending' } }] })
  t.match(ask(titus, { method: 'getPolicies', jobId: batch }).reply, { value: [] })
  t.match(ask(titus, { method: 'deletePolicy', id: 'none' }).told, /^NOT_FOUND Scaling policy none does not exist$/)
  t.same(ask(titus, { method: 'deletePolicy', id }).state.policies, {})
  titus.send('DELETE', `/api/v3/jobs/${service}`)
  titus.pass(0)
  titus.pass(1000)
  t.same(titus.state.policies, {}, 'its job has gone')
  t.match(ask(titus, { method: 'updateSelector', id: 's', selector: {} }).told, /^NOT_FOUND System selector id s not found$/)
  t.match(ask(titus, { method: 'createSelector', selector: { id: 's' } }).state.selectors, { s: { id: 's', timestamp: titus.now } })
})
