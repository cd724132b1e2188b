import t from 'tap'
import type { Capacity, JobDescriptor } from '../../../deb/protocol/model/job.ts'
import { sanitise } from '../../../deb/titus-server-gateway/sanitise.ts'
import { refuseViolations, validateCapacity, validateJob } from '../../../deb/titus-server-gateway/validate.ts'
import { batchJob, serviceJob } from './api.ts'

/** `field: description` of everything that is wrong with a job. */
function wrongWith(job: JobDescriptor): readonly string[] {
  return validateJob(job).map(({ field, description }) => `${field}: ${description}`)
}

/** A sanitised batch job of which something is changed afterwards. */
function batchWith(change: Partial<JobDescriptor>, container: Partial<JobDescriptor['container']> = {}): JobDescriptor {
  const job = sanitise(batchJob())
  return { ...job, ...change, container: { ...job.container, ...container } }
}

const sound = sanitise(batchJob())

t.test('the jobs of the seed are sound', async (t) => {
  t.same(wrongWith(sound), [])
  t.same(wrongWith(sanitise(serviceJob())), [])
})

t.test('resources have a most, each told with its own number', async (t) => {
  const { resources } = sound.container
  for (const [change, told] of [
    [{ cpu: 64 }, []],
    [{ cpu: 64.5 }, ['container.containerResources.cpu: Above maximum allowed value 64.0']],
    [{ gpu: 17 }, ['container.containerResources.gpu: Above maximum allowed value 16']],
    [{ memoryMB: 524_289 }, ['container.containerResources.memoryMB: Above maximum allowed value 524288']],
    [{ diskMB: 1_048_577, networkMbps: 40_001 }, ['diskMB', 'networkMbps']],
  ] as const) {
    const found = wrongWith(batchWith({}, { resources: { ...resources, ...change } }))
    t.equal(found.length, told.length, JSON.stringify(change))
    for (const [index, text] of told.entries()) t.match(found[index], text)
  }
})

t.test('security groups are one to six ids, and the role is named', async (t) => {
  const { securityProfile } = sound.container
  const groups = (...securityGroups: readonly string[]) =>
    wrongWith(batchWith({}, { securityProfile: { ...securityProfile, securityGroups } }))
  t.same(groups('sg-1'), [])
  t.same(groups(...Array.from({ length: 6 }, (_, index) => `sg-${index}`)), [])
  const number = 'container.securityProfile.securityGroups: Number of security groups must be between 1 and 6'
  t.same(groups(), [number])
  t.same(groups(...Array.from({ length: 7 }, (_, index) => `sg-${index}`)), [number])
  t.same(groups('sg-1', 'infrastructure'), [
    'container.securityProfile.securityGroups: Syntactically invalid security group ids: [sg-1, infrastructure]',
  ])
  for (const iamRole of ['', '  ']) {
    t.match(wrongWith(batchWith({}, { securityProfile: { ...securityProfile, iamRole } })), ['container.securityProfile.iamRole: '])
  }
})

t.test('an image has a name, and either a tag or a digest', async (t) => {
  const digest = `sha256:1${'a'.repeat(63)}`
  const neither = ['container.image: must specify a valid digest or tag']
  for (const [image, told] of [
    [{ name: 'tutum/nginx', tag: 'latest', digest: '' }, []],
    [{ name: 'tutum/nginx', tag: '', digest }, []],
    [{ name: 'tutum/nginx', tag: 'latest', digest }, ['container.image: must specify only a valid digest or tag and not both']],
    [{ name: 'tutum/nginx', tag: '', digest: '' }, neither],
    [{ name: 'tutum/nginx', tag: 'la test', digest: 'sha256:' }, neither],
    [{ name: 'tutum/nginx', tag: '', digest: `sha256:${'a'.repeat(64)}` }, neither],
    [{ name: 'nginx:1', tag: 'latest', digest: '' }, ['container.image.name: image name is not valid']],
    [{ name: '', tag: 'latest', digest: '' }, ['container.image.name: image name is not valid']],
  ] as const) {
    t.same(wrongWith(batchWith({}, { image })), told, JSON.stringify(image))
  }
})

t.test('constraints are known ones, soft or hard, and their names are never evaluated', async (t) => {
  const constraints = (soft: Record<string, string>, hard: Record<string, string> = {}) =>
    wrongWith(
      batchWith({}, { softConstraints: { constraints: soft, expression: '' }, hardConstraints: { constraints: hard, expression: '' } }),
    )
  t.same(constraints({ UniqueHost: 'true', zonebalance: 'x' }, { exclusiveHost: 'true' }), [])
  t.same(constraints({ 'unique-host': 'true' }), ['container.softConstraints: Unrecognized constraints [unique-host]'])
  t.same(constraints({}, { "#{''.class}": 'true' }), ["container.hardConstraints: Unrecognized constraints [#{''.class}]"])
  t.same(constraints({ uniquehost: 'true' }, { uniquehost: 'true' }), [
    'container: Soft and hard constraints not unique. Shared constraints: [uniquehost]',
  ])
})

