import type { Message } from '../protocol/dialect/descriptor.ts'
import type {
  BatchSpec,
  Capacity,
  Constraints,
  Container,
  ContainerResources,
  JobDescriptor,
  JobProcesses,
  RetryPolicy,
  ServiceSpec,
  StringMap,
} from '../protocol/model/job.ts'
import { ApiError } from './errors.ts'

/** Lower bounds of a container; whatever is below, negative numbers too, is raised without a word. MiB and Mbit/s. */
const resourceMinimums = { cpu: 1, memoryMB: 512, diskMB: 1024, networkMbps: 128 } as const

/** Makes a whole job descriptor of what was sent: messages that are missing get their defaults, resources their minimums, what rc.57
 *  drops (command, initialDelayMs of a delayed policy, allocateIP, expressions) is gone. Throws ApiError 400 without a retry policy. */
export function sanitise(sent: Message): JobDescriptor {
  const batch = sent['batch'] as Message | undefined
  const service = sent['service'] as Message | undefined
  return {
    owner: { teamEmail: text(sent['owner'], 'teamEmail') },
    applicationName: text(sent, 'applicationName'),
    capacityGroup: text(sent, 'capacityGroup') || 'DEFAULT',
    jobGroupInfo: {
      stack: text(sent['jobGroupInfo'], 'stack'),
      detail: text(sent['jobGroupInfo'], 'detail'),
      sequence: text(sent['jobGroupInfo'], 'sequence'),
    },
    attributes: map(sent, 'attributes'),
    container: sanitiseContainer((sent['container'] ?? {}) as Message),
    ...(batch === undefined ? { service: sanitiseService(service ?? {}) } : { batch: sanitiseBatch(batch) }),
  }
}

function sanitiseContainer(sent: Message): Container {
  return {
    resources: sanitiseResources((sent['resources'] ?? {}) as Partial<ContainerResources>),
    securityProfile: {
      securityGroups: list(sent['securityProfile'], 'securityGroups'),
      iamRole: text(sent['securityProfile'], 'iamRole'),
      attributes: map(sent['securityProfile'], 'attributes'),
    },
    image: { name: text(sent['image'], 'name'), tag: text(sent['image'], 'tag'), digest: text(sent['image'], 'digest') },
    attributes: map(sent, 'attributes'),
    entryPoint: list(sent, 'entryPoint'),
    command: [],
    env: map(sent, 'env'),
    softConstraints: sanitiseConstraints(sent['softConstraints']),
    hardConstraints: sanitiseConstraints(sent['hardConstraints']),
  }
}

function sanitiseResources(sent: Partial<ContainerResources>): ContainerResources {
  return {
    cpu: Math.max(sent.cpu ?? 0, resourceMinimums.cpu),
    gpu: sent.gpu ?? 0,
    memoryMB: Math.max(sent.memoryMB ?? 0, resourceMinimums.memoryMB),
    diskMB: Math.max(sent.diskMB ?? 0, resourceMinimums.diskMB),
    networkMbps: Math.max(sent.networkMbps ?? 0, resourceMinimums.networkMbps),
    allocateIP: false,
    efsMounts: [...(sent.efsMounts ?? [])].sort((left, right) => (left.mountPoint < right.mountPoint ? -1 : 1)),
  }
}

function sanitiseConstraints(sent: unknown): Constraints {
  return { constraints: map(sent, 'constraints'), expression: '' }
}

function sanitiseBatch(sent: Message): BatchSpec {
  return {
    size: (sent['size'] as number | undefined) ?? 0,
    runtimeLimitSec: (sent['runtimeLimitSec'] as number | undefined) ?? 0,
    retryPolicy: sanitiseRetryPolicy(sent['retryPolicy']),
  }
}

function sanitiseService(sent: Message): ServiceSpec {
  return {
    capacity: { min: 0, max: 0, desired: 0, ...(sent['capacity'] as Capacity | undefined) },
    enabled: sent['enabled'] === true,
    retryPolicy: sanitiseRetryPolicy(sent['retryPolicy']),
    migrationPolicy: (sent['migrationPolicy'] as Message | undefined)?.['selfManaged'] ? { selfManaged: {} } : { systemDefault: {} },
    serviceJobProcesses: {
      disableIncreaseDesired: false,
      disableDecreaseDesired: false,
      ...(sent['serviceJobProcesses'] as JobProcesses | undefined),
    },
  }
}

function sanitiseRetryPolicy(sent: unknown): RetryPolicy {
  const policy = (sent ?? {}) as Partial<Record<'immediate' | 'delayed' | 'exponentialBackOff', Message>>
  if (policy.immediate) return { immediate: { retries: policy.immediate['retries'] as number } }
  if (policy.delayed) {
    return {
      delayed: { initialDelayMs: 0, delayMs: policy.delayed['delayMs'] as number, retries: policy.delayed['retries'] as number },
    }
  }
  if (policy.exponentialBackOff) return { exponentialBackOff: policy.exponentialBackOff as never }
  throw new ApiError(400, 'Unknown retry policy POLICY_NOT_SET')
}

function text(message: unknown, field: string): string {
  return ((message as Message | undefined)?.[field] as string | undefined) ?? ''
}

function list(message: unknown, field: string): readonly string[] {
  return ((message as Message | undefined)?.[field] as readonly string[] | undefined) ?? []
}

function map(message: unknown, field: string): StringMap {
  return ((message as Message | undefined)?.[field] as StringMap | undefined) ?? {}
}
