import t from 'tap'
import {
  agentTimeoutMs,
  applySchedulerCall,
  applyStatus,
  disconnect,
  emptyCluster,
  expireAgents,
  register,
} from '../../../deb/mesos-master/cluster.ts'
import type { Cluster, ClusterStep } from '../../../deb/mesos-master/cluster.ts'
import { mesosInfo, slavesJson, stateJson } from '../../../deb/mesos-master/state-json.ts'
import type { RegisterMessage, SchedulerCall, TaskInfo } from '../../../deb/protocol/mesos-protocol.ts'
import { parseProperties } from '../../../deb/process/properties.ts'
import { parseZookeeperUrl } from '../../../deb/zookeeper/address.ts'

const message: RegisterMessage = {
  type: 'REGISTER',
  hostname: '30.0.100.140',
  ip: '30.0.100.140',
  port: 5051,
  resources: { cpus: 2, mem: 7168, disk: 30000, network: 9000, ports: '[7150-7200]' },
  attributes: { asg: 'titusagent', id: 'i-1' },
  tasks: [],
}
const task: TaskInfo = {
  taskId: 't1',
  jobId: 'j1',
  image: 'alpine:latest',
  entryPoint: [],
  env: {},
  cpu: 1,
  memoryMB: 512,
  diskMB: 1024,
  networkMbps: 128,
  securityGroups: ['sg-1'],
  iamRole: 'arn:aws:iam::1:role/x',
  eniIndex: 0,
  killWaitSec: 10,
}

/** What a framework asks of a master that knows its agents. */
function call(cluster: Cluster, asked: SchedulerCall): ClusterStep {
  return applySchedulerCall(cluster, asked, cluster.startedAt + agentTimeoutMs)
}

function said(step: ClusterStep): unknown[] {
  return step.outgoing.map(({ to, event }) => [to, event.type, ...('state' in event ? [event.taskId, event.state] : [])])
}

function running(): Cluster {
  const registered = register(emptyCluster(0), message, 'S1', 1000).cluster
  const launched = call(registered, { type: 'LAUNCH', agentId: 'S1', task }).cluster
  return applyStatus(launched, { agentId: 'S1', taskId: 't1', state: 'TASK_RUNNING', message: 'running' })?.cluster ?? launched
}

t.test('an agent registers, runs a task and reports', async (t) => {
  const registered = register(emptyCluster(0), message, 'S1', 1000)
  t.same(said(registered), [
    ['agent', 'REGISTERED'],
    ['framework', 'OFFERS'],
  ])
  const launched = call(registered.cluster, { type: 'LAUNCH', agentId: 'S1', task })
  t.same(launched.outgoing, [{ to: 'agent', agentId: 'S1', event: { type: 'RUN', task } }])
  const finished = applyStatus(launched.cluster, { agentId: 'S1', taskId: 't1', state: 'TASK_FINISHED', message: 'finished' })
  t.same(finished && said(finished), [['framework', 'UPDATE', 't1', 'TASK_FINISHED']])
  if (finished === undefined) throw new Error('the agent is registered')
  const { cluster } = finished
  t.same(said(call(cluster, { type: 'SUBSCRIBE', framework: 'f' })).at(-1), ['framework', 'UPDATE', 't1', 'TASK_FINISHED'], 'told again')
  const denied = applyStatus(cluster, { agentId: 'S1', taskId: 't1', state: 'TASK_LOST', message: 'the agent has no such task' })
  t.same([denied?.cluster.tasks, denied?.outgoing], [cluster.tasks, []], 'what has ended stays as it ended')
  t.same(said(call(cluster, { type: 'KILL', taskId: 't1', graceSec: 10 })), [['framework', 'UPDATE', 't1', 'TASK_FINISHED']])
  t.same(call(cluster, { type: 'ACKNOWLEDGE', taskId: 't1' }).cluster.tasks, {})
  t.equal(call(launched.cluster, { type: 'ACKNOWLEDGE', taskId: 't1' }).cluster, launched.cluster, 'a task that runs is not forgotten')
  t.equal(applyStatus(emptyCluster(0), { agentId: 'S9', taskId: 't1', state: 'TASK_RUNNING', message: '' }), undefined)
})

t.test('an agent that drops is rescinded at once and lost after ten seconds', async (t) => {
  const dropped = disconnect(running(), 'S1', 5000)
  t.same(said(dropped), [['framework', 'RESCIND']])
  t.same(said(expireAgents(dropped.cluster, 5000 + agentTimeoutMs - 1)), [])
  const gone = expireAgents(dropped.cluster, 5000 + agentTimeoutMs)
  t.same(said(gone), [
    ['framework', 'FAILURE'],
    ['framework', 'UPDATE', 't1', 'TASK_LOST'],
  ])
  t.same(gone.cluster.agents, {})
  t.same(said(call(dropped.cluster, { type: 'LAUNCH', agentId: 'S1', task: { ...task, taskId: 't2' } })), [
    ['framework', 'UPDATE', 't2', 'TASK_LOST'],
  ])
})

