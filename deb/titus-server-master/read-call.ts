import type { MasterCall } from '../protocol/master-rpc.ts'
import { readShape } from '../protocol/read-shape.ts'
import type { Shape } from '../protocol/read-shape.ts'

const constraints: Shape = { constraints: 'strings', expression: 'string' }
const container: Shape = {
  resources: {
    cpu: 'number',
    gpu: 'number',
    memoryMB: 'number',
    diskMB: 'number',
    networkMbps: 'number',
    allocateIP: 'boolean',
    efsMounts: [{ efsId: 'string', mountPoint: 'string', efsRelativeMountPoint: 'string' }],
  },
  securityProfile: { securityGroups: ['string'], iamRole: 'string', attributes: 'strings' },
  image: { name: 'string', tag: 'string', digest: 'string' },
  attributes: 'strings',
  entryPoint: ['string'],
  command: ['string'],
  env: 'strings',
  softConstraints: constraints,
  hardConstraints: constraints,
}
const capacity: Shape = { min: 'number', max: 'number', desired: 'number' }
const processes: Shape = { disableIncreaseDesired: 'boolean', disableDecreaseDesired: 'boolean' }
const retryPolicy: Shape = {
  'immediate?': { retries: 'number' },
  'delayed?': { initialDelayMs: 'number', delayMs: 'number', retries: 'number' },
  'exponentialBackOff?': { initialDelayMs: 'number', maxDelayIntervalMs: 'number', retries: 'number' },
}
const descriptor: Shape = {
  owner: { teamEmail: 'string' },
  applicationName: 'string',
  capacityGroup: 'string',
  jobGroupInfo: { stack: 'string', detail: 'string', sequence: 'string' },
  attributes: 'strings',
  container,
  'batch?': { size: 'number', runtimeLimitSec: 'number', retryPolicy },
  'service?': { capacity, enabled: 'boolean', retryPolicy, migrationPolicy: 'object', serviceJobProcesses: processes },
}
const rule: Shape = {
  min: 'number',
  max: 'number',
  minIdleToKeep: 'number',
  maxIdleToKeep: 'number',
  coolDownSec: 'number',
  priority: 'number',
  shortfallAdjustingFactor: 'number',
}

const byId: Shape = { id: 'string' }
const list: Shape = { page: { pageNumber: 'number', pageSize: 'number', cursor: 'string' }, criteria: 'strings' }
const calls: Readonly<Record<MasterCall['method'], Shape>> = {
  createJob: { descriptor },
  findJobs: list,
  findTasks: list,
  findJob: byId,
  killJob: byId,
  findTask: byId,
  killTask: { id: 'string', shrink: 'boolean', user: 'string' },
  updateCapacity: { id: 'string', capacity },
  updateJobProcesses: { id: 'string', processes },
  updateJobStatus: { id: 'string', enabled: 'boolean' },
  getInstanceGroups: {},
  getInstanceGroup: byId,
  getInstance: byId,
  findInstances: { criteria: 'strings' },
  updateTier: { id: 'string', tier: 'string' },
  updateAutoScaleRule: { id: 'string', rule },
  updateLifecycle: { id: 'string', state: 'string', detail: 'string' },
  updateAttributes: { id: 'string', attributes: 'strings' },
  updateOverride: { id: 'string', state: 'string', detail: 'string' },
  getPolicies: { 'jobId?': 'string' },
  getPolicy: byId,
  deletePolicy: byId,
  createPolicy: { jobId: 'string', policy: 'object' },
  updatePolicy: { id: 'string', policy: 'object' },
  getSelectors: {},
  getSelector: byId,
  deleteSelector: byId,
  createSelector: { selector: 'object' },
  updateSelector: { id: 'string', selector: 'object' },
}

/** Reads what the gateway asks. @returns undefined for what is no call: half a job must not get as far as the reconciler, which would end on it */
export function readCall(body: string): MasterCall | undefined {
  const { method } = (readShape(body, { method: 'string' }) ?? { method: '' }) as { readonly method: string }
  if (!Object.hasOwn(calls, method)) return undefined
  const call = readShape(body, calls[method as MasterCall['method']]) as MasterCall | undefined
  // A job is a batch or a service, and a retry policy one of three.
  if (call?.method !== 'createJob') return call
  const { batch, service } = call.descriptor
  const policy = (batch ?? service)?.retryPolicy
  return (batch === undefined) !== (service === undefined) && policy !== undefined && Object.keys(policy).length === 1 ? call : undefined
}
