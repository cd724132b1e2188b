import type { Job, StringMap } from '../protocol/model/job.ts'
import type { TaskRecord } from './state.ts'
import { statusesOf } from './status.ts'

const taskLists = ['taskIds', 'taskStates', 'taskStateReasons'] as const

/** Whether a job is wanted, going by itself and its tasks. An empty criterion counts as none. */
export function matchesJob(criteria: StringMap, job: Job, tasks: readonly TaskRecord[]): boolean {
  return ownMatches(criteria, job) && (!hasTaskCriteria(criteria) || tasks.some((task) => taskMatches(criteria, task)))
}

/** Whether a task is wanted, going by itself and its job. */
export function matchesTask(criteria: StringMap, job: Job, task: TaskRecord): boolean {
  return ownMatches(criteria, job) && taskMatches(criteria, task)
}

function hasTaskCriteria(criteria: StringMap): boolean {
  return taskLists.some((name) => listOf(criteria, name) !== undefined) || criteria['needsMigration'] === 'true'
}

function ownMatches(criteria: StringMap, { id, jobDescriptor, status }: Job): boolean {
  const { container, jobGroupInfo } = jobDescriptor
  const equal = (name: string, actual: string): boolean => !criteria[name] || criteria[name] === actual
  const ids = listOf(criteria, 'jobIds')
  return (
    (ids === undefined || ids.includes(id)) &&
    equal('owner', jobDescriptor.owner.teamEmail) &&
    equal('applicationName', jobDescriptor.applicationName) &&
    equal('imageName', container.image.name) &&
    equal('imageTag', container.image.tag) &&
    equal('capacityGroup', jobDescriptor.capacityGroup) &&
    equal('jobGroupStack', jobGroupInfo.stack) &&
    equal('jobGroupDetail', jobGroupInfo.detail) &&
    equal('jobGroupSequence', jobGroupInfo.sequence) &&
    equal('jobState', status.state) &&
    (!criteria['jobType'] || criteria['jobType'].toLowerCase() === (jobDescriptor.batch ? 'batch' : 'service')) &&
    attributesMatch(criteria, jobDescriptor.attributes)
  )
}

function taskMatches(criteria: StringMap, task: TaskRecord): boolean {
  const ids = listOf(criteria, 'taskIds')
  const states = listOf(criteria, 'taskStates')
  const reasons = listOf(criteria, 'taskStateReasons')
  return (
    (ids === undefined || ids.includes(task.id)) &&
    (states === undefined || states.includes(task.status.state)) &&
    (reasons === undefined || reasons.some((reason) => statusesOf(task).at(-1)?.reasonCode === reason)) &&
    criteria['needsMigration'] !== 'true'
  )
}

/** `key`, `key:value` pairs, all of them (`attributes.op=and`, the default) or one of them (`or`). */
function attributesMatch(criteria: StringMap, attributes: StringMap): boolean {
  const wanted = listOf(criteria, 'attributes', /[,;]/)
  if (wanted === undefined) return true
  const holds = (pair: string): boolean => {
    const [key = '', ...value] = pair.split(':')
    return Object.hasOwn(attributes, key) && (value.length === 0 || attributes[key] === value.join(':'))
  }
  return criteria['attributes.op']?.toLowerCase() === 'or' ? wanted.some(holds) : wanted.every(holds)
}

/** A comma list of a criterion; undefined when it is not asked for. */
export function listOf(criteria: StringMap, name: string, separator: RegExp | string = ','): readonly string[] | undefined {
  const items = (criteria[name] ?? '').split(separator).flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
  return items.length === 0 ? undefined : items
}