t.test('a batch job has tasks and an end, a service job a size in order', async (t) => {
  const { batch } = sound
  if (batch === undefined) return t.fail('no batch job')
  for (const [change, told] of [
    [{ size: 1000, runtimeLimitSec: 864_000 }, []],
    [{ size: 0 }, [/^extensions\.size: Batch job must have at least one task$/]],
    [{ size: 1001 }, [/^extensions\.size: Batch job too big 1001 > 1000$/]],
    [{ runtimeLimitSec: 59 }, [/Runtime limit too low \(must be at least 60sec, but is 59000\[ms\]\)$/]],
    [{ runtimeLimitSec: 864_001 }, [/Runtime limit too high 864001000 > 864000000$/]],
  ] as const) {
    const found = wrongWith(batchWith({ batch: { ...batch, ...change } }))
    t.equal(found.length, told.length, JSON.stringify(change))
    t.match(found, told)
  }
  const capacity = (change: Capacity) => wrongWith(sanitise(serviceJob({}, { capacity: change })))
  t.same(capacity({ min: 0, desired: 2, max: 2500 }), [])
  t.match(capacity({ min: 0, desired: 2, max: 2501 }), ['Service job too big 2501 > 2500'])
  t.match(capacity({ min: 3, desired: 2, max: 1 }), ["'min'(3) must be <= 'desired'(2)", "'desired'(2) must be <= 'max'(1)"])
  t.same(validateCapacity({ min: 1, desired: 1, max: 1 }, 'capacity'), [])
})

t.test('everything that is wrong comes in one answer, in the order of the fields', async (t) => {
  const job = batchWith({ owner: { teamEmail: 'me' }, applicationName: '' }, { image: { name: '', tag: '', digest: '' } })
  t.throws(() => refuseViolations(validateJob(job)), {
    status: 400,
    message:
      /^Invalid Argument: \{field: owner\.teamEmail, description: Invalid email address\},\{field: applicationName, .*\},\{field: container\.image\.name, .*\},\{field: container\.image, .*\}$/,
  })
  refuseViolations([])
})

t.test('what is missing gets its default, and what is too little its least, without a word', async (t) => {
  const bare = sanitise({ batch: { retryPolicy: { immediate: { retries: 1 } } } })
  t.match(bare, {
    owner: { teamEmail: '' },
    capacityGroup: 'DEFAULT',
    jobGroupInfo: { stack: '', detail: '', sequence: '' },
    container: {
      resources: { cpu: 1, gpu: 0, memoryMB: 512, diskMB: 1024, networkMbps: 128, allocateIP: false },
      securityProfile: { securityGroups: [], iamRole: '' },
      env: {},
    },
    batch: { size: 0, runtimeLimitSec: 0, retryPolicy: { immediate: { retries: 1 } } },
  })
  t.equal(bare.service, undefined)
  const little = sanitise(batchJob({}, {}, { resources: { cpu: -1, memoryMB: 511, diskMB: 2048, allocateIP: true } }))
  t.match(little.container.resources, { cpu: 1, memoryMB: 512, diskMB: 2048, allocateIP: false })
})

t.test('what the real one drops is gone, and what it orders is in order', async (t) => {
  const mounts = ['/b', '/a'].map((mountPoint) => ({ efsId: 'fs', mountPoint, mountPerm: 'RW', efsRelativeMountPoint: '' }))
  const { container, batch } = sanitise(
    batchJob(
      {},
      { retryPolicy: { delayed: { initialDelayMs: 5, delayMs: 7, retries: 2 } } },
      { command: ['x'], hardConstraints: { expression: 'x', constraints: { uniquehost: 'true' } }, resources: { efsMounts: mounts } },
    ),
  )
  t.same(container.command, [])
  t.same(container.hardConstraints, { constraints: { uniquehost: 'true' }, expression: '' })
  t.same(
    container.resources.efsMounts.map(({ mountPoint }) => mountPoint),
    ['/a', '/b'],
  )
  t.same(batch?.retryPolicy, { delayed: { initialDelayMs: 0, delayMs: 7, retries: 2 } })
  t.throws(() => sanitise({ batch: { size: 1 } }), { status: 400, message: 'Unknown retry policy POLICY_NOT_SET' })
  t.match(sanitise(serviceJob({}, { migrationPolicy: {} })).service, { migrationPolicy: { systemDefault: {} } })
  t.match(sanitise(serviceJob()).service, { migrationPolicy: { selfManaged: {} }, enabled: true })
})
