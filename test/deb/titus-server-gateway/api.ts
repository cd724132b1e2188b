import type { HttpRequest, HttpResponse } from '../../../deb/titus-server-gateway/http-message.ts'
import { plan } from '../../../deb/titus-server-gateway/plan.ts'
import { applyCall } from '../../../deb/titus-server-master/apply-call.ts'
import { applyMesosEvent } from '../../../deb/titus-server-master/mesos-events.ts'
import { readCall } from '../../../deb/titus-server-master/read-call.ts'
import { reconcile } from '../../../deb/titus-server-master/reconcile.ts'
import type { MasterCall } from '../../../deb/protocol/master-rpc.ts'
import { initialState } from '../../../deb/titus-server-master/state.ts'
import type { Effect, MasterContext, MasterState, Step } from '../../../deb/titus-server-master/state.ts'
import type { AgentOffer, MesosTaskState, SchedulerEvent, TaskDetails } from '../../../deb/protocol/mesos-protocol.ts'

/** What comes out of a JSON text: the tests look into it without a type. */
export type ParsedJson = ReturnType<typeof JSON.parse>

/** The `message` of an answer that tells of an error. */
export function messageOf(body: string): string {
  return JSON.parse(body).message
}

/** 2018-05-15T10:50:41.646Z, the moment of the seed's capture. */
export const epoch = 1526381441646

/** What the gateway asks the master. @throws Error when the request is answered without it */
export function callOf(method: string, path: string, body: unknown): MasterCall {
  const request = { method, path, query: new URLSearchParams(), contentType: 'application/json', body: JSON.stringify(body) }
  const decision = plan(request)
  if (decision.kind !== 'call') throw new Error(`${method} ${path} asks the master nothing`)
  return decision.call
}

/** The whole API as one pure function: a request to the gateway, answered by a master in the given state. Requests that the gateway
 *  passes on to the master's own HTTP (v2) have no answer here: status 502. */
function route(state: MasterState, request: HttpRequest, context: MasterContext): Step & { readonly response: HttpResponse } {
  const decision = plan(request)
  if (decision.kind === 'answer') return { state, effects: [], response: decision.response }
  if (decision.kind === 'proxy') return { state, effects: [], response: { status: 502, contentType: 'text/plain', body: '' } }
  const sent = JSON.stringify(decision.call)
  const call = readCall(sent)
  if (call === undefined) throw new Error(`the master takes this for no call: ${sent}`)
  const step = applyCall(state, call, context)
  return { state: step.state, effects: step.effects, response: decision.present(step.reply) }
}

/** The API and its master on a clock that the test moves. Everything is synchronous and pure inside. */
export class FakeTitus {
  state: MasterState = initialState
  now = epoch
  effects: Effect[] = []
  private ids = 0

  get context(): MasterContext {
    const newId = (): string => `00000000-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`
    return { now: this.now, newId, settings: { cellName: 'dev', refreshMs: 10_000, ownerId: '123456789012' } }
  }

  /** Sends a request with just this body and content type. */
  request(method: string, pathAndQuery: string, body: string, contentType: string | undefined): HttpResponse {
    const [path = '', query = ''] = pathAndQuery.split('?')
    const step = route(this.state, { method, path, query: new URLSearchParams(query), contentType, body }, this.context)
    this.take(step)
    return step.response
  }

  /** Sends JSON. */
  send(method: string, pathAndQuery: string, body: unknown = '', contentType = 'application/json'): HttpResponse {
    return this.request(method, pathAndQuery, typeof body === 'string' ? body : JSON.stringify(body), contentType)
  }

  get(path: string): ParsedJson {
    return JSON.parse(this.send('GET', path).body)
  }

  hear(event: SchedulerEvent): void {
    this.take(applyMesosEvent(this.state, event, this.context))
  }

