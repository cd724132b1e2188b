import type { RegisterMessage, SchedulerCall, StatusMessage } from '../protocol/mesos-protocol.ts'
import { readShape } from '../protocol/read-shape.ts'
import type { Shape } from '../protocol/read-shape.ts'

const details: Shape = { NetworkConfiguration: { IPAddress: 'string', EniID: 'string' } }
const task: Shape = { taskId: 'string', cpu: 'number', memoryMB: 'number', diskMB: 'number', networkMbps: 'number' }

const registerMessage: Shape = {
  hostname: 'string',
  ip: 'string',
  port: 'number',
  resources: { cpus: 'number', mem: 'number', disk: 'number', network: 'number', ports: 'string' },
  attributes: 'strings',
  'agentId?': 'string',
  tasks: [{ taskId: 'string', state: 'string', 'message?': 'string', 'data?': details, 'task?': task }],
}
const statusMessage: Shape = { agentId: 'string', taskId: 'string', state: 'string', message: 'string', 'data?': details }

const schedulerCalls: Readonly<Record<SchedulerCall['type'], Shape>> = {
  SUBSCRIBE: { framework: 'string' },
  LAUNCH: { agentId: 'string', task },
  KILL: { taskId: 'string', graceSec: 'number' },
  ACKNOWLEDGE: { taskId: 'string' },
  RECONCILE: { taskIds: ['string'] },
}

/** Reads what an agent registers with. Like its siblings: undefined for what is not such a message, so that nothing else gets further. */
export function readRegister(body: string): RegisterMessage | undefined {
  return readShape(body, registerMessage) as RegisterMessage | undefined
}

/** Reads what an agent says of a task. */
export function readStatus(body: string): StatusMessage | undefined {
  return readShape(body, statusMessage) as StatusMessage | undefined
}

/** Reads the id of an agent that says that it is there. */
export function readPing(body: string): string | undefined {
  return (readShape(body, { agentId: 'string' }) as { readonly agentId: string } | undefined)?.agentId
}

/** Reads what a framework asks. */
export function readSchedulerCall(body: string): SchedulerCall | undefined {
  const { type } = (readShape(body, { type: 'string' }) ?? { type: '' }) as { readonly type: string }
  return Object.hasOwn(schedulerCalls, type) ? (readShape(body, schedulerCalls[type as SchedulerCall['type']]) as SchedulerCall) : undefined
}
