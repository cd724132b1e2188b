import type { TaskInfo } from '../../protocol/mesos-protocol.ts'
import type { ImageCommand } from '../docker/image.ts'
import { bytesOfMiB, TaskRefusedError } from './ending.ts'
import { BadEntryPointError, splitEntryPoint } from './entry-point.ts'

/** The body of `POST /containers/create`, as far as a task needs it. */
export interface ContainerSpec {
  readonly Image: string
  readonly Hostname: string
  readonly Env: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
  readonly HostConfig: {
    readonly Runtime: string
    readonly NetworkMode: 'none'
    /** A small init as process 1: without one a program that does not handle SIGTERM cannot be stopped before the grace is over. */
    readonly Init: boolean
    /** Bytes. */
    readonly Memory: number
    readonly MemorySwap: number
    readonly CpuShares: number
    readonly PidsLimit: number
    readonly Binds: readonly string[]
    readonly ExtraHosts: readonly string[]
  }
}

/** What the container's specification is made from. */
export interface ContainerPlan {
  readonly task: TaskInfo
  /** The image as `docker ps` shows it. */
  readonly image: string
  readonly imageCommand: ImageCommand
  readonly address: string
  readonly environment: Readonly<Record<string, string>>
  /** `host path:container path[:ro]`. */
  readonly binds: readonly string[]
  readonly executorPid: number
  /** Whether the host has docker-init. */
  readonly hasInit: boolean
}

/** The label by which the agent finds its containers again. */
export const taskLabel = 'titus.task_id'

/** The OCI runtime that starts a container in the network namespace that was made for it. */
export const taskRuntime = 'titus-runc'

/** A fork bomb is felt by its own task alone: a quarter of what a machine of the lab may have. */
const processLimit = 1024

/** The labels of titus-executor 2018-05; both address labels carry the same value. */
function buildLabels(task: TaskInfo, address: string, executorPid: number): Record<string, string> {
  return {
    'titus.executor.pid': String(executorPid),
    [taskLabel]: task.taskId,
    'ec2.iam.role': task.iamRole,
    TITUS_TASK_INSTANCE_ID: task.env['TITUS_TASK_INSTANCE_ID'] ?? task.taskId,
    'titus.vpc.ipv4': address,
    'titus.net.ipv4': address,
  }
}

/**
 * A task's container: hostname = lower-cased task id, memory limit without swap, 100 CPU shares a processor, 1024 processes, no network of Docker's.
 *
 * @throws TaskRefusedError "Bad entry point : …", "Image, and job have no entrypoint, or command"
 */
export function buildContainerSpec(plan: ContainerPlan): ContainerSpec {
  const { task, imageCommand } = plan
  const words = splitWords(task.entryPoint)
  if (words.length === 0 && imageCommand.entryPoint.length === 0 && imageCommand.command.length === 0) {
    throw new TaskRefusedError('Image, and job have no entrypoint, or command')
  }
  const hostname = task.taskId.toLowerCase()
  return {
    Image: plan.image,
    Hostname: hostname,
    Env: Object.entries(plan.environment).map(([name, value]) => `${name}=${value}`),
    ...(words.length === 0 ? {} : { Entrypoint: words }),
    Labels: buildLabels(task, plan.address, plan.executorPid),
    HostConfig: {
      Runtime: taskRuntime,
      NetworkMode: 'none',
      Init: plan.hasInit,
      Memory: task.memoryMB * bytesOfMiB,
      MemorySwap: task.memoryMB * bytesOfMiB,
      CpuShares: Math.max(2, Math.round(100 * task.cpu)),
      PidsLimit: processLimit,
      Binds: plan.binds,
      ExtraHosts: [`${hostname}:${plan.address}`],
    },
  }
}

function splitWords(entryPoint: readonly string[]): readonly string[] {
  try {
    return splitEntryPoint(entryPoint)
  } catch (error) {
    if (error instanceof BadEntryPointError) throw new TaskRefusedError(`Bad entry point : ${error.message}`)
    throw error
  }
}
