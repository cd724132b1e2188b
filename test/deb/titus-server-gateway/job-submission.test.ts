import t from 'tap'
import { FakeTitus, batchJob, messageOf, serviceJob } from './api.ts'

t.test('job validation: every rule of rc.57', async (t) => {
  const titus = new FakeTitus()
  const image = (value: object): object => batchJob({}, {}, { image: value })
  const resources = (value: object): object => batchJob({}, {}, { resources: value })
  const security = (value: object): object => {
    const job = batchJob()
    job.container.securityProfile = { ...job.container.securityProfile, ...value }
    return job
  }
  const capacity = (min: number, desired: number, max: number): object => serviceJob({}, { capacity: { min, desired, max } })
  const groups = (count: number): string[] => Array.from({ length: count }, (_, index) => `sg-${index}`)
  const cases: [object, string][] = [
    [batchJob({ owner: {} }), '{field: owner.teamEmail, description: Invalid email address}'],
    [batchJob({ applicationName: '' }), '{field: applicationName, description: Empty string not allowed}'],
    [resources({ cpu: 64.5 }), '{field: container.containerResources.cpu, description: Above maximum allowed value 64.0}'],
    [resources({ gpu: 17 }), '{field: container.containerResources.gpu, description: Above maximum allowed value 16}'],
    [resources({ memoryMB: 524289 }), '{field: container.containerResources.memoryMB, description: Above maximum allowed value 524288}'],
    [resources({ diskMB: 1048577 }), '{field: container.containerResources.diskMB, description: Above maximum allowed value 1048576}'],
    [
      resources({ networkMbps: 40001 }),
      '{field: container.containerResources.networkMbps, description: Above maximum allowed value 40000}',
    ],
    [
      security({ securityGroups: [] }),
      '{field: container.securityProfile.securityGroups, description: Number of security groups must be between 1 and 6}',
    ],
    [
      security({ securityGroups: groups(7) }),
      '{field: container.securityProfile.securityGroups, description: Number of security groups must be between 1 and 6}',
    ],
    [
      security({ securityGroups: ['sg-1', 'sg'] }),
      '{field: container.securityProfile.securityGroups, description: Syntactically invalid security group ids: [sg-1, sg]}',
    ],
    [security({ iamRole: ' ' }), '{field: container.securityProfile.iamRole, description: Syntactically invalid IAM role:  }'],
    [image({ name: 'alpine:latest', tag: 'x' }), '{field: container.image.name, description: image name is not valid}'],
    [image({ name: 'alpine' }), '{field: container.image, description: must specify a valid digest or tag}'],
    [image({ name: 'alpine', digest: 'sha256:abc' }), '{field: container.image, description: must specify a valid digest or tag}'],
    [
      image({ name: 'a', tag: 'x', digest: 'sha256:1abc' }),
      '{field: container.image, description: must specify only a valid digest or tag and not both}',
    ],
    [batchJob({}, { size: 0 }), '{field: extensions.size, description: Batch job must have at least one task}'],
    [batchJob({}, { size: 1001 }), '{field: extensions.size, description: Batch job too big 1001 > 1000}'],
    [
      batchJob({}, { runtimeLimitSec: 59 }),
      '{field: extensions.runtimeLimitMs, description: Runtime limit too low (must be at least 60sec, but is 59000[ms])}',
    ],
    [
      batchJob({}, { runtimeLimitSec: null }),
      '{field: extensions.runtimeLimitMs, description: Runtime limit too low (must be at least 60sec, but is 0[ms])}',
    ],
    [
      batchJob({}, { runtimeLimitSec: 864001 }),
      '{field: extensions.runtimeLimitMs, description: Runtime limit too high 864001000 > 864000000}',
    ],
    [capacity(2, 1, 3), `{field: extensions.capacity, description: 'min'(2) must be <= 'desired'(1)}`],
    [capacity(0, 2, 1), `{field: extensions.capacity, description: 'desired'(2) must be <= 'max'(1)}`],
    [capacity(0, 0, 2501), '{field: extensions.capacity, description: Service job too big 2501 > 2500}'],
    [
      batchJob({}, {}, { softConstraints: { constraints: { Foo: 'true' } } }),
      '{field: container.softConstraints, description: Unrecognized constraints [foo]}',
    ],
    [
      batchJob({}, {}, { hardConstraints: { constraints: { '#{7+7}': 'true' } } }),
      '{field: container.hardConstraints, description: Unrecognized constraints [#{7+7}]}',
    ],
    [
      batchJob({}, {}, { softConstraints: { constraints: { UniqueHost: 'true' } }, hardConstraints: { constraints: { UniqueHost: 'x' } } }),
      '{field: container, description: Soft and hard constraints not unique. Shared constraints: [UniqueHost]}',
    ],
  ]
  for (const [job, violation] of cases) {
    const response = titus.send('POST', '/api/v3/jobs', job)
    t.equal(response.status, 400, violation)
    t.equal(response.body, JSON.stringify({ statusCode: 400, message: `Invalid Argument: ${violation}` }))
  }
  const two = titus.send('POST', '/api/v3/jobs', batchJob({ owner: {}, applicationName: '' }))
  t.equal(
    messageOf(two.body),
    'Invalid Argument: {field: owner.teamEmail, description: Invalid email address},{field: applicationName, description: Empty string not allowed}',
  )
  t.same(titus.state.jobs, {}, 'nothing was created')
})

