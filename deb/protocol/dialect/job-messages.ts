import { choice, enumeration, many, message, one, scalar, stringMap, strings } from './descriptor.ts'
import type { MessageType } from './descriptor.ts'

const owner = message('Owner', [scalar('teamEmail', 'string')])
const jobGroupInfo = message('JobGroupInfo', [scalar('stack', 'string'), scalar('detail', 'string'), scalar('sequence', 'string')])
const constraints = message('Constraints', [stringMap('constraints'), scalar('expression', 'string')])
const image = message('Image', [scalar('name', 'string'), scalar('tag', 'string'), scalar('digest', 'string')])
const mountPerm = enumeration('MountPerm', ['RO', 'WO', 'RW'])

const efsMount = message('ContainerResources.EfsMount', [
  scalar('efsId', 'string'),
  scalar('mountPoint', 'string'),
  choice('mountPerm', mountPerm),
  scalar('efsRelativeMountPoint', 'string'),
])

const containerResources = message('ContainerResources', [
  scalar('cpu', 'double'),
  scalar('gpu', 'uint32'),
  scalar('memoryMB', 'uint32'),
  scalar('diskMB', 'uint32'),
  scalar('networkMbps', 'uint32'),
  scalar('allocateIP', 'bool'),
  many('efsMounts', efsMount),
])

const securityProfile = message('SecurityProfile', [strings('securityGroups'), scalar('iamRole', 'string'), stringMap('attributes')])

const container = message('Container', [
  one('resources', containerResources),
  one('securityProfile', securityProfile),
  one('image', image),
  stringMap('attributes'),
  strings('entryPoint'),
  strings('command'),
  stringMap('env'),
  one('softConstraints', constraints),
  one('hardConstraints', constraints),
  { name: 'experimental', type: { is: 'any' } },
])

const retryPolicy = message('RetryPolicy', [
  one('immediate', message('RetryPolicy.Immediate', [scalar('retries', 'uint32')]), 'policy'),
  one(
    'delayed',
    message('RetryPolicy.Delayed', [scalar('initialDelayMs', 'uint64'), scalar('delayMs', 'uint64'), scalar('retries', 'uint32')]),
    'policy',
  ),
  one(
    'exponentialBackOff',
    message('RetryPolicy.ExponentialBackOff', [
      scalar('initialDelayMs', 'uint64'),
      scalar('maxDelayIntervalMs', 'uint64'),
      scalar('retries', 'uint32'),
    ]),
    'policy',
  ),
])

/** Capacity: the body of PUT /jobs/{id}/instances. */
export const capacityMessage = message('Capacity', [scalar('min', 'uint32'), scalar('max', 'uint32'), scalar('desired', 'uint32')])

/** ServiceJobProcesses: the body of PUT /jobs/{id}/jobprocesses. */
export const jobProcessesMessage = message('ServiceJobSpec.ServiceJobProcesses', [
  scalar('disableIncreaseDesired', 'bool'),
  scalar('disableDecreaseDesired', 'bool'),
])

const migrationPolicy = message('MigrationPolicy', [
  one('systemDefault', message('MigrationPolicy.SystemDefault', []), 'policy'),
  one('selfManaged', message('MigrationPolicy.SelfManaged', []), 'policy'),
])

const batch = message('BatchJobSpec', [scalar('size', 'uint32'), scalar('runtimeLimitSec', 'uint64'), one('retryPolicy', retryPolicy)])

const service = message('ServiceJobSpec', [
  one('capacity', capacityMessage),
  scalar('enabled', 'bool'),
  one('retryPolicy', retryPolicy),
  one('migrationPolicy', migrationPolicy),
  one('serviceJobProcesses', jobProcessesMessage),
])

/** JobDescriptor: the body of POST /jobs, as of v0.0.1-rc27 of the API definitions. */
export const jobDescriptorMessage = message('JobDescriptor', [
  one('owner', owner),
  scalar('applicationName', 'string'),
  scalar('capacityGroup', 'string'),
  one('jobGroupInfo', jobGroupInfo),
  stringMap('attributes'),
  one('container', container),
  one('batch', batch, 'jobSpec'),
  one('service', service, 'jobSpec'),
])

function status(name: string, states: readonly string[]): MessageType {
  return message(name, [
    choice('state', enumeration(`${name}.${name.replace('Status', 'State')}`, states)),
    scalar('reasonCode', 'string'),
    scalar('reasonMessage', 'string'),
    scalar('timestamp', 'uint64'),
  ])
}

const jobStatus = status('JobStatus', ['Accepted', 'KillInitiated', 'Finished'])
const taskStatus = status('TaskStatus', ['Accepted', 'Launched', 'StartInitiated', 'Started', 'KillInitiated', 'Disconnected', 'Finished'])

/** Job: the answer to GET /jobs/{id}. */
export const jobMessage = message('Job', [
  scalar('id', 'string'),
  one('jobDescriptor', jobDescriptorMessage),
  one('status', jobStatus),
  many('statusHistory', jobStatus),
])

function url(name: string): MessageType {
  return message(`LogLocation.${name}`, [scalar('url', 'string')])
}
const s3 = message(
  'LogLocation.S3',
  ['accountName', 'accountId', 'region', 'bucket', 'key'].map((name) => scalar(name, 'string')),
)
const logLocation = message('LogLocation', [one('ui', url('UI')), one('liveStream', url('LiveStream')), one('s3', s3)])
const migrationDetails = message('MigrationDetails', [scalar('needsMigration', 'bool'), scalar('deadline', 'uint64')])

/** Task: the answer to GET /tasks/{id}. */
export const taskMessage = message('Task', [
  scalar('id', 'string'),
  scalar('jobId', 'string'),
  stringMap('taskContext'),
  one('status', taskStatus),
  many('statusHistory', taskStatus),
  one('logLocation', logLocation),
  one('migrationDetails', migrationDetails),
])

const page = message('Page', [scalar('pageNumber', 'int32'), scalar('pageSize', 'int32'), scalar('cursor', 'string')])
const pagination = message('Pagination', [
  one('currentPage', page),
  scalar('hasMore', 'bool'),
  scalar('totalPages', 'int32'),
  scalar('totalItems', 'int32'),
  scalar('cursor', 'string'),
  scalar('cursorPosition', 'int32'),
])

/** The answer to GET /jobs. */
export const jobPageMessage = message('JobQueryResult', [many('items', jobMessage), one('pagination', pagination)])

/** The answer to GET /tasks. */
export const taskPageMessage = message('TaskQueryResult', [many('items', taskMessage), one('pagination', pagination)])
