import t from 'tap'
import { FakeTitus, batchJob, serviceJob } from '../titus-server-gateway/api.ts'

const wide = { cpus: 64, mem: 65536, disk: 65536, network: 9000, ports: '' }

/** Starts whatever has been launched, until nothing more is placed; returns host and interface of each task, in order. */
function settle(titus: FakeTitus): [string, string][] {
  for (let turn = 0; turn < 50; turn++) {
    titus.pass(10)
    for (const task of titus.tasks('taskStates=Launched')) titus.update(task.id, 'TASK_RUNNING', 'running')
  }
  return titus.tasks('taskStates=Started').map(({ taskContext }) => [taskContext['agent.host'], taskContext['task.networkInterfaceIndex']])
}

function withAgents(...agents: Parameters<FakeTitus['offer']>[1][]): FakeTitus {
  const titus = new FakeTitus()
  for (const [index, change] of agents.entries()) titus.offer(String.fromCharCode(97 + index), { resources: wide, ...change })
  titus.pass(0)
  titus.activate()
  return titus
}

function groups(...securityGroups: string[]): object {
  return { securityProfile: { iamRole: 'r', securityGroups } }
}
function hard(name: string): object {
  return { hardConstraints: { constraints: { [name]: 'true' } } }
}
function soft(name: string): object {
  return { softConstraints: { constraints: { [name]: 'true' } } }
}

t.test('nothing is scheduled before a group is Active', async (t) => {
  const titus = new FakeTitus()
  titus.offer('a')
  titus.create(batchJob())
  titus.pass(60_000)
  t.equal(titus.tasks()[0].status.state, 'Accepted')
  titus.activate('titusagent', 'Removable')
  titus.pass(1)
  t.equal(titus.tasks()[0].status.state, 'Accepted')
  titus.activate('titusagent', 'PhasedOut')
  titus.pass(1)
  t.equal(titus.tasks()[0].status.state, 'Launched', 'PhasedOut counts as active')
})

t.test('Active groups before PhasedOut ones, the right tier, no quarantined agents', async (t) => {
  const titus = withAgents({ attributes: { asg: 'old' } }, {})
  titus.activate('old', 'PhasedOut')
  titus.create(batchJob())
  titus.pass(0)
  t.equal(titus.tasks()[0].taskContext['agent.host'], 'host-b')
  titus.send('PUT', '/api/v3/agent/instanceGroups/old/tier', { tier: 'Critical' })
  titus.send('PUT', '/api/v3/agent/instances/i-b/override', { agentInstanceId: 'i-b', overrideState: 'Quarantined' })
  titus.update(titus.tasks()[0].id, 'TASK_RUNNING', 'running')
  titus.create(batchJob())
  titus.pass(10)
  t.equal(titus.tasks('taskStates=Accepted').length, 1)
})

t.test('an agent launches one task at a time', async (t) => {
  const titus = withAgents({}, {})
  titus.create(batchJob({}, { size: 3 }))
  titus.pass(0)
  t.equal(titus.tasks('taskStates=Launched').length, 2)
  t.equal(titus.tasks('taskStates=Accepted').length, 1)
  t.equal(settle(titus).length, 3)
})

t.test('resources of the agent', async (t) => {
  const limits: [string, object, number][] = [
    ['cpus', { ...wide, cpus: 2 }, 2],
    ['mem', { ...wide, mem: 1535 }, 2],
    ['disk', { ...wide, disk: 3072 }, 3],
    ['network', { ...wide, network: 128 }, 1],
  ]
  for (const [name, resources, expected] of limits) {
    const titus = withAgents({ resources: resources as typeof wide })
    titus.create(batchJob({}, { size: 5 }))
    t.equal(settle(titus).length, expected, name)
  }
  const gpu = withAgents({})
  gpu.create(batchJob({}, {}, { resources: { gpu: 1 } }))
  t.same(settle(gpu), [])
})

