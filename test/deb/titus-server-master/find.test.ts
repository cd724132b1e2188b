import t from 'tap'
import { CallRefused } from '../../../deb/protocol/master-rpc.ts'
import type { AgentOffer } from '../../../deb/protocol/mesos-protocol.ts'
import type { Job } from '../../../deb/protocol/model/job.ts'
import { sanitise } from '../../../deb/titus-server-gateway/sanitise.ts'
import { listOf, matchesJob, matchesTask } from '../../../deb/titus-server-master/find.ts'
import { assignInterface, interfaceSetOf, securityGroupKey } from '../../../deb/titus-server-master/network-interfaces.ts'
import { takePage } from '../../../deb/titus-server-master/pages.ts'
import { countSatisfied, effectiveConstraints, satisfies } from '../../../deb/titus-server-master/placement-constraints.ts'
import type { Neighbourhood } from '../../../deb/titus-server-master/placement-constraints.ts'
import { isRetried, retryDelayMs } from '../../../deb/titus-server-master/retry.ts'
import { lookUp } from '../../../deb/titus-server-master/state.ts'
import type { TaskRecord } from '../../../deb/titus-server-master/state.ts'
import { changeTask, status } from '../../../deb/titus-server-master/status.ts'
import { firstTask, replacementOf, showTask } from '../../../deb/titus-server-master/task.ts'
import { batchJob, serviceJob } from '../titus-server-gateway/api.ts'

const settings = { cellName: 'dev', refreshMs: 10_000, ownerId: 'default' }
const context = { now: 0, newId: () => 'task-1', settings }

function jobOf(descriptor: Parameters<typeof sanitise>[0], state: Job['status']['state'] = 'Accepted'): Job {
  return { id: 'job-1', jobDescriptor: sanitise(descriptor), status: status(state, { code: '', text: '' }, 0), statusHistory: [] }
}

const service = jobOf(serviceJob())
const batch = jobOf(batchJob())

/** A task that went through these states, each with its reason, a second apart. */
function taskThrough(job: Job, ...states: readonly (readonly [Parameters<typeof changeTask>[1], string])[]): TaskRecord {
  return states.reduce(
    (task, [state, code], index) => changeTask(task, state, { code, text: '' }, (index + 1) * 1000),
    firstTask(job, 0, context),
  )
}

t.test('a job is found by each of its properties, and by none that is another', async (t) => {
  for (const [criteria, wanted] of [
    [{}, true],
    [{ jobIds: 'job-0, job-1' }, true],
    [{ jobIds: 'job-2' }, false],
    [{ jobIds: ' , ' }, true],
    [{ owner: 'me@example.com' }, true],
    [{ owner: 'me' }, false],
    [{ applicationName: 'myServiceApp', imageName: 'tutum/nginx', imageTag: 'latest' }, true],
    [{ imageTag: 'stable' }, false],
    [{ capacityGroup: 'DEFAULT' }, false],
    [{ jobGroupStack: 'myStack', jobGroupDetail: 'detail', jobGroupSequence: '002' }, true],
    [{ jobGroupSequence: '2' }, false],
    [{ jobState: 'Accepted' }, true],
    [{ jobState: 'Finished' }, false],
    [{ jobType: 'SERVICE' }, true],
    [{ jobType: 'batch' }, false],
    [{ owner: '' }, true],
    [{ nothing: 'of ours' }, true],
  ] as const) {
    t.equal(matchesJob(criteria, service, []), wanted, JSON.stringify(criteria))
  }
  t.equal(matchesJob({ jobType: 'batch' }, batch, []), true)
})

t.test('attributes: a name, a name and its value, all of them or one', async (t) => {
  for (const [criteria, wanted] of [
    [{ attributes: 'key1' }, true],
    [{ attributes: 'key1:value1' }, true],
    [{ attributes: 'key1:value' }, false],
    [{ attributes: 'key1,key2' }, false],
    [{ attributes: 'key1;key2', 'attributes.op': 'OR' }, true],
    [{ attributes: 'key2', 'attributes.op': 'or' }, false],
    [{ attributes: 'constructor' }, false],
    [{ attributes: 'key1:' }, false],
  ] as const) {
    t.equal(matchesJob(criteria, service, []), wanted, JSON.stringify(criteria))
  }
})

