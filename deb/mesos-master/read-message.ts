import type { RegisterMessage, SchedulerCall, StatusMessage } from '../protocol/mesos-protocol.ts'

/** What a JSON value has to be: `strings` an object of texts, a list of one shape a list of such. A field with `?` may be missing. */
type Shape = 'string' | 'number' | 'strings' | readonly [Shape] | { readonly [field: string]: Shape }

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
  return read(body, registerMessage) as RegisterMessage | undefined
}

/** Reads what an agent says of a task. */
export function readStatus(body: string): StatusMessage | undefined {
  return read(body, statusMessage) as StatusMessage | undefined
}

/** Reads the id of an agent that says that it is there. */
export function readPing(body: string): string | undefined {
  return (read(body, { agentId: 'string' }) as { readonly agentId: string } | undefined)?.agentId
}

/** Reads what a framework asks. */
export function readSchedulerCall(body: string): SchedulerCall | undefined {
  const { type } = (read(body, { type: 'string' }) ?? { type: '' }) as { readonly type: string }
  return Object.hasOwn(schedulerCalls, type) ? (read(body, schedulerCalls[type as SchedulerCall['type']]) as SchedulerCall) : undefined
}

function read(body: string, shape: Shape): unknown {
  try {
    const value: unknown = JSON.parse(body)
    return matches(value, shape) ? value : undefined
  } catch {
    return undefined
  }
}

function matches(value: unknown, shape: Shape): boolean {
  if (shape === 'string' || shape === 'number') return typeof value === shape
  if (isList(shape)) return Array.isArray(value) && value.every((item) => matches(item, shape[0]))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  if (shape === 'strings') return Object.values(value).every((item) => typeof item === 'string')
  const fields = value as Readonly<Record<string, unknown>>
  return Object.entries(shape).every(([field, inner]) => {
    if (!field.endsWith('?')) return matches(fields[field], inner)
    const given = fields[field.slice(0, -1)]
    return given === undefined || matches(given, inner)
  })
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}
