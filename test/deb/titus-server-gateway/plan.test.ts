import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { Test } from 'tap'
import type { MasterCall } from '../../../deb/protocol/master-rpc.ts'
import { apiErrorOf, errorResponse } from '../../../deb/titus-server-gateway/errors.ts'
import type { HttpRequest } from '../../../deb/titus-server-gateway/http-message.ts'
import { askMaster } from '../../../deb/titus-server-gateway/master-client.ts'
import { readCriteria, readPage } from '../../../deb/titus-server-gateway/paging.ts'
import { plan } from '../../../deb/titus-server-gateway/plan.ts'
import { batchJob, messageOf } from './api.ts'

/** A request with a body of JSON unless told otherwise. */
function requestOf(line: string, body: unknown = '', contentType: string | undefined = 'application/json'): HttpRequest {
  const [method = '', url = ''] = line.split(' ')
  const [path = '', query = ''] = url.split('?')
  return { method, path, query: new URLSearchParams(query), contentType, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

/** What becomes of a request: the call, the path that is passed on, or the status and the message of an answer. */
function outcomeOf(request: HttpRequest): MasterCall | string {
  const decision = plan(request)
  if (decision.kind === 'call') return decision.call
  if (decision.kind === 'proxy') return `to the master: ${decision.path}`
  const { status, body, contentType } = decision.response
  return `${status} ${contentType === 'application/json' ? messageOf(body) : body}`
}

t.test('every operation is the call that it stands for', async (t) => {
  const group = { instanceGroupId: 'g' }
  const capacity = { min: 1, desired: 2, max: 3 }
  for (const [line, body, call] of [
    ['GET /api/v3/jobs', '', { method: 'findJobs', page: { pageNumber: 0, pageSize: 10, cursor: '' } }],
    ['GET /api/v3/jobs/a%2Fb', '', { method: 'findJob', id: 'a/b' }],
    ['GET /api/v3/jobs/a%ZZ', '', { method: 'findJob', id: 'a%ZZ' }],
    ['GET /api/v3/jobs/a/', '', { method: 'findJob', id: 'a' }],
    ['DELETE /api/v3/jobs/a', '', { method: 'killJob', id: 'a' }],
    ['POST /api/v3/jobs', batchJob(), { method: 'createJob', descriptor: { applicationName: 'localtest' } }],
    ['PUT /api/v3/jobs/a/instances', capacity, { method: 'updateCapacity', id: 'a', capacity }],
    [
      'PUT /api/v3/jobs/a/jobprocesses',
      { disableIncreaseDesired: true },
      { processes: { disableIncreaseDesired: true, disableDecreaseDesired: false } },
    ],
    ['POST /api/v3/jobs/a/enable', '', { method: 'updateJobStatus', id: 'a', enabled: true }],
    ['POST /api/v3/jobs/a/disable', '', { method: 'updateJobStatus', id: 'a', enabled: false }],
    ['GET /api/v3/tasks?taskStates=Started', '', { method: 'findTasks', criteria: { taskStates: 'Started' } }],
    ['GET /api/v3/tasks/a', '', { method: 'findTask', id: 'a' }],
    ['DELETE /api/v3/tasks/a', '', { method: 'killTask', id: 'a', shrink: false }],
    ['DELETE /api/v3/tasks/a?shrink=true', '', { method: 'killTask', id: 'a', shrink: true }],
    ['GET /api/v3/agent/instanceGroups', '', { method: 'getInstanceGroups' }],
    ['GET /api/v3/agent/instanceGroups/g', '', { method: 'getInstanceGroup', id: 'g' }],
    ['GET /api/v3/agent/instances?instanceIds=i', '', { method: 'findInstances', criteria: { instanceIds: 'i' } }],
    ['GET /api/v3/agent/instances/i', 'from the body', { method: 'getInstance', id: 'from the body' }],
    ['PUT /api/v3/agent/instanceGroups/g/tier', { tier: 'Critical' }, { method: 'updateTier', id: 'g', tier: 'Critical' }],
    [
      'PUT /api/v3/agent/instanceGroups/x/lifecycle',
      { ...group, lifecycleState: 'Active' },
      { method: 'updateLifecycle', id: 'g', state: 'Active' },
    ],
    [
      'PUT /api/v3/agent/instanceGroups/x/autoscale',
      { ...group, autoScaleRule: { min: 1 } },
      { method: 'updateAutoScaleRule', id: 'g', rule: { min: 1 } },
    ],
    [
      'PUT /api/v3/agent/instanceGroups/g/attributes',
      { ...group, attributes: { a: 'b' } },
      { method: 'updateAttributes', id: 'g', attributes: { a: 'b' } },
    ],
    [
      'PUT /api/v3/agent/instances/x/override',
      { agentInstanceId: 'i', overrideState: 'Quarantined' },
      { method: 'updateOverride', id: 'i', state: 'Quarantined' },
    ],
    ['GET /api/v3/autoscaling/scalingPolicies', '', { method: 'getPolicies' }],
    ['GET /api/v3/autoscaling/scalingPolicies/j', '', { method: 'getPolicies', jobId: 'j' }],
    ['POST /api/v3/autoscaling/scalingPolicy', { jobId: 'j' }, { method: 'createPolicy', jobId: 'j' }],
    ['PUT /api/v3/autoscaling/scalingPolicy', { policyId: { id: 'p' } }, { method: 'updatePolicy', id: 'p' }],
    ['DELETE /api/v3/autoscaling/scalingPolicy/p', '', { method: 'deletePolicy', id: 'p' }],
    ['GET /api/v3/scheduler/systemSelectors', '', { method: 'getSelectors' }],
    ['POST /api/v3/scheduler/systemSelectors', { id: 's' }, { method: 'createSelector', selector: { id: 's' } }],
    ['PUT /api/v3/scheduler/systemSelectors/s', { id: 't' }, { method: 'updateSelector', id: 's' }],
    ['DELETE /api/v3/scheduler/systemSelectors/s', '', { method: 'deleteSelector', id: 's' }],
  ] as const) {
    t.match(outcomeOf(requestOf(line, body)), call, line)
  }
})

t.test('what is refused before the master is asked, in the words of the real one', async (t) => {
  for (const [line, body, told] of [
    ['GET /api/v3/nothing', '', /^404 null for uri: \/api\/v3\/nothing$/],
    ['GET /', '', /^404 null for uri: \/$/],
    ['PATCH /api/v3/jobs', '', /^405 Method Not Allowed$/],
    ['POST /api/v3/jobs', '{', /^400 .*location: \[line: 1, column: \d+\]$/],
    ['POST /api/v3/jobs', { nothing: 1 }, /^500 Unexpected error: com\.google\.protobuf\.InvalidProtocolBufferException: /],
    ['POST /api/v3/jobs', { ...batchJob(), batch: { size: 1 } }, /^400 Unknown retry policy POLICY_NOT_SET$/],
    ['POST /api/v3/jobs', batchJob({ applicationName: '' }), /^400 Invalid Argument: \{field: applicationName, description: Empty/],
    ['PUT /api/v3/jobs/a/instances', { min: 2, desired: 1, max: 1 }, /^400 Invalid Argument: \{field: capacity, description: 'min'\(2\)/],
    ['GET /api/v3/jobs?page=-1', '', /^400 Page number must be >= 0 \(is -1\)$/],
    ['GET /api/v3/jobs?pageSize=0', '', /^400 Page size must be > 0 \(is 0\)$/],
    ['GET /api/v3/jobs?pageSize=ten', '', /^500 Unexpected error: For input string: "ten"$/],
    ['GET /api/v3/jobs?page=2147483648', '', /^500 Unexpected error: For input string/],
    [
      'PUT /api/v3/agent/instanceGroups/g/attributes',
      { instanceGroupId: 'h' },
      /^400 Path parameter id: g must match payload instanceGroupId: h$/,
    ],
    ['PUT /api/v3/agent/instanceGroups/g/lifecycle', { lifecycleState: 17 }, /^500 Unexpected error: Unrecognized enum value/],
    ['PUT /api/v3/agent/instanceGroups/g/tier', '[]', /^400 Can not deserialize instance of TierWrapper/],
    ['PUT /api/v3/agent/instanceGroups/g/tier', { tier: 'Gold' }, /^400 .*from String "Gold": value not one of declared/],
    ['PUT /api/v3/agent/instanceGroups/g/tier', {}, /^400 .*from String null/],
    ['PUT /api/v3/agent/instanceGroups/g/tier', { teir: 'Flex' }, /^400 Unrecognized field "teir"/],
  ] as const) {
    t.match(outcomeOf(requestOf(line, body)), told, line)
  }
})

t.test('a body says that it is JSON, and nothing else is taken, with a body or without', async (t) => {
  for (const [type, status] of [
    ['application/json', undefined],
    ['Application/JSON; charset=utf-8', undefined],
    ['text/plain', '415 Unsupported Media Type'],
    ['application/jsonx', '415 Unsupported Media Type'],
  ] as const) {
    const found = outcomeOf(requestOf('GET /api/v3/jobs/a', '', type))
    t.equal(typeof found === 'string' ? found : undefined, status, type)
  }
  t.equal(outcomeOf({ ...requestOf('POST /api/v3/jobs', batchJob()), contentType: undefined }), '415 Unsupported Media Type')
  t.match(outcomeOf({ ...requestOf('GET /api/v3/jobs/a'), contentType: undefined }), { method: 'findJob' })
})

t.test('v2: jobs and tasks are off, the rest is the master’s, by each of its names', async (t) => {
  for (const path of ['/api/v2/jobs', '/api/v2/jobs/1', '/jobs', '/tasks/1', '/v2/tasks']) {
    t.equal(outcomeOf(requestOf(`GET ${path}`)), '403 V2 Engine is turned off', path)
  }
  t.equal(outcomeOf(requestOf('GET /api/v2/leader')), 'to the master: /api/v2/leader')
  t.equal(outcomeOf(requestOf('GET /v2/leader')), 'to the master: /api/v2/leader')
  t.equal(outcomeOf(requestOf('GET /logs/x')), 'to the master: /api/v2/logs/x')
  t.match(outcomeOf(requestOf('GET /jobsx')), /^404/)
})

t.test('a reply becomes an answer: a body, none, or an error with the status of its code', async (t) => {
  const replyTo = (
    line: string,
    reply: Parameters<Extract<ReturnType<typeof plan>, { kind: 'call' }>['present']>[0],
    body: unknown = '',
  ) => {
    const decision = plan(requestOf(line, body))
    return decision.kind === 'call' ? decision.present(reply) : undefined
  }
  t.match(replyTo('POST /api/v3/jobs', { ok: true, value: 'j' }, batchJob()), { status: 202, body: '{"id":"j"}' })
  t.match(replyTo('DELETE /api/v3/jobs/a', { ok: true, value: null }), { status: 200, body: '' })
  const absent = { ok: false, code: 'NOT_FOUND', text: 'JobManagerException: x' } as const
  t.equal(messageOf(replyTo('GET /api/v3/jobs/a', absent)?.body ?? ''), 'Job id a not found')
  t.equal(messageOf(replyTo('DELETE /api/v3/jobs/a', absent)?.body ?? ''), 'NOT_FOUND: JobManagerException: x')
  for (const [code, status] of [
    ['INVALID_ARGUMENT', 400],
    ['NOT_FOUND', 404],
    ['DEADLINE_EXCEEDED', 408],
    ['FAILED_PRECONDITION', 409],
    ['RESOURCE_EXHAUSTED', 429],
    ['UNIMPLEMENTED', 501],
    ['UNAVAILABLE', 503],
    ['INTERNAL', 500],
  ] as const) {
    t.equal(apiErrorOf(code, 'x').status, status, code)
  }
})

t.test('an error tells more of the request when it is asked to', async (t) => {
  const error = apiErrorOf('NOT_FOUND', 'x')
  t.equal(errorResponse(error, requestOf('GET /a')).body, '{"statusCode":404,"message":"NOT_FOUND: x"}')
  const { errorContext } = JSON.parse(errorResponse(error, requestOf('GET /a?debug=true&b=c')).body)
  t.same(errorContext.clientRequest, ['GET /a', 'debug=true', 'b=c'])
})

t.test('what a query asks for besides pages is what is looked for', async (t) => {
  const query = new URLSearchParams('page=1&pageSize=5&cursor=x&fields=id&debug=true&accessToken=t&owner=me&owner=you&jobType=batch')
  t.same(readCriteria(query), { owner: 'me', jobType: 'batch' })
  t.same(readPage(query), { pageNumber: 1, pageSize: 5, cursor: 'x' })
  t.same(readPage(new URLSearchParams('page=&pageSize=+7'.replace('+', '%2B'))), { pageNumber: 0, pageSize: 7, cursor: '' })
})

async function serve(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => (server.closeAllConnections(), server.close()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('a master that does not lead, does not answer in time or is not there is each told as that', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/late/rpc') return
    if (request.url === '/rpc') response.end('{"ok":true,"value":7}')
    else response.writeHead(request.url === '/follower/rpc' ? 503 : 500).end()
  })
  const call: MasterCall = { method: 'getSelectors' }
  t.same(await askMaster(url, call, 10_000), { ok: true, value: 7 })
  t.match(await askMaster(`${url}/follower`, call, 10_000), { ok: false, code: 'UNAVAILABLE' })
  t.match(await askMaster(`${url}/broken`, call, 10_000), { ok: false, code: 'INTERNAL', text: /HTTP status code 500/ })
  t.match(await askMaster(`${url}/late`, call, 30), { ok: false, code: 'DEADLINE_EXCEEDED', text: /after 30ms/ })
  t.match(await askMaster('http://127.0.0.1:1', call, 10_000), { ok: false, code: 'UNAVAILABLE', text: /io exception/ })
})