t.test('a task is found by its own properties and those of its job; a job by its tasks', async (t) => {
  const task = taskThrough(service, ['Launched', 'scheduled'], ['Started', 'normal'])
  for (const [criteria, wanted] of [
    [{ taskIds: 'task-1' }, true],
    [{ taskIds: 'task-2' }, false],
    [{ taskStates: 'Launched,Started' }, true],
    [{ taskStates: 'Launched' }, false],
    [{ taskStateReasons: 'normal' }, true],
    [{ taskStateReasons: 'scheduled' }, false],
    [{ needsMigration: 'true' }, false],
    [{ needsMigration: 'false' }, true],
    [{ taskStates: 'Started', applicationName: 'other' }, false],
  ] as const) {
    t.equal(matchesTask(criteria, service, task), wanted, JSON.stringify(criteria))
    t.equal(matchesJob(criteria, service, [task]), wanted, `the job: ${JSON.stringify(criteria)}`)
  }
  t.equal(matchesJob({ taskStates: 'Started' }, service, []), false, 'a job without tasks has none of that state')
  t.same(listOf({ a: ' x ,,y' }, 'a'), ['x', 'y'])
  t.equal(listOf({}, 'a'), undefined)
})

const items = ['c', 'a', 'd', 'b', 'e'].map((id, index) => ({ id, acceptedAt: index < 2 ? 1 : 2 }))

/** The page that is asked for: its ids, and whether there are more. */
function pageOf(request: Partial<Parameters<typeof takePage>[1]>) {
  const { items: taken, pagination } = takePage(items, { pageNumber: 0, pageSize: 2, cursor: '', ...request })
  return { ids: taken.map(({ id }) => id).join(''), more: pagination.hasMore, cursor: pagination.cursor, pagination }
}

t.test('pages come oldest first, then by id, and say whether there are more', async (t) => {
  t.match(pageOf({}), { ids: 'ac', more: true, pagination: { totalPages: 3, totalItems: 5, cursorPosition: 1 } })
  t.match(pageOf({ pageNumber: 1 }), { ids: 'bd', more: true })
  t.match(pageOf({ pageNumber: 2 }), { ids: 'e', more: false, pagination: { cursorPosition: 4 } })
  t.match(pageOf({ pageNumber: 3 }), { ids: '', more: false, cursor: '', pagination: { cursorPosition: 0 } })
  t.match(pageOf({ pageSize: 5 }), { ids: 'acbde', more: false })
})

t.test('a cursor goes on where it stood, wins over the number, and need not be there any more', async (t) => {
  const first = pageOf({})
  t.match(pageOf({ cursor: first.cursor, pageNumber: 7 }), { ids: 'bd', pagination: { currentPage: { pageNumber: 1 } } })
  t.match(pageOf({ cursor: pageOf({ pageNumber: 2 }).cursor }), { ids: '', more: false })
  t.match(pageOf({ cursor: Buffer.from('ba@2').toString('base64') }), { ids: 'de' }, 'of an item that has gone')
  for (const cursor of ['x', Buffer.from('a@').toString('base64'), Buffer.from('@1').toString('base64')]) {
    t.throws(() => pageOf({ cursor }), { name: 'CallRefused', code: 'INTERNAL' }, cursor)
  }
  t.ok(new CallRefused('INTERNAL', 'x') instanceof Error)
})

/** An agent with this attribute `res`. */
function offerOf(res?: string): AgentOffer {
  const attributes: Record<string, string> = res === undefined ? {} : { res }
  return { agentId: 'a', hostname: 'h', ip: '', resources: { cpus: 1, mem: 1, disk: 1, network: 1, ports: '' }, attributes }
}

t.test('an agent promises interfaces by its attribute, and without one has none', async (t) => {
  t.same(interfaceSetOf(offerOf('ResourceSet-ENIs-3-10')), { interfaces: 3, addresses: 10 })
  for (const res of [undefined, '', 'ResourceSet-ENIs-3', 'ENIs-3-10', 'ResourceSet-ENIs-a-b']) {
    t.same(interfaceSetOf(offerOf(res)), { interfaces: 0, addresses: 0 }, String(res))
  }
})

t.test('an interface has one set of security groups, and as many tasks as addresses', async (t) => {
  const on = (eniIndex: number, key: string) => ({
    task: { ...firstTask(batch, 0, context), placement: { agent: offerOf(), eniIndex } },
    key,
  })
  const set = { interfaces: 2, addresses: 2 }
  t.equal(assignInterface(set, [], 'a'), 0)
  t.equal(assignInterface(set, [on(0, 'a')], 'a'), 0, 'the same set shares')
  t.equal(assignInterface(set, [on(0, 'a')], 'b'), 1)
  t.equal(assignInterface(set, [on(0, 'a'), on(0, 'a')], 'a'), 1, 'full')
  t.equal(assignInterface(set, [on(0, 'a'), on(1, 'b')], 'c'), undefined)
  t.equal(assignInterface(set, [on(1, 'a')], 'a'), 1)
  t.equal(assignInterface({ interfaces: 2, addresses: 0 }, [], 'a'), undefined)
  t.equal(assignInterface({ interfaces: 0, addresses: 2 }, [], 'a'), undefined)
  t.equal(securityGroupKey(['sg-2', 'sg-1', 'sg-2']), securityGroupKey(['sg-1', 'sg-2']))
})

