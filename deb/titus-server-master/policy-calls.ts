import type { Message } from '../protocol/dialect/descriptor.ts'
import { CallRefused } from '../protocol/master-rpc.ts'
import { lookUp } from './state.ts'
import type { MasterContext, MasterState, PolicyRecord } from './state.ts'

/** A policy as the API shows it. It stays Pending: there is no CloudWatch alarm behind it. */
export function showPolicy({ id, jobId, policy }: PolicyRecord): Message {
  return { jobId, id: { id }, scalingPolicy: policy, policyState: { state: 'Pending', pendingReason: '' } }
}

/** Attaches a policy to a job. Throws CallRefused NOT_FOUND for an unknown job, INVALID_ARGUMENT for a batch job. */
export function createPolicy(
  state: MasterState,
  jobId: string,
  policy: Message,
  context: MasterContext,
): { state: MasterState; id: string } {
  const job = lookUp(state.jobs, jobId)
  if (job === undefined) throw new CallRefused('NOT_FOUND', `JobManagerException: Job with id ${jobId} does not exist`)
  if (job.jobDescriptor.service === undefined) {
    throw new CallRefused('INVALID_ARGUMENT', `AutoScalePolicyException: Job ${jobId} is not a service job`)
  }
  const id = context.newId()
  return { state: { ...state, policies: { ...state.policies, [id]: { id, jobId, policy } } }, id }
}

/** The policy with this id. Throws CallRefused NOT_FOUND. */
export function findPolicy(state: MasterState, id: string): PolicyRecord {
  const policy = lookUp(state.policies, id)
  if (policy === undefined) throw new CallRefused('NOT_FOUND', `AutoScalePolicyException: Scaling policy ${id} does not exist`)
  return policy
}

/** Replaces a policy. Throws CallRefused NOT_FOUND. */
export function updatePolicy(state: MasterState, id: string, policy: Message): MasterState {
  return { ...state, policies: { ...state.policies, [id]: { ...findPolicy(state, id), policy } } }
}

/** Removes a policy. Throws CallRefused NOT_FOUND. */
export function deletePolicy(state: MasterState, id: string): MasterState {
  const { [findPolicy(state, id).id]: _gone, ...policies } = state.policies
  return { ...state, policies }
}

/** The selector with this id. Throws CallRefused NOT_FOUND. */
export function findSelector(state: MasterState, id: string): Message {
  const selector = lookUp(state.selectors, id)
  if (selector === undefined) throw new CallRefused('NOT_FOUND', `SystemSelectorException: System selector id ${id} not found`)
  return selector
}

/** Keeps a selector under an id, with the time of the change. */
export function putSelector(state: MasterState, id: string, selector: Message, now: number): MasterState {
  return { ...state, selectors: { ...state.selectors, [id]: { ...selector, id, timestamp: now } } }
}

/** Removes a selector. Throws CallRefused NOT_FOUND. */
export function deleteSelector(state: MasterState, id: string): MasterState {
  findSelector(state, id)
  const { [id]: _gone, ...selectors } = state.selectors
  return { ...state, selectors }
}