t.test('job sanitising', async (t) => {
  const titus = new FakeTitus()
  const job = serviceJob({}, { enabled: undefined, migrationPolicy: undefined }, { command: ['x'] })
  job.container.resources.efsMounts = [
    { efsId: 'b', mountPoint: '/b', mountPerm: 'RW' },
    { efsId: 'a', mountPoint: '/a' },
  ]
  job.container.resources.cpu = -3
  const { jobDescriptor } = titus.get(`/api/v3/jobs/${titus.create(job)}`)
  t.match(jobDescriptor.container.resources, { cpu: 1, memoryMB: 512, diskMB: 1024, networkMbps: 128, allocateIP: false })
  t.same(
    jobDescriptor.container.resources.efsMounts.map((mount: { mountPoint: string }) => mount.mountPoint),
    ['/a', '/b'],
  )
  t.same(jobDescriptor.container.command, [])
  t.match(jobDescriptor.service, {
    enabled: false,
    migrationPolicy: { systemDefault: {} },
    retryPolicy: { delayed: { initialDelayMs: '0' } },
  })
  t.equal(jobDescriptor.capacityGroup, 'myServiceApp')
  t.same(jobDescriptor.attributes, { key1: 'value1', 'titus.cell': 'dev', 'titus.stack': 'dev' })
  const noPolicy = 'Unknown retry policy POLICY_NOT_SET'
  for (const change of [{ batch: { size: 1, runtimeLimitSec: 60 } }, { batch: undefined }]) {
    const response = titus.send('POST', '/api/v3/jobs', batchJob(change))
    t.equal(response.body, JSON.stringify({ statusCode: 400, message: noPolicy }))
  }
  t.equal(titus.send('POST', '/api/v3/jobs', serviceJob({ jobGroupInfo: {} }, { capacity: undefined })).status, 202, '0/0/0 is legal')
  t.equal(titus.send('POST', '/api/v3/jobs', batchJob({}, {}, { hardConstraints: { constraints: { zoneBALANCE: 'lol' } } })).status, 202)
})

t.test('the three documents of the seed', async (t) => {
  const titus = new FakeTitus()
  const batch = titus.send('POST', '/api/v3/jobs', batchJob())
  t.equal(batch.status, 202)
  t.match(batch.body, /^\{"id":"[-0-9a-f]{36}"\}$/)
  const debug = serviceJob(
    {},
    {},
    { securityProfile: { securityGroups: ['sg'], iamRole: 'myapp-role' }, image: { name: 'alpine', tag: 'latest' } },
  )
  t.match(titus.send('POST', '/api/v3/jobs', debug), { status: 400, body: /Syntactically invalid security group ids: \[sg\]/ })
  const id = titus.create(serviceJob())
  const second = titus.send('POST', '/api/v3/jobs', serviceJob())
  t.equal(second.status, 429)
  t.equal(
    messageOf(second.body),
    `RESOURCE_EXHAUSTED: JobManagerException: Constraint violation - job with group sequence myServiceApp-myStack-detail-002 exists (${id})`,
  )
  titus.send('DELETE', `/api/v3/jobs/${id}`)
  t.equal(titus.send('POST', '/api/v3/jobs', serviceJob()).status, 429, 'a terminating job still holds its sequence')
  titus.pass(0)
  t.equal(titus.send('POST', '/api/v3/jobs', serviceJob()).status, 202)
})

t.test('no more than 12000 active jobs', async (t) => {
  const titus = new FakeTitus()
  const id = titus.create(batchJob())
  const job = titus.state.jobs[id]
  if (job === undefined) throw new Error('no job')
  const many = Array.from({ length: 12_000 }, (_, index): [string, typeof job] => [`j${index}`, { ...job, id: `j${index}` }])
  titus.state = { ...titus.state, jobs: Object.fromEntries(many) }
  const response = titus.send('POST', '/api/v3/jobs', batchJob())
  t.same(
    [response.status, messageOf(response.body)],
    [429, 'RESOURCE_EXHAUSTED: JobManagerException: Reached a limit of active jobs Titus can run (active=12000, limit=12000)'],
  )
})