t.test('an agent that comes back keeps its tasks, and loses those that it lost', async (t) => {
  const dropped = disconnect(running(), 'S1', 5000).cluster
  const kept = register(dropped, { ...message, tasks: [{ taskId: 't1', state: 'TASK_RUNNING', message: 'running' }] }, 'S1', 6000)
  t.same(said(kept).slice(2), [['framework', 'UPDATE', 't1', 'TASK_RUNNING']])
  t.equal(kept.cluster.tasks['t1']?.task?.taskId, 't1')
  t.same(said(register(dropped, message, 'S1', 6000)).slice(2), [['framework', 'UPDATE', 't1', 'TASK_LOST']])
})

t.test('kills reach the agent, now or when it is back; unknown tasks are lost', async (t) => {
  const kill = { type: 'KILL', taskId: 't1', graceSec: 10 } as const
  t.same(said(call(running(), kill)), [['agent', 'KILL']])
  const away = call(disconnect(running(), 'S1', 5000).cluster, kill)
  t.same(away.outgoing, [])
  const back = register(away.cluster, { ...message, tasks: [{ taskId: 't1', state: 'TASK_RUNNING' }] }, 'S1', 6000)
  t.same(back.outgoing.at(-1), { to: 'agent', agentId: 'S1', event: { type: 'KILL', taskId: 't1', graceSec: 10 } })
  t.same(said(call(running(), { ...kill, taskId: 'x' })), [['framework', 'UPDATE', 'x', 'TASK_LOST']])
})

t.test('reconciliation and subscription', async (t) => {
  t.same(said(call(running(), { type: 'RECONCILE', taskIds: [] })), [['framework', 'UPDATE', 't1', 'TASK_RUNNING']])
  t.same(said(call(running(), { type: 'RECONCILE', taskIds: ['t1', 'x'] })), [
    ['framework', 'UPDATE', 't1', 'TASK_RUNNING'],
    ['framework', 'UPDATE', 'x', 'TASK_LOST'],
  ])
  t.match(call(running(), { type: 'SUBSCRIBE', framework: 'f' }).outgoing, [{ event: { type: 'OFFERS', offers: [{ agentId: 'S1' }] } }])
})

t.test('a master that has just started says nothing of tasks that it does not know: their agent may be on its way', async (t) => {
  const fresh = emptyCluster(5000)
  const kill: SchedulerCall = { type: 'KILL', taskId: 't1', graceSec: 10 }
  for (const asked of [kill, { type: 'RECONCILE', taskIds: ['t1'] } as const]) {
    t.same(said(applySchedulerCall(fresh, asked, 5000 + agentTimeoutMs - 1)), [], asked.type)
    t.same(said(applySchedulerCall(fresh, asked, 5000 + agentTimeoutMs)), [['framework', 'UPDATE', 't1', 'TASK_LOST']], asked.type)
  }
})

t.test('what the Mesos master shows', async (t) => {
  const identity = { id: 'm', hostname: 'prereqs', ip: '30.0.100.10', port: 5050, startedAt: 1000 }
  t.match(slavesJson(running()), {
    slaves: [
      {
        id: 'S1',
        hostname: '30.0.100.140',
        pid: 'slave(1)@30.0.100.140:5051',
        attributes: { asg: 'titusagent', id: 'i-1' },
        resources: { cpus: 2, mem: 7168, disk: 30000, network: 9000, ports: '[7150-7200]' },
        used_resources: { cpus: 1, mem: 512, disk: 1024, network: 128 },
        active: true,
        registered_time: 1,
      },
    ],
  })
  t.match(stateJson(disconnect(running(), 'S1', 1).cluster, identity, 'TitusFramework'), {
    leader: 'master@30.0.100.10:5050',
    activated_slaves: 0,
    deactivated_slaves: 1,
    slaves: [{ active: false }],
    frameworks: [{ name: 'TitusFramework', tasks: [{ id: 't1', state: 'TASK_RUNNING' }] }],
  })
  t.match(mesosInfo(identity), {
    address: { hostname: 'prereqs', ip: '30.0.100.10', port: 5050 },
    ip: 0x0a64001e,
    pid: 'master@30.0.100.10:5050',
  })
})

t.test('configuration', async (t) => {
  t.same(parseProperties('# c\n! c\n a.b = 1 \nc: d\ne f\n\ng=h\\\n   i\nj=\\u0041\\=x\nk=\n'), {
    'a.b': '1',
    c: 'd',
    e: 'f',
    g: 'hi',
    j: 'A=x',
    k: '',
  })
  t.same(parseZookeeperUrl('zk://a:2181,b:2181/titus/mesos/'), { servers: 'a:2181,b:2181', path: '/titus/mesos' })
  t.same(parseZookeeperUrl('zk://user:secret@a:2181/x').servers, 'a:2181')
  t.throws(() => parseZookeeperUrl('a:2181'))
  t.throws(() => parseZookeeperUrl('zk://a:2181'))
})
