import type { TaskInfo } from '../protocol/mesos-protocol.ts'
import type { Job, JobDescriptor, StringMap } from '../protocol/model/job.ts'
import type { MasterSettings, TaskRecord } from './state.ts'

const killWaitSec = 10

/** What an agent gets to run a placed task. */
export function taskInfoOf(task: TaskRecord, job: Job, settings: MasterSettings): TaskInfo {
  const { container } = job.jobDescriptor
  const { resources, image, securityProfile } = container
  return {
    taskId: task.id,
    jobId: job.id,
    image: image.digest === '' ? `${image.name}:${image.tag}` : `${image.name}@${image.digest}`,
    entryPoint: container.entryPoint,
    env: { ...jobEnvironment(job.jobDescriptor), ...container.env, ...masterEnvironment(task, job) },
    cpu: resources.cpu,
    memoryMB: resources.memoryMB,
    diskMB: resources.diskMB,
    networkMbps: resources.networkMbps,
    securityGroups: securityProfile.securityGroups,
    iamRole: fullRoleName(securityProfile.iamRole, settings.ownerId),
    eniIndex: task.placement?.eniIndex ?? 0,
    killWaitSec,
  }
}

/** A short role name becomes the ARN of a role of the owner's account. */
export function fullRoleName(role: string, ownerId: string): string {
  return role.startsWith('arn:') ? role : `arn:aws:iam::${ownerId}:role/${role}`
}

/** What Titus says of the job; the user's own variables win. */
function jobEnvironment({ applicationName, jobGroupInfo, container }: JobDescriptor): StringMap {
  const { stack, detail, sequence } = jobGroupInfo
  const cluster = detail === '' ? [applicationName, stack].filter(Boolean).join('-') : `${applicationName}-${stack}-${detail}`
  return {
    NETFLIX_APP: applicationName,
    NETFLIX_CLUSTER: cluster,
    NETFLIX_STACK: stack,
    NETFLIX_DETAIL: detail,
    NETFLIX_AUTO_SCALE_GROUP: `${cluster}-${sequence === '' ? 'v000' : sequence}`,
    TITUS_NUM_CPU: String(container.resources.cpu),
    TITUS_NUM_MEM: String(container.resources.memoryMB),
    TITUS_NUM_DISK: String(container.resources.diskMB),
    TITUS_NUM_NETWORK_BANDWIDTH: String(container.resources.networkMbps),
  }
}

/** What the master sets over the user's own. */
function masterEnvironment(task: TaskRecord, job: Job): StringMap {
  return {
    TITUS_JOB_ID: job.id,
    TITUS_TASK_ID: task.id,
    TITUS_TASK_INSTANCE_ID: task.id,
    TITUS_TASK_ORIGINAL_ID: task.originalId,
    ...(task.index === undefined ? {} : { TITUS_TASK_INDEX: String(task.index) }),
  }
}