t.test('interfaces: one set of security groups each, as many tasks as it has addresses', async (t) => {
  const titus = withAgents({ attributes: { res: 'ResourceSet-ENIs-2-3' } })
  titus.create(batchJob({}, { size: 2 }, groups('sg-1', 'sg-2')))
  titus.create(batchJob({}, { size: 1 }, groups('sg-2', 'sg-1')))
  titus.create(batchJob({}, { size: 2 }, groups('sg-3')))
  const third = titus.create(batchJob({}, { size: 1 }, groups('sg-4')))
  t.same(
    settle(titus).map(([, index]) => index),
    ['0', '0', '0', '1', '1'],
  )
  t.equal(titus.tasks(`jobIds=${third}`)[0].status.state, 'Accepted', 'a third set has no interface')
  titus.create(batchJob({}, { size: 1 }, groups('sg-1', 'sg-2')))
  t.equal(settle(titus).length, 5, 'the first interface has no address left')
  for (const task of titus.tasks('taskStates=Started')) {
    if (task.taskContext['task.networkInterfaceIndex'] !== '1') continue
    titus.update(task.id, 'TASK_FINISHED', 'finished')
  }
  titus.pass(10)
  t.equal(titus.tasks(`jobIds=${third}`)[0].taskContext['task.networkInterfaceIndex'], '1', 'freed')
})

t.test('an agent without interfaces takes nothing', async (t) => {
  for (const res of ['', 'ResourceSet-ENIs-0-10', 'nonsense']) {
    const titus = withAgents({ attributes: { res } })
    titus.create(batchJob())
    t.same(settle(titus), [])
  }
})

t.test('m4.large by its true figures takes ten tasks of one set', async (t) => {
  const titus = withAgents({})
  titus.create(batchJob({}, { size: 12 }))
  t.equal(settle(titus).length, 10)
})

t.test('UniqueHost', async (t) => {
  const titus = withAgents({}, {})
  titus.create(batchJob({}, { size: 3 }, hard('uniqueHOST')))
  t.same(
    settle(titus)
      .map(([host]) => host)
      .sort(),
    ['host-a', 'host-b'],
  )
  const relaxed = withAgents({}, {})
  relaxed.create(batchJob({}, { size: 3 }, soft('UniqueHost')))
  t.same(new Set(settle(relaxed).map(([host]) => host)).size, 2)
  t.equal(relaxed.tasks('taskStates=Started').length, 3, 'a preference, not a rule')
  const idle = withAgents({}, {})
  idle.create(batchJob({}, { size: 3 }, { hardConstraints: { constraints: { UniqueHost: 'True' } } }))
  t.equal(settle(idle).length, 3, 'only the value true has an effect')
})

t.test('ExclusiveHost', async (t) => {
  const titus = withAgents({})
  titus.create(batchJob())
  settle(titus)
  titus.create(batchJob({ applicationName: 'alone' }, {}, hard('ExclusiveHost')))
  t.equal(settle(titus).length, 1, 'the agent is taken')
  const exclusive = withAgents({})
  exclusive.create(batchJob({}, { size: 2 }, hard('ExclusiveHost')))
  settle(exclusive)
  exclusive.create(batchJob({ applicationName: 'other' }))
  t.equal(settle(exclusive).length, 2, 'the job has the agent for itself')
})

t.test('ZoneBalance', async (t) => {
  const zone = (name: string): { attributes: Record<string, string> } => ({ attributes: { zone: name } })
  const titus = withAgents(zone('a'), zone('b'), zone('c'))
  titus.create(batchJob({}, { size: 7 }, hard('ZoneBalance')))
  const hosts = settle(titus).map(([host]) => host)
  t.same(
    ['host-a', 'host-b', 'host-c'].map((host) => hosts.filter((each) => each === host).length).sort((left, right) => left - right),
    [2, 2, 3],
  )
  const single = withAgents(zone('a'))
  single.create(batchJob({}, { size: 2 }, hard('ZoneBalance')))
  t.equal(settle(single).length, 1, 'three zones are expected')
  const relaxed = withAgents(zone('a'))
  relaxed.create(batchJob({}, { size: 2 }, soft('ZoneBalance')))
  t.equal(settle(relaxed).length, 2)
})

t.test('the seed service runs on the one agent of the seed', async (t) => {
  const titus = new FakeTitus()
  titus.offer('a')
  titus.pass(0)
  titus.activate()
  titus.create(serviceJob())
  titus.create(batchJob())
  t.equal(settle(titus).length, 2)
})

t.test('an agent whose stream dropped gets no tasks', async (t) => {
  const titus = withAgents({})
  titus.hear({ type: 'RESCIND', agentId: 'a' })
  titus.create(batchJob())
  t.same(settle(titus), [])
  titus.offer('a')
  t.equal(settle(titus).length, 1)
})
