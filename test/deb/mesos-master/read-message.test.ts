import t from 'tap'
import { readPing, readRegister, readSchedulerCall, readStatus } from '../../../deb/mesos-master/read-message.ts'

const registration = {
  hostname: 'ip-30-0-100-50',
  ip: '30.0.100.50',
  port: 5051,
  resources: { cpus: 2, mem: 7168, disk: 30_000, network: 450, ports: '[7150-7200]' },
  attributes: { asg: 'titusagent', id: 'i-1' },
  tasks: [{ taskId: 't', state: 'TASK_RUNNING' }],
}
const details = { NetworkConfiguration: { IPAddress: '30.0.100.55', EniID: 'eni-1' } }
const status = { agentId: 'a', taskId: 't', state: 'TASK_RUNNING', message: '' }

/** Every way to spoil one field of an object: gone, null, of another type. */
function spoilt(value: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.keys(value).flatMap((key) =>
    [undefined, null, [], true].map((bad) => [`${key}: ${JSON.stringify(bad)}`, { ...value, [key]: bad }] as const),
  )
}

t.test('a message is taken as it was sent', async (t) => {
  t.same(readRegister(JSON.stringify(registration)), registration)
  t.same(readStatus(JSON.stringify(status)), status)
  t.equal(readPing('{"agentId":"a"}'), 'a')
  const more = { ...registration, agentId: 'a', tasks: [{ taskId: 't', state: 's', message: 'm', data: details }] }
  t.same(readRegister(JSON.stringify(more)), more, 'with all that may be there')
  t.same(readStatus(JSON.stringify({ ...status, data: details })), { ...status, data: details })
  t.match(readRegister(JSON.stringify({ ...registration, tasks: [], more: 1 })), { tasks: [] }, 'what it does not know does no harm')
})

t.test('a field that is missing or of another type makes it no message', async (t) => {
  for (const [what, message] of spoilt(status)) t.equal(readStatus(JSON.stringify(message)), undefined, what)
  const needed = spoilt(registration).filter(([what]) => what !== 'tasks: []')
  for (const [what, message] of needed) t.equal(readRegister(JSON.stringify(message)), undefined, what)
  for (const [what, resources] of spoilt(registration.resources)) {
    t.equal(readRegister(JSON.stringify({ ...registration, resources })), undefined, `resources.${what}`)
  }
  for (const bad of [
    { ...registration, attributes: { asg: 1 } },
    { ...registration, agentId: 7 },
    { ...registration, tasks: [{ taskId: 't' }] },
    { ...registration, tasks: [{ taskId: 't', state: 's', data: {} }] },
    { ...registration, tasks: { length: 1 } },
  ]) {
    t.equal(readRegister(JSON.stringify(bad)), undefined, JSON.stringify(bad))
  }
})

t.test('what is no JSON, or no object, is no message', async (t) => {
  for (const body of ['', 'null', '[]', '"a"', '{', '7', '{"agentId":1}']) {
    t.equal(readPing(body), undefined, body)
    t.equal(readStatus(body), undefined, body)
    t.equal(readRegister(body), undefined, body)
    t.equal(readSchedulerCall(body), undefined, body)
  }
})

t.test('a call of a framework is read by its type, and by no name that every object has', async (t) => {
  const task = { taskId: 't', cpu: 1, memoryMB: 512, diskMB: 1024, networkMbps: 128 }
  for (const call of [
    { type: 'SUBSCRIBE', framework: 'f' },
    { type: 'LAUNCH', agentId: 'a', task },
    { type: 'KILL', taskId: 't', graceSec: 10 },
    { type: 'ACKNOWLEDGE', taskId: 't' },
    { type: 'RECONCILE', taskIds: [] },
    { type: 'RECONCILE', taskIds: ['t', 'u'] },
  ]) {
    t.same(readSchedulerCall(JSON.stringify(call)), call)
  }
  for (const call of [
    { type: 'constructor' },
    { type: 'TEARDOWN' },
    { type: 'SUBSCRIBE' },
    { type: 'LAUNCH', agentId: 'a', task: { taskId: 't' } },
    { type: 'KILL', taskId: 't', graceSec: '10' },
    { type: 'RECONCILE', taskIds: ['t', 1] },
    { type: 'RECONCILE', taskIds: 't' },
  ]) {
    t.equal(readSchedulerCall(JSON.stringify(call)), undefined, JSON.stringify(call))
  }
})
