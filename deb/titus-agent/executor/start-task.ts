import type { TaskDetails, TaskInfo } from '../../protocol/mesos-protocol.ts'
import { createContainer, startContainer } from '../docker/container.ts'
import { EngineError } from '../docker/engine.ts'
import type { Engine } from '../docker/engine.ts'
import { ImageNotFoundError, nameImage, pullImage } from '../docker/image.ts'
import type { AddressPool } from '../network/address-pool.ts'
import { nameLink } from '../network/routing.ts'
import type { HostInterface, TaskNetwork } from '../network/routing.ts'
import type { TaskLinks } from '../network/task-links.ts'
import { buildContainerSpec } from '../task/container-spec.ts'
import { TaskRefusedError } from '../task/ending.ts'
import { buildEnvironment } from '../task/environment.ts'
import type { HostEnvironment } from '../task/environment.ts'
import { containerCaBundle, writeHostFiles } from '../task/host-files.ts'
import type { HostFolders } from '../task/host-files.ts'
import { writeRecord } from '../task/record.ts'
import type { TaskRecord } from '../task/record.ts'
import type { TaskUpdate } from './messages.ts'
import type { LogStore } from './upload-logs.ts'

/** Where the executor keeps what must outlive it. */
export interface ExecutorFolders extends HostFolders {
  /** One JSON file a task: what a restarted executor needs. */
  readonly records: string
  /** One JSON file an address: what the metadata proxy needs. */
  readonly addresses: string
}

/** What the executor works with. */
export interface ExecutorContext {
  readonly engine: Engine
  readonly pool: AddressPool
  readonly links: TaskLinks
  /** TITUS_REGISTRY: `docker.io`. */
  readonly registry: string
  readonly environment: HostEnvironment
  /** The host's certificate bundle, where /etc/environment names one. */
  readonly hostCa?: string
  /** Whether the host has docker-init. */
  readonly hasInit: boolean
  readonly folders: ExecutorFolders
  /** Where the logs of tasks go; nowhere without one. */
  readonly logStore?: LogStore
  readonly log: (line: string) => void
}

/** The network details as titus-executor reports them. */
export function describeNetwork(network: TaskNetwork): TaskDetails {
  return {
    ipAddresses: { nfvpc: network.address },
    NetworkConfiguration: {
      IsRoutableIP: true,
      IPAddress: network.address,
      EniIPAddress: network.interfaceAddress,
      EniID: network.interfaceId,
      ResourceID: `resource-eni-${network.deviceIndex - 1}`,
    },
  }
}

/**
 * Brings one task from RUN to TASK_RUNNING: image and address at the same time, container, network, start.
 *
 * @param tell      reports a state
 * @param remember  keeps what must survive the executor, before the next step is taken
 * @throws          TaskRefusedError (the job's fault), or anything else (ours); what was made stays for the caller to clear
 */
export async function startTask(
  context: ExecutorContext,
  task: TaskInfo,
  signal: AbortSignal,
  tell: (update: Omit<TaskUpdate, 'taskId'>) => void,
  remember: (change: Partial<TaskRecord>) => Promise<void>,
): Promise<void> {
  tell({ state: 'TASK_STARTING', message: 'creating' })
  const image = nameImage(context.registry, task.image)
  const [pulled, allocated] = await Promise.allSettled([pull(context, image, signal), allocate(context, task, signal, remember)])
  if (pulled.status === 'rejected') throw pulled.reason
  if (allocated.status === 'rejected') throw allocated.reason
  const { network, host } = allocated.value
  const { address } = network
  const environment = buildEnvironment(task, address, context.environment, context.hostCa === undefined ? undefined : containerCaBundle)
  const plan = {
    task,
    image: image.shown,
    imageCommand: pulled.value,
    address,
    environment,
    executorPid: process.pid,
    hasInit: context.hasInit,
  }
  buildContainerSpec({ ...plan, binds: [] }) // Refuses a bad entry point before anything is made
  const { binds } = await writeHostFiles(context.folders, task.taskId, environment, context.hostCa)
  const containerId = await createContainer(context.engine, task.taskId, buildContainerSpec({ ...plan, binds }))
  await remember({ containerId })
  await context.links.attach(containerId, network, host)
  const instanceId = task.env['TITUS_TASK_INSTANCE_ID'] ?? task.taskId
  await writeRecord(context.folders.addresses, address, { taskId: task.taskId, instanceId, address, iamRole: task.iamRole })
  signal.throwIfAborted()
  tell({ state: 'TASK_STARTING', message: 'starting', data: describeNetwork(network) })
  await start(context.engine, containerId)
  // A kill that met the container before it ran has stopped nothing.
  signal.throwIfAborted()
  tell({ state: 'TASK_RUNNING', message: 'running', data: describeNetwork(network) })
}

async function pull(context: ExecutorContext, image: ReturnType<typeof nameImage>, signal: AbortSignal): ReturnType<typeof pullImage> {
  try {
    return await pullImage(context.engine, image, signal)
  } catch (error) {
    if (error instanceof ImageNotFoundError) throw new TaskRefusedError(`Image does not exist in registry : ${error.message}`)
    throw error
  }
}

async function allocate(
  context: ExecutorContext,
  task: TaskInfo,
  signal: AbortSignal,
  remember: (change: Partial<TaskRecord>) => Promise<void>,
): Promise<{ readonly network: TaskNetwork; readonly host: HostInterface }> {
  const request = { taskId: task.taskId, deviceIndex: task.eniIndex + 1, securityGroups: task.securityGroups }
  const { address, vpc } = await context.pool.allocate(request, signal)
  const { id: interfaceId, primaryAddress: interfaceAddress, deviceIndex } = vpc
  const network = { address, interfaceId, interfaceAddress, deviceIndex, link: nameLink(task.taskId) }
  await remember({ network })
  return { network, host: await context.links.prepareInterface(vpc, signal) }
}

// Runc's complaint about a program that is not in the image is the job's fault.
async function start(engine: Engine, containerId: string): Promise<void> {
  try {
    await startContainer(engine, containerId)
  } catch (error) {
    if (error instanceof EngineError && /executable file not found|no such file or directory|permission denied/i.test(error.message)) {
      throw new TaskRefusedError(error.message)
    }
    throw error
  }
}
