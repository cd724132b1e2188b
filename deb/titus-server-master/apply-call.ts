import type { Job, Task } from '../protocol/model/job.ts'
import { findGroup, findInstance, findInstances, updateAutoScaleRule, updateGroup, updateLifecycle, updateOverride } from './agent-calls.ts'
import { matchesJob, matchesTask } from './find.ts'
import { createJob, killJob, killTask, updateCapacity, updateJobProcesses, updateJobStatus } from './job-calls.ts'
import { takePage } from './pages.ts'
import {
  createPolicy,
  deletePolicy,
  deleteSelector,
  findPolicy,
  findSelector,
  putSelector,
  showPolicy,
  updatePolicy,
} from './policy-calls.ts'
import { CallRefused } from '../protocol/master-rpc.ts'
import type { MasterCall, MasterReply, Page } from '../protocol/master-rpc.ts'
import { lookUp } from './state.ts'
import type { MasterContext, MasterState, Step } from './state.ts'
import { tasksOf } from './task-index.ts'
import { showTask } from './task.ts'

/** A step of the master together with its answer to the gateway. */
export interface CallStep extends Step {
  readonly reply: MasterReply
}

/** Answers one call of the gateway. Never throws: a refusal is a reply, and leaves the state as it was. */
export function applyCall(state: MasterState, call: MasterCall, context: MasterContext): CallStep {
  try {
    return perform(state, call, context)
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error
    return { state, effects: [], reply: { ok: false, code: error.code, text: error.message } }
  }
}

function perform(state: MasterState, call: MasterCall, context: MasterContext): CallStep {
  switch (call.method) {
    case 'createJob': {
      const created = createJob(state, call.descriptor, context)
      return answer(created.state, created.id)
    }
    case 'findJob':
      return answer(state, findJob(state, call.id))
    case 'findJobs':
      return answer(state, findJobs(state, call))
    case 'findTask':
      return answer(state, findTask(state, call.id, context))
    case 'findTasks':
      return answer(state, findTasks(state, call, context))
    case 'killJob':
      return answer(killJob(state, call.id, context))
    case 'killTask':
      return { ...killTask(state, call.id, call.shrink, call.user, context), reply: { ok: true, value: null } }
    case 'updateCapacity':
      return answer(updateCapacity(state, call.id, call.capacity))
    case 'updateJobProcesses':
      return answer(updateJobProcesses(state, call.id, call.processes))
    case 'updateJobStatus':
      return answer(updateJobStatus(state, call.id, call.enabled))
    case 'getInstanceGroups':
      return answer(state, Object.values(state.groups))
    case 'getInstanceGroup':
      return answer(state, findGroup(state, call.id))
    case 'getInstance':
      return answer(state, findInstance(state, call.id))
    case 'findInstances':
      return answer(state, findInstances(state, call.criteria))
    case 'updateTier':
      return answer(updateGroup(state, call.id, { tier: call.tier }))
    case 'updateAutoScaleRule':
      return answer(updateAutoScaleRule(state, call.id, call.rule))
    case 'updateLifecycle':
      return answer(updateLifecycle(state, call.id, call.state, call.detail, context.now))
    case 'updateAttributes':
      return answer(updateGroup(state, call.id, { attributes: call.attributes }))
    case 'updateOverride':
      return answer(updateOverride(state, call.id, call.state, call.detail, context.now))
    case 'getPolicies': {
      const policies = Object.values(state.policies).filter(({ jobId }) => call.jobId === undefined || jobId === call.jobId)
      return answer(state, policies.map(showPolicy))
    }
    case 'getPolicy':
      return answer(state, [showPolicy(findPolicy(state, call.id))])
    case 'createPolicy': {
      const created = createPolicy(state, call.jobId, call.policy, context)
      return answer(created.state, created.id)
    }
    case 'updatePolicy':
      return answer(updatePolicy(state, call.id, call.policy))
    case 'deletePolicy':
      return answer(deletePolicy(state, call.id))
    case 'getSelectors':
      return answer(state, Object.values(state.selectors))
    case 'getSelector':
      return answer(state, findSelector(state, call.id))
    case 'createSelector':
      return answer(putSelector(state, (call.selector['id'] as string) || context.newId(), call.selector, context.now))
    case 'updateSelector':
      findSelector(state, call.id)
      return answer(putSelector(state, call.id, call.selector, context.now))
    case 'deleteSelector':
      return answer(deleteSelector(state, call.id))
  }
}

function answer(state: MasterState, value: unknown = null): CallStep {
  return { state, effects: [], reply: { ok: true, value } }
}

type ListCall = Extract<MasterCall, { readonly method: 'findJobs' | 'findTasks' }>

function findJob(state: MasterState, id: string): Job {
  const job = lookUp(state.jobs, id)
  if (job === undefined) throw new CallRefused('NOT_FOUND', `JobManagerException: Job with id ${id} does not exist`)
  return job
}

function findTask(state: MasterState, id: string, { settings }: MasterContext): Task {
  const task = lookUp(state.tasks, id)
  if (task === undefined) throw new CallRefused('NOT_FOUND', `JobManagerException: Task with id ${id} does not exist`)
  return showTask(task, findJob(state, task.jobId), settings)
}

/** Finished tasks are listed too, until another is tried in their place or their job is gone: nothing is left out by default.
 *  @see titus-control-plane V3TaskQueryCriteriaEvaluator */
function findTasks(state: MasterState, { criteria, page }: ListCall, { settings }: MasterContext): Page<Task> {
  const wanted = Object.values(state.tasks).filter((task) => {
    const job = state.jobs[task.jobId]
    return job !== undefined && matchesTask(criteria, job, task)
  })
  const taken = takePage(
    wanted.map((task) => ({ id: task.id, acceptedAt: (task.statusHistory[0] ?? task.status).timestamp, task })),
    page,
  )
  return { ...taken, items: taken.items.map(({ task }) => showTask(task, findJob(state, task.jobId), settings)) }
}

function findJobs(state: MasterState, { criteria, page }: ListCall): Page<Job> {
  const wanted = Object.values(state.jobs).filter((job) => matchesJob(criteria, job, tasksOf(state, job.id)))
  const taken = takePage(
    wanted.map((job) => ({ id: job.id, acceptedAt: (job.statusHistory[0] ?? job.status).timestamp, job })),
    page,
  )
  return { ...taken, items: taken.items.map(({ job }) => job) }
}