const alone: Neighbourhood = { zone: 'a', jobId: 'job-1', jobsOnAgent: [], exclusiveJobsOnAgent: [], tasksByZone: {} }

t.test('constraints: each for itself, unknown ones hold, and whoever is there exclusively keeps others away', async (t) => {
  for (const [name, place, holds] of [
    ['uniquehost', { jobsOnAgent: ['job-2'] }, true],
    ['uniquehost', { jobsOnAgent: ['job-1'] }, false],
    ['exclusivehost', { jobsOnAgent: ['job-1'] }, true],
    ['exclusivehost', { jobsOnAgent: ['job-1', 'job-2'] }, false],
    ['zonebalance', { tasksByZone: { a: 1, b: 1, c: 1 } }, true],
    ['zonebalance', { tasksByZone: { a: 2, b: 1, c: 1 } }, false],
    ['zonebalance', { tasksByZone: { a: 1, b: 1 } }, false],
    ['zonebalance', { tasksByZone: { b: 9 } }, true],
    ['of-nobody', {}, true],
  ] as const) {
    t.equal(satisfies([name], { ...alone, ...place }), holds, `${name} ${JSON.stringify(place)}`)
  }
  t.equal(satisfies([], { ...alone, exclusiveJobsOnAgent: ['job-2'] }), false)
  t.equal(satisfies([], { ...alone, exclusiveJobsOnAgent: ['job-1'] }), true)
  t.equal(countSatisfied(['uniquehost', 'exclusivehost'], { ...alone, jobsOnAgent: ['job-1'] }), 1)
  t.same(effectiveConstraints({ UniqueHost: 'true', ZoneBalance: 'True', exclusiveHost: 'false' }), ['uniquehost'])
})

t.test('who is tried again: a batch task that did not end well while tries are left, a service task unless it was too many', async (t) => {
  const ended = (job: Job, code: string, more: Partial<TaskRecord> = {}) => ({ ...taskThrough(job, ['Finished', code]), ...more })
  for (const [job, code, more, retried] of [
    [batch, 'failed', {}, true],
    [batch, 'normal', {}, false],
    [batch, 'failed', { resubmitNumber: 3 }, false],
    [batch, 'failed', { resubmitNumber: 5, systemResubmitNumber: 3 }, true],
    [service, 'normal', {}, true],
    [service, 'scaledDown', {}, false],
    [{ ...batch, status: { ...batch.status, state: 'KillInitiated' } }, 'failed', {}, false],
  ] as const) {
    t.equal(isRetried(ended(job as Job, code, more), job as Job), retried, `${code} ${JSON.stringify(more)}`)
  }
  t.equal(isRetried(taskThrough(batch, ['Started', 'normal']), batch), false, 'one that runs')
})

t.test('the delay grows to its end, is a second at least, and nothing after five healthy minutes', async (t) => {
  const policyOf = (retryPolicy: object) => jobOf(batchJob({}, { retryPolicy }))
  const backOff = policyOf({ exponentialBackOff: { initialDelayMs: '2000', maxDelayIntervalMs: '10000', retries: 9 } })
  const task = taskThrough(batch, ['Finished', 'failed'])
  t.same(
    [0, 1, 2, 3, 100_000].map((backOffStep) => retryDelayMs({ ...task, backOffStep }, backOff)),
    [2000, 4000, 8000, 10_000, 10_000],
  )
  t.equal(retryDelayMs(task, policyOf({ immediate: { retries: 1 } })), 1000)
  const healthy = changeTask(taskThrough(batch, ['Started', 'normal']), 'Finished', { code: 'failed', text: '' }, 301_000)
  t.equal(retryDelayMs(healthy, backOff), 0)
})

t.test('a task that takes the place of another counts its tries, and whose fault they were', async (t) => {
  const failed = { ...taskThrough(batch, ['Finished', 'failed']), retryDelayMs: 1000 }
  const next = replacementOf(failed, batch, { ...context, newId: () => 'task-2' })
  t.match(next, {
    id: 'task-2',
    index: 0,
    originalId: 'task-1',
    resubmitOf: 'task-1',
    resubmitNumber: 1,
    systemResubmitNumber: 0,
    backOffStep: 1,
  })
  const crashed = replacementOf({ ...failed, status: { ...failed.status, reasonCode: 'crashed' }, retryDelayMs: 0 }, batch, context)
  t.match(crashed, { systemResubmitNumber: 1, backOffStep: 0 })
  t.match(showTask(next, batch, settings).taskContext, { 'task.index': '0', 'task.resubmitOf': 'task-1', 'task.resubmitNumber': '1' })
  t.equal(showTask(next, batch, settings).migrationDetails, undefined)
  t.match(showTask(next, service, settings).migrationDetails, { needsMigration: false })
  t.equal(lookUp({ a: 1 }, 'constructor'), undefined)
})
