import t from 'tap'
import { FakeTitus, batchJob, messageOf, serviceJob } from './api.ts'
import type { ParsedJson } from './api.ts'

t.test('errors', async (t) => {
  const titus = new FakeTitus()
  for (const [method, path, type] of [
    ['POST', '/jobs', 'application/x-www-form-urlencoded'],
    ['POST', '/jobs', undefined],
    ['PUT', '/agent/instanceGroups/x/tier', 'text/plain'],
    ['POST', '/jobs/x/disable', 'application/x-www-form-urlencoded'],
    ['DELETE', '/jobs/x', 'text/plain'],
  ] as const) {
    t.match(titus.request(method, `/api/v3${path}`, '', type), { status: 415 }, `${method} ${path} ${type}`)
  }
  t.equal(titus.send('POST', '/api/v3/jobs', batchJob(), 'Application/JSON; charset=utf-8').status, 202)
  t.match(titus.send('POST', '/api/v3/jobs', '{"a": }'), { status: 400, body: /location: \[line: 1, column: 8\]"\}$/ })
  const unknown = titus.send('POST', '/api/v3/jobs', { x: 1 })
  t.equal(unknown.status, 500)
  t.equal(
    unknown.body,
    '{"statusCode":500,"message":"Unexpected error: com.google.protobuf.InvalidProtocolBufferException: Cannot find field: x in message com.netflix.titus.JobDescriptor"}',
  )
  const cases: [string, string, unknown, number, string][] = [
    ['GET', '/api/v3/jobs/nope', '', 404, 'Job id nope not found'],
    ['GET', '/api/v3/tasks/nope', '', 404, 'Task id nope not found'],
    ['DELETE', '/api/v3/jobs/nope', '', 404, 'NOT_FOUND: JobManagerException: Job with id nope does not exist'],
    ['DELETE', '/api/v3/tasks/nope', '', 404, 'NOT_FOUND: JobManagerException: Task with id nope does not exist'],
    ['GET', '/api/v3/agent/instanceGroups/nope', '', 500, 'INTERNAL: AgentManagementException: Instance group nope not found'],
    ['GET', '/api/v3/nope', '', 404, 'null for uri: /api/v3/nope'],
    ['PATCH', '/api/v3/jobs', '', 405, 'Method Not Allowed'],
  ]
  for (const [method, path, body, status, text] of cases) {
    const response = titus.send(method, path, body)
    t.same([response.status, messageOf(response.body)], [status, text], `${method} ${path}`)
  }
  const batch = titus.create(batchJob())
  const notService = `FAILED_PRECONDITION: JobManagerException: Operation restricted to service jobs, and ${batch} is not the service job`
  t.match(titus.send('PUT', `/api/v3/jobs/${batch}/instances`, { min: 0, max: 1, desired: 1 }), {
    status: 409,
    body: JSON.stringify({ statusCode: 409, message: notService }),
  })
  t.equal(titus.send('POST', `/api/v3/jobs/${batch}/disable`).status, 409)
  t.match(titus.send('DELETE', `/api/v3/jobs/${batch}`), { status: 200, body: '' })
  const again = titus.send('DELETE', `/api/v3/jobs/${batch}`)
  t.same(
    [again.status, messageOf(again.body)],
    [409, `FAILED_PRECONDITION: JobManagerException: Job ${batch} is in the termination process`],
  )
  const debug = JSON.parse(titus.send('GET', '/api/v3/jobs/nope?debug=true').body)
  t.same(Object.keys(debug), ['statusCode', 'message', 'errorContext'])
})

t.test('ids that every object has are unknown too', async (t) => {
  const titus = new FakeTitus()
  for (const id of ['constructor', '__proto__', 'toString', '%5F%5Fproto%5F%5F']) {
    for (const kind of ['jobs', 'tasks', 'autoscaling/scalingPolicy', 'scheduler/systemSelectors']) {
      t.equal(titus.send('GET', `/api/v3/${kind}/${id}`).status, 404, `${kind} ${id}`)
    }
    t.equal(titus.send('DELETE', `/api/v3/tasks/${id}`).status, 404)
    t.equal(titus.activate(id).status, 500)
  }
})

t.test('v2 is off', async (t) => {
  const titus = new FakeTitus()
  for (const path of ['/api/v2/jobs', '/api/v2/tasks/x', '/jobs', '/tasks', '/v2/jobs/1']) {
    t.same(titus.send('GET', path), { status: 403, contentType: 'text/plain', body: 'V2 Engine is turned off' }, path)
  }
  t.equal(titus.send('GET', '/api/v2/status').status, 502, 'passed on to the master')
})

t.test('pages, cursors, fields and filters', async (t) => {
  const titus = new FakeTitus()
  t.match(titus.get('/api/v3/jobs'), { items: [], pagination: { totalPages: 0, totalItems: 0, hasMore: false, cursor: '' } })
  const ids: string[] = []
  for (let index = 0; index < 25; index++) {
    titus.now++
    ids.push(titus.create(batchJob({ applicationName: `app${index}`, attributes: { odd: String(index % 2), n: String(index) } })))
  }
  const first = titus.get('/api/v3/jobs')
  t.same(
    first.items.map((job: { id: string }) => job.id),
    ids.slice(0, 10),
  )
  t.match(first.pagination, {
    currentPage: { pageNumber: 0, pageSize: 10 },
    hasMore: true,
    totalPages: 3,
    totalItems: 25,
    cursorPosition: 9,
  })
  t.equal(Buffer.from(first.pagination.cursor, 'base64').toString(), `${ids[9]}@${titus.state.jobs[ids[9] ?? '']?.status.timestamp}`)
  const next = titus.get(`/api/v3/jobs?pageSize=10&cursor=${encodeURIComponent(first.pagination.cursor)}`)
  t.same(
    next.items.map((job: { id: string }) => job.id),
    ids.slice(10, 20),
  )
  const last = titus.get('/api/v3/jobs?page=2')
  t.equal(last.items.length, 5)
  t.equal(last.pagination.hasMore, false)
  t.same(titus.get('/api/v3/jobs?page=9').items, [])

  const status = (query: string): [number, string] => {
    const response = titus.send('GET', `/api/v3/jobs?${query}`)
    return [response.status, messageOf(response.body)]
  }
  t.same(status('pageSize=0'), [400, 'Page size must be > 0 (is 0)'])
  t.same(status('page=-1'), [400, 'Page number must be >= 0 (is -1)'])
  t.same(status('page=2147483648'), [500, 'Unexpected error: For input string: "2147483648"'])
  t.same(titus.get('/api/v3/jobs?page=2147483647&pageSize=2147483647').items, [])
  t.same(status('page=x'), [500, 'Unexpected error: For input string: "x"'])
  t.same(status('cursor=bad'), [500, 'INTERNAL: IllegalArgumentException: Invalid cursor: bad'])

  const count = (query: string): number => titus.get(`/api/v3/jobs?pageSize=100&${query}`).items.length
  t.equal(count('applicationName=app3'), 1)
  t.equal(count(`jobIds=${ids[0]},${ids[1]}`), 2)
  t.equal(count('jobType=service'), 0)
  t.equal(count('jobType=batch'), 25)
  t.equal(count('attributes=odd:1'), 12)
  t.equal(count('attributes=odd:1,n:3'), 1)
  t.equal(count('attributes=odd:1,n:2&attributes.op=or'), 13)
  t.equal(count('attributes=odd'), 25)
  t.equal(count('imageName=alpine&imageTag=latest&capacityGroup=DEFAULT&owner=me@me.com&jobState=Accepted'), 25)
  t.equal(count('imageTag=other'), 0)
  t.equal(count('needsMigration=true'), 0)
  t.equal(count('taskStates=Accepted'), 0, 'no tasks yet')
  titus.pass(0)
  t.equal(count('taskStates=Accepted'), 25)
  t.equal(count('accesstoken=x&debug=true&nobody=knows'), 25, 'what is no criterion does not count as one')
  const service = titus.create(serviceJob())
  t.equal(count('jobGroupStack=myStack&jobGroupDetail=detail&jobGroupSequence=002&jobType=SERVICE'), 1)
  t.equal(count('jobGroupSequence=003'), 0)
  titus.send('DELETE', `/api/v3/jobs/${service}`)
  t.equal(count('jobState=KillInitiated'), 1)
  const [task] = titus.tasks(`jobIds=${ids[3]}`)
  t.same(
    titus.tasks(`taskIds=${task.id},nope&applicationName=app3`).map(({ id }) => id),
    [task.id],
  )
  t.equal(count(`taskIds=${task.id}`), 1, 'the job of the task')
  t.same(titus.tasks(`taskIds=${task.id}&taskStateReasons=failed`), [])

  const [item] = titus.get('/api/v3/jobs?pageSize=1&fields=status.state,jobDescriptor.owner').items
  t.same(item, {
    id: ids[0],
    jobDescriptor: { owner: { teamEmail: 'me@me.com' }, applicationName: '', capacityGroup: '', attributes: {} },
    status: { state: 'Accepted', reasonCode: '', reasonMessage: '', timestamp: '0' },
    statusHistory: [],
  })
})

t.test('instance groups and instances', async (t) => {
  const titus = new FakeTitus()
  titus.pass(10_000)
  titus.offer('a')
  titus.pass(5_000)
  const early = titus.activate()
  t.same(
    [early.status, messageOf(early.body)],
    [500, 'INTERNAL: AgentManagementException: Instance group titusagent not found'],
    'discovery lags',
  )
  titus.pass(5_000)
  const group = (): ParsedJson => titus.get('/api/v3/agent/instanceGroups/titusagent')
  t.match(group().lifecycleStatus, { state: 'Inactive', detail: 'New instance group discovered' })
  titus.offer('b', { attributes: { asg: '', itype: '' } })
  titus.pass(10_000)
  t.same(
    titus.get('/api/v3/agent/instanceGroups').agentInstanceGroups.map((each: { id: string }) => each.id),
    ['titusagent', 'unknown-instanceGroup'],
  )
  t.equal(titus.get('/api/v3/agent/instanceGroups/unknown-instanceGroup').instanceType, 'unknown')

  const put = (path: string, body: unknown): [number, string] => {
    const response = titus.send('PUT', `/api/v3/agent/${path}`, body)
    return [response.status, response.body === '' ? '' : messageOf(response.body)]
  }
  t.same(put('instanceGroups/whatever/lifecycle', { instanceGroupId: 'titusagent', lifecycleState: 1, detail: 'go' }), [200, ''])
  t.match(group().lifecycleStatus, { state: 'Active', detail: 'go', timestamp: String(titus.now) })
  t.same(put('instanceGroups/titusagent/lifecycle', { lifecycleState: 'Active' }), [
    500,
    'INTERNAL: AgentManagementException: Instance group  not found',
  ])
  t.equal(put('instanceGroups/titusagent/lifecycle', { instanceGroupId: 'titusagent', lifecycleState: 9 })[0], 500)
  t.same(put('instanceGroups/titusagent/tier', { tier: 'Critical' }), [200, ''])
  t.equal(put('instanceGroups/titusagent/tier', { tier: 'Gold' })[0], 400)
  t.equal(group().tier, 'Critical')
  t.same(put('instanceGroups/x/autoscale', { instanceGroupId: 'titusagent', autoScaleRule: { min: 1, max: 2, coolDownSec: '9' } }), [
    200,
    '',
  ])
  t.match(group().autoScaleRule, { min: 1, max: 2, coolDownSec: '9', priority: 0 })
  t.equal(put('instanceGroups/x/autoscale', { instanceGroupId: 'titusagent', autoScaleRule: { min: 3, max: 2 } })[0], 400)
  t.same(put('instanceGroups/a/attributes', { instanceGroupId: 'b', attributes: {} }), [
    400,
    'Path parameter id: a must match payload instanceGroupId: b',
  ])
  t.same(put('instanceGroups/titusagent/attributes', { instanceGroupId: 'titusagent', attributes: { k: 'v' } }), [200, ''])
  t.same(group().attributes, { k: 'v' })

  t.same(put('instances/x/override', { agentInstanceId: 'i-a', overrideState: 'Quarantined', detail: 'why' }), [200, ''])
  const instances = (query: string): string[] =>
    titus.get(`/api/v3/agent/instances?${query}`).agentInstances.map((each: { id: string }) => each.id)
  t.same(instances(''), ['i-a', 'i-b'])
  t.same(instances('instanceGroupIds=titusagent'), ['i-a'])
  t.same(instances('overrideState=NotOverriden'), ['i-b'])
  t.same(instances('instanceIds=i-b,i-x&deploymentState=Started&healthState=Healthy'), ['i-b'])
  t.equal(titus.send('GET', '/api/v3/agent/instances/i-a').status, 500, 'the id never arrives at rc.57')

  titus.hear({ type: 'SUBSCRIBED', frameworkId: 'TitusFramework' })
  titus.pass(10_000)
  t.same(instances('overrideState=Quarantined'), ['i-a'], 'without word from Mesos everything is as it was')
  t.equal(group().current, 1)
  titus.hear({ type: 'OFFERS', offers: [] })
  titus.pass(10_000)
  t.same(instances(''), [])
  t.match(group(), { current: 0, lifecycleStatus: { state: 'Active' } })
})

t.test('capacity, job processes, enable and disable', async (t) => {
  const titus = new FakeTitus()
  const id = titus.create(serviceJob({}, { capacity: { min: 1, desired: 2, max: 5 } }))
  const service = (): ParsedJson => titus.get(`/api/v3/jobs/${id}`).jobDescriptor.service
  const resize = (capacity: object): [number, string] => {
    const response = titus.send('PUT', `/api/v3/jobs/${id}/instances`, capacity)
    return [response.status, response.body === '' ? '' : messageOf(response.body)]
  }
  t.same(resize({ min: 1, desired: 3, max: 5 }), [200, ''])
  t.same(service().capacity, { min: 1, max: 5, desired: 3 })
  t.equal(resize({ desired: 3 })[0], 400, 'a missing field is 0')
  titus.send('PUT', `/api/v3/jobs/${id}/jobprocesses`, { disableIncreaseDesired: true })
  t.same(resize({ min: 1, desired: 4, max: 9 }), [
    400,
    `INVALID_ARGUMENT: JobManagerException: Job ${id} can not be updated to desired capacity of 4, disableIncreaseDesired true, disableDecreaseDesired false`,
  ])
  t.same(resize({ min: 0, desired: 3, max: 9 }), [200, ''], 'min and max change all the same')
  titus.send('POST', `/api/v3/jobs/${id}/disable`)
  t.equal(service().enabled, false)
  titus.send('POST', `/api/v3/jobs/${id}/enable`)
  t.equal(service().enabled, true)
})

t.test('scaling policies and system selectors are kept', async (t) => {
  const titus = new FakeTitus()
  const job = titus.create(serviceJob())
  const policy = { targetPolicyDescriptor: { targetValue: 5, disableScaleIn: false } }
  const created = titus.send('POST', '/api/v3/autoscaling/scalingPolicy', { jobId: job, scalingPolicy: policy })
  t.equal(created.status, 200)
  const { id } = JSON.parse(created.body)
  const items = [{ jobId: job, id: { id }, scalingPolicy: policy, policyState: { state: 'Pending', pendingReason: '' } }]
  t.same(titus.get(`/api/v3/autoscaling/scalingPolicies/${job}`), { items })
  t.same(titus.get('/api/v3/autoscaling/scalingPolicies'), { items })
  t.same(titus.get(`/api/v3/autoscaling/scalingPolicy/${id}`), { items })
  const steps = {
    stepPolicyDescriptor: {
      alarmConfig: { threshold: 1, metricName: 'm', statistic: 'Sum' },
      scalingPolicy: { stepAdjustments: [{ MetricIntervalLowerBound: 0, scalingAdjustment: -1 }] },
    },
  }
  t.equal(titus.send('PUT', '/api/v3/autoscaling/scalingPolicy', { policyId: { id }, scalingPolicy: steps }).status, 200)
  t.match(titus.get(`/api/v3/autoscaling/scalingPolicy/${id}`).items[0].scalingPolicy, steps)
  t.match(titus.send('DELETE', `/api/v3/autoscaling/scalingPolicy/${id}`), { status: 200, body: '' })
  t.equal(titus.send('GET', `/api/v3/autoscaling/scalingPolicy/${id}`).status, 404)
  titus.send('POST', '/api/v3/autoscaling/scalingPolicy', { jobId: job, scalingPolicy: policy })
  titus.send('DELETE', `/api/v3/jobs/${job}`)
  titus.pass(0)
  titus.pass(1000)
  t.same(titus.get('/api/v3/autoscaling/scalingPolicies'), { items: [] }, 'a policy goes with its job')

  const selector = { id: 's', priority: 3, must: { match: { selectExpression: 'a', matchExpression: 'b' } } }
  t.match(titus.send('POST', '/api/v3/scheduler/systemSelectors', selector), { status: 200, body: '' })
  t.match(titus.get('/api/v3/scheduler/systemSelectors/s'), selector)
  titus.send('PUT', '/api/v3/scheduler/systemSelectors/s', { ...selector, priority: 4 })
  t.equal(titus.get('/api/v3/scheduler/systemSelectors').systemSelectors[0].priority, 4)
  titus.send('DELETE', '/api/v3/scheduler/systemSelectors/s')
  t.equal(titus.send('GET', '/api/v3/scheduler/systemSelectors/s').status, 404)
})
