import type { Job, Task } from '../model/job.ts'
import { findGroup, findInstance, findInstances, updateAutoScaleRule, updateGroup, updateLifecycle, updateOverride } from './agent-calls.ts'
import { matchesJob, matchesTask } from './find.ts'
import { createJob, killJob, killTask, updateCapacity, updateJobProcesses, updateJobStatus } from './job-calls.ts'
import { takePage, type Ordered } from './pages.ts'
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
import { CallRefused, type MasterCall, type MasterReply, type Page } from './rpc.ts'
import { lookUp, tasksOf, type MasterContext, type MasterState, type Step, type TaskRecord } from './state.ts'
import { statusesOf } from './status.ts'
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
      return changed(created.state, created.id)
    }
    case 'findJob':
      return value(state, findJob(state, call.id))
    case 'findJobs':
      return value(state, findJobs(state, call))
    case 'findTask':
      return value(state, findTask(state, call.id, context))
    case 'findTasks':
      return value(state, findTasks(state, call, context))
    case 'killJob':
      return changed(killJob(state, call.id, context))
    case 'killTask':
      return { ...killTask(state, call.id, call.shrink, call.user, context), reply: { ok: true, value: null } }
    case 'updateCapacity':
      return changed(updateCapacity(state, call.id, call.capacity))
    case 'updateJobProcesses':
      return changed(updateJobProcesses(state, call.id, call.processes))
    case 'updateJobStatus':
      return changed(updateJobStatus(state, call.id, call.enabled))
    case 'getInstanceGroups':
      return value(state, Object.values(state.groups))
    case 'getInstanceGroup':
      return value(state, findGroup(state, call.id))
    case 'getInstance':
      return value(state, findInstance(state, call.id))
    case 'findInstances':
      return value(state, findInstances(state, call.criteria))
    case 'updateTier':
      return changed(updateGroup(state, call.id, { tier: call.tier }))
    case 'updateAutoScaleRule':
      return changed(updateAutoScaleRule(state, call.id, call.rule))
    case 'updateLifecycle':
      return changed(updateLifecycle(state, call.id, call.state, call.detail, context.now))
    case 'updateAttributes':
      return changed(updateGroup(state, call.id, { attributes: call.attributes }))
    case 'updateOverride':
      return changed(updateOverride(state, call.id, call.state, call.detail, context.now))
    case 'getPolicies': {
      const policies = Object.values(state.policies).filter(({ jobId }) => call.jobId === undefined || jobId === call.jobId)
      return value(state, policies.map(showPolicy))
    }
    case 'getPolicy':
      return value(state, [showPolicy(findPolicy(state, call.id))])
    case 'createPolicy': {
      const created = createPolicy(state, call.jobId, call.policy, context)
      return changed(created.state, created.id)
    }
    case 'updatePolicy':
      return changed(updatePolicy(state, call.id, call.policy))
    case 'deletePolicy':
      return changed(deletePolicy(state, call.id))
    case 'getSelectors':
      return value(state, Object.values(state.selectors))
    case 'getSelector':
      return value(state, findSelector(state, call.id))
    case 'createSelector':
      return changed(putSelector(state, (call.selector['id'] as string) || context.newId(), call.selector, context.now))
    case 'updateSelector':
      findSelector(state, call.id)
      return changed(putSelector(state, call.id, call.selector, context.now))
    case 'deleteSelector':
      return changed(deleteSelector(state, call.id))
  }
}

function value(state: MasterState, reply: unknown): CallStep {
  return { state, effects: [], reply: { ok: true, value: reply } }
}

function changed(state: MasterState, reply: unknown = null): CallStep {
  return value(state, reply)
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

/** Finished tasks of a live job are kept (an index must not be filled twice) but not listed. */
function findTasks(state: MasterState, { criteria, page }: ListCall, { settings }: MasterContext): Page<Task> {
  const wanted = Object.values(state.tasks).filter((task) => {
    const job = state.jobs[task.jobId]
    return task.status.state !== 'Finished' && job !== undefined && matchesTask(criteria, job, task)
  })
  const taken = takePage(
    wanted.map((task) => ({ ...ordered(task), task })),
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

function ordered(task: TaskRecord): Ordered {
  return { id: task.id, acceptedAt: statusesOf(task)[0]?.timestamp ?? 0 }
}