  /** Moves the clock and lets the reconciler run until nothing changes any more. */
  pass(ms: number): void {
    this.now += ms
    for (let turn = 0; turn < 100; turn++) {
      const before = this.state
      this.take(reconcile(this.state, this.context))
      if (this.state === before) return
    }
    throw new Error('the reconciler does not come to rest')
  }

  offer(agentId: string, change: Partial<Omit<AgentOffer, 'attributes'>> & { attributes?: Record<string, string> } = {}): void {
    const { attributes, ...rest } = change
    const base: AgentOffer = {
      agentId,
      hostname: `host-${agentId}`,
      ip: '30.0.100.140',
      resources: { cpus: 2, mem: 7168, disk: 30000, network: 9000, ports: '[7150-7200]' },
      attributes: {
        region: 'eu-west-1',
        zone: 'eu-west-1a',
        id: `i-${agentId}`,
        asg: 'titusagent',
        stack: 'mainvpc',
        itype: 'm4.large',
        res: 'ResourceSet-ENIs-1-10',
        ...attributes,
      },
    }
    this.hear({ type: 'OFFERS', offers: [{ ...base, ...rest }] })
  }

  update(taskId: string, state: MesosTaskState, message = '', data?: TaskDetails): void {
    this.hear({ type: 'UPDATE', agentId: 'a', taskId, state, message, ...(data && { data }) })
  }

  activate(group = 'titusagent', state = 'Active'): HttpResponse {
    return this.send('PUT', `/api/v3/agent/instanceGroups/${group}/lifecycle`, { instanceGroupId: group, lifecycleState: state })
  }

  /** The tasks of all jobs that are listed. */
  tasks(query = ''): ParsedJson[] {
    return this.get(`/api/v3/tasks?pageSize=1000&${query}`).items
  }

  create(job: unknown): string {
    const response = this.send('POST', '/api/v3/jobs', job)
    if (response.status !== 202) throw new Error(response.body)
    return JSON.parse(response.body).id
  }

  private take(step: Step): void {
    this.state = step.state
    this.effects.push(...step.effects)
  }
}

/** The seed's batch job. */
export function batchJob(change: object = {}, batch: object = {}, container: object = {}): ParsedJson {
  return {
    applicationName: 'localtest',
    owner: { teamEmail: 'me@me.com' },
    container: {
      image: { name: 'alpine', tag: 'latest' },
      entryPoint: ['/bin/sleep', '1h'],
      securityProfile: { iamRole: 'arn:aws:iam::123456789012:role/titusappwiths3InstanceProfile', securityGroups: ['sg-1'] },
      ...container,
    },
    batch: { size: 1, runtimeLimitSec: '3600', retryPolicy: { delayed: { delayMs: '1000', retries: 3 } }, ...batch },
    ...change,
  }
}

/** The seed's service jobs: nginx with 128 MB, and the debug example with its invalid security group. */
export function serviceJob(change: object = {}, service: object = {}, container: object = {}): ParsedJson {
  return {
    owner: { teamEmail: 'me@example.com' },
    applicationName: 'myServiceApp',
    capacityGroup: 'myServiceApp',
    jobGroupInfo: { stack: 'myStack', detail: 'detail', sequence: '002' },
    attributes: { key1: 'value1' },
    container: {
      resources: { cpu: 1.0, memoryMB: 128, diskMB: 100, networkMbps: 128, allocateIP: true },
      securityProfile: { securityGroups: ['sg-1'], iamRole: 'arn:aws:iam::123456789012:role/titusappwiths3InstanceProfile' },
      image: { name: 'tutum/nginx', tag: 'latest' },
      env: { MY_ENV: 'myEnv' },
      softConstraints: { constraints: { UniqueHost: 'true', ZoneBalance: 'true' } },
      hardConstraints: {},
      ...container,
    },
    service: {
      capacity: { min: 1, max: 1, desired: 1 },
      enabled: true,
      retryPolicy: { delayed: { delayMs: '1000' } },
      migrationPolicy: { selfManaged: {} },
      ...service,
    },
    ...change,
  }
}
