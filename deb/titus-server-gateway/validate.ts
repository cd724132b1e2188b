import { printDouble } from '../protocol/dialect/print.ts'
import type { BatchSpec, Capacity, Container, JobDescriptor, StringMap } from '../protocol/model/job.ts'
import { ApiError } from './errors.ts'

/** One thing that a bean validation of rc.57 would complain of. */
export interface Violation {
  readonly field: string
  readonly description: string
}

const maximums = { gpu: 16, memoryMB: 524_288, diskMB: 1_048_576, networkMbps: 40_000 } as const
const maxCpu = 64
const maxBatchSize = 1000
const maxServiceSize = 2500
const minRuntimeMs = 60_000
const maxRuntimeMs = 864_000_000
const maxSecurityGroups = 6
const knownConstraints: readonly string[] = ['uniquehost', 'exclusivehost', 'zonebalance']

/** Everything that is wrong with a sanitised job descriptor, in the order of its fields. */
export function validateJob(job: JobDescriptor): readonly Violation[] {
  return [
    ...check(job.owner.teamEmail.includes('@'), 'owner.teamEmail', 'Invalid email address'),
    ...check(job.applicationName.length > 0, 'applicationName', 'Empty string not allowed'),
    ...validateContainer(job.container),
    ...(job.batch === undefined ? [] : validateBatch(job.batch)),
    ...(job.service === undefined ? [] : validateServiceCapacity(job.service.capacity)),
  ]
}

/** Throws ApiError 400 in the wording of rc.57 when there is anything to complain of. */
export function refuseViolations(violations: readonly Violation[]): void {
  if (violations.length === 0) return
  const parts = violations.map(({ field, description }) => `{field: ${field}, description: ${description}}`)
  throw new ApiError(400, `Invalid Argument: ${parts.join(',')}`)
}

/** The bounds of a capacity by itself; `prefix` leads the field names. */
export function validateCapacity(capacity: Capacity, field: string): readonly Violation[] {
  const { min, desired, max } = capacity
  return [
    ...check(min <= desired, field, `'min'(${min}) must be <= 'desired'(${desired})`),
    ...check(desired <= max, field, `'desired'(${desired}) must be <= 'max'(${max})`),
  ]
}

function validateServiceCapacity(capacity: Capacity): readonly Violation[] {
  return [
    ...check(capacity.max <= maxServiceSize, 'extensions.capacity', `Service job too big ${capacity.max} > ${maxServiceSize}`),
    ...validateCapacity(capacity, 'extensions.capacity'),
  ]
}

function validateBatch(batch: BatchSpec): readonly Violation[] {
  const runtimeMs = batch.runtimeLimitSec * 1000
  return [
    ...check(batch.size >= 1, 'extensions.size', 'Batch job must have at least one task'),
    ...check(batch.size <= maxBatchSize, 'extensions.size', `Batch job too big ${batch.size} > ${maxBatchSize}`),
    ...check(
      runtimeMs >= minRuntimeMs,
      'extensions.runtimeLimitMs',
      `Runtime limit too low (must be at least 60sec, but is ${runtimeMs}[ms])`,
    ),
    ...check(runtimeMs <= maxRuntimeMs, 'extensions.runtimeLimitMs', `Runtime limit too high ${runtimeMs} > ${maxRuntimeMs}`),
  ]
}

function validateContainer(container: Container): readonly Violation[] {
  return [
    ...validateResources(container),
    ...validateSecurity(container),
    ...validateImage(container.image),
    ...validateConstraints(container.softConstraints.constraints, container.hardConstraints.constraints),
  ]
}

function validateResources({ resources }: Container): readonly Violation[] {
  const field = 'container.containerResources'
  return [
    ...check(resources.cpu <= maxCpu, `${field}.cpu`, `Above maximum allowed value ${printDouble(maxCpu)}`),
    ...(Object.keys(maximums) as (keyof typeof maximums)[]).flatMap((name) =>
      check(resources[name] <= maximums[name], `${field}.${name}`, `Above maximum allowed value ${maximums[name]}`),
    ),
  ]
}

function validateSecurity({ securityProfile }: Container): readonly Violation[] {
  const { securityGroups, iamRole } = securityProfile
  const field = 'container.securityProfile'
  return [
    ...check(
      securityGroups.length >= 1 && securityGroups.length <= maxSecurityGroups,
      `${field}.securityGroups`,
      'Number of security groups must be between 1 and 6',
    ),
    ...check(
      securityGroups.every((group) => /^sg-.*$/.test(group)),
      `${field}.securityGroups`,
      `Syntactically invalid security group ids: ${listText(securityGroups)}`,
    ),
    ...check(iamRole.trim() !== '', `${field}.iamRole`, `Syntactically invalid IAM role: ${iamRole}`),
  ]
}

function validateImage(image: Container['image']): readonly Violation[] {
  const tag = /^[a-zA-Z0-9._-]+$/.test(image.tag)
  // The real pattern wants a decimal digit right after the colon.
  const digest = /^sha256:[0-9].+$/.test(image.digest)
  return [
    ...check(/^[a-zA-Z0-9.\\/_-]+$/.test(image.name), 'container.image.name', 'image name is not valid'),
    ...check(tag || digest, 'container.image', 'must specify a valid digest or tag'),
    ...check(!(tag && digest), 'container.image', 'must specify only a valid digest or tag and not both'),
  ]
}

// Names are echoed as they are: the real server evaluates expressions in them (CVE-2020-9297), this one never does.
function validateConstraints(soft: StringMap, hard: StringMap): readonly Violation[] {
  const shared = Object.keys(soft).filter((name) => Object.hasOwn(hard, name))
  return [
    ...unknownNames('container.softConstraints', soft),
    ...unknownNames('container.hardConstraints', hard),
    ...check(shared.length === 0, 'container', `Soft and hard constraints not unique. Shared constraints: ${listText(shared)}`),
  ]
}

function unknownNames(field: string, constraints: StringMap): readonly Violation[] {
  const names = new Set(Object.keys(constraints).map((name) => name.toLowerCase()))
  const unknown = [...names].filter((name) => !knownConstraints.includes(name))
  return check(unknown.length === 0, field, `Unrecognized constraints ${listText(unknown)}`)
}

/** A list as Java's toString writes it: `[a, b]`. */
function listText(items: readonly string[]): string {
  return `[${items.join(', ')}]`
}

function check(holds: boolean, field: string, description: string): readonly Violation[] {
  return holds ? [] : [{ field, description }]
}
