import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { batchJob } from '../titus-server-gateway/api.ts'
import type { ParsedJson } from '../titus-server-gateway/api.ts'
import { freePort } from './free-port.ts'
import { startLoopbackAgent } from './loopback-agent.ts'
import { bundleServers, startServer } from './server-process.ts'
import type { ServerProcess } from './server-process.ts'
import { startZookeeper } from '../zookeeper/zookeeper.ts'

const folder = await mkdtemp(join(tmpdir(), 'control-plane-'))
await bundleServers(folder)

/** Asks again until `holds`; fails after 40 s with the last answer. */
async function until<T>(what: string, ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 40_000
  for (;;) {
    const answer = await ask()
    if (holds(answer)) return answer
    if (Date.now() > deadline) throw new Error(`${what}: after 40 s ${JSON.stringify(answer)}`)
    await sleep(50)
  }
}

async function call(url: string, method = 'GET', body?: unknown): Promise<{ status: number; text: string; json: ParsedJson }> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined }
}

async function port(server: ServerProcess): Promise<number> {
  return Number(/ port=(\d+)/.exec(await server.line(/ listening /))?.[1])
}

t.test('the three servers and an agent, through ZooKeeper', { timeout: 100_000 }, async (t) => {
  // The Titus master is started before ZooKeeper's directory and the Mesos master are there: it has to wait for both.
  const zookeeper = await startZookeeper()
  t.teardown(() => zookeeper.stop())
  const masterFile = join(folder, 'master.properties')
  const [api, rpc, mesosPort] = [await freePort(), await freePort(), await freePort()]
  await writeFile(
    masterFile,
    [
      'titus.listenAddress=127.0.0.1',
      `titus.master.apiport=${api}`,
      `titus.master.grpcServer.port=${rpc}`,
      `titus.zookeeper.connectString=${zookeeper.connectString}`,
      'titus.zookeeper.root=/titus/main',
      `mesos.master.location=zk://${zookeeper.connectString}/titus/mainvpc/mesos`,
      'titus.agent.fullCacheRefreshIntervalMs=100',
    ].join('\n'),
  )
  const startMaster = (): ServerProcess => startServer(folder, 'titus-server-master', ['-p', masterFile])
  const startMesos = (): ServerProcess =>
    startServer(folder, 'mesos-master', [], {
      MESOS_ZK: `zk://${zookeeper.connectString}/titus/mainvpc/mesos`,
      MESOS_IP: '127.0.0.1',
      MESOS_PORT: String(mesosPort),
    })

  let master = startMaster()
  t.teardown(() => master.end('SIGKILL'))
  await master.line(/ listening /)
  const gatewayFile = join(folder, 'gateway.properties')
  await writeFile(
    gatewayFile,
    `titus.listenAddress=127.0.0.1\ntitus.gateway.httpPort=0\ntitus.gateway.masterIp=127.0.0.1\ntitus.gateway.masterHttpPort=${api}\ntitus.gateway.masterGrpcPort=${rpc}\n`,
  )
  const gateway = startServer(folder, 'titus-server-gateway', ['-p', gatewayFile])
  t.teardown(() => gateway.end('SIGKILL'))
  const base = `http://127.0.0.1:${await port(gateway)}`
  const group = `${base}/api/v3/agent/instanceGroups/titusagent`
  const activate = (): ReturnType<typeof call> =>
    call(`${group}/lifecycle`, 'PUT', { instanceGroupId: 'titusagent', lifecycleState: 'Active' })
  const tasks = async (): Promise<ParsedJson[]> => (await call(`${base}/api/v3/tasks`)).json.items
  const firstStarted = (): Promise<ParsedJson> =>
    until('a started task', tasks, (items) => items.length === 1 && items[0].status.state === 'Started').then(([task]) => task)

  let mesos = startMesos()
  t.teardown(() => mesos.end('SIGKILL'))
  const mesosUrl = `http://127.0.0.1:${mesosPort}`
  await master.line(/ mesos-subscribed /)
  t.equal((await call(`http://127.0.0.1:${api}/health`)).status, 200)
  t.match((await call(`${base}/api/v2/status`)).json, { leader: true, active: true })
  t.match((await call(`${base}/api/v2/leader`)).json, { apiPort: api, mesosLeader: `127.0.0.1:${mesosPort}` })
  t.match(await call(`${base}/api/v2/jobs`), { status: 403, text: 'V2 Engine is turned off' })

  const agent = startLoopbackAgent(() => mesosUrl)
  t.teardown(() => agent.stop())
  await until(
    'the group',
    () => call(group),
    ({ status }) => status === 200,
  )
  t.match((await call(`${mesosUrl}/master/slaves`)).json.slaves, [
    { hostname: '30.0.100.140', active: true, attributes: { asg: 'titusagent' } },
  ])

  const created = await call(`${base}/api/v3/jobs`, 'POST', batchJob())
  t.equal(created.status, 202)
  // The turn of the reconciler that makes the task is the one that would place it.
  const waiting = await until('the task', tasks, (items) => items.length === 1)
  t.match(waiting, [{ status: { state: 'Accepted' } }], 'nothing is scheduled before activation')
  t.match(await activate(), { status: 200, text: '' })
  const task = await firstStarted()
  t.match(task.taskContext, { 'agent.host': '30.0.100.140', 'task.containerIp': '30.0.100.55', 'task.networkInterfaceId': 'eni-1' })
  t.match(agent.tasks.get(task.id), {
    image: 'alpine:latest',
    entryPoint: ['/bin/sleep', '1h'],
    eniIndex: 0,
    env: { TITUS_TASK_ID: task.id },
  })
  t.match((await call(`${mesosUrl}/state`)).json, { activated_slaves: 1, slaves: [{ used_resources: { cpus: 1, mem: 512 } }] })

  await t.test('a Mesos master that comes back finds its agents and tasks again', async (t) => {
    t.same(await mesos.end('SIGTERM'), { code: 0, signal: null })
    mesos = startMesos()
    await mesos.line(/ framework-subscribed /)
    await mesos.line(/ agent-registered .*tasks=1/)
    t.match((await tasks())[0], { id: task.id, status: { state: 'Started' } })
    t.match((await call(`${mesosUrl}/slaves`)).json.slaves, [{ used_resources: { cpus: 1 } }])
  })

  await t.test('a ZooKeeper that comes back empty gets everybody registered again', async (t) => {
    await zookeeper.restart({ forget: true })
    await until(
      'leader',
      () => call(`${base}/api/v3/jobs`),
      ({ status, json }) => status === 200 && json.items.length === 1,
    )
    await until(
      'two registrations',
      async () => mesos.log().match(/ zookeeper-registered /g)?.length ?? 0,
      (count) => count === 2,
    )
    await until(
      'two subscriptions',
      async () => mesos.log().match(/ framework-subscribed /g)?.length ?? 0,
      (count) => count === 2,
    )
    t.match((await tasks())[0], { id: task.id, status: { state: 'Started' } })
  })

  await t.test('a killed task of a batch job has a successor', async (t) => {
    t.equal((await call(`${base}/api/v3/tasks/${task.id}`, 'DELETE')).status, 200)
    await until('the successor', tasks, ([next]) => next !== undefined && next.id !== task.id && next.status.state === 'Started')
    t.same([...agent.tasks.keys()], [(await tasks())[0].id])
  })

  await t.test('a master that is restarted has lost jobs and activation, and kills what it does not know', async (t) => {
    t.same(await master.end('SIGTERM'), { code: 0, signal: null })
    t.match(await call(`${base}/api/v3/jobs`), { status: 503, json: { statusCode: 503, message: /^UNAVAILABLE: / } })
    master = startMaster()
    await master.line(/ mesos-subscribed /)
    await until(
      'no tasks on the agent',
      async () => agent.tasks.size,
      (size) => size === 0,
    )
    t.same((await call(`${base}/api/v3/jobs`)).json.items, [])
    const seen = await until(
      'the group',
      () => call(group),
      ({ status }) => status === 200,
    )
    t.equal(seen.json.lifecycleStatus.state, 'Inactive')
    await call(`${base}/api/v3/jobs`, 'POST', batchJob())
    await activate()
    const next = await firstStarted()
    await agent.report(next.id, 'TASK_FINISHED', 'finished')
    await until(
      'the job to disappear',
      () => call(`${base}/api/v3/jobs`),
      ({ json }) => json.items.length === 0,
    )
    const known = async (): Promise<ParsedJson[]> => (await call(`${mesosUrl}/state`)).json.frameworks[0].tasks
    await until('the Mesos master to forget what has ended', known, (items) => items.length === 0)
  })

  await t.test('an agent whose plug is pulled gets no more work, though it closed no connection', async (t) => {
    agent.hush()
    await mesos.line(/ agent-disconnected /)
    t.match((await call(`${mesosUrl}/slaves`)).json.slaves, [{ active: false }])
  })
})

t.test('a gateway whose master does not answer says so in time', async (t) => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.teardown(() => silent.close())
  const file = join(folder, 'silent.properties')
  await writeFile(
    file,
    `titus.listenAddress=127.0.0.1\ntitus.gateway.httpPort=0\ntitus.gateway.masterIp=127.0.0.1\ntitus.gateway.masterGrpcPort=${(silent.address() as AddressInfo).port}\ntitus.grpcClient.requestTimeout=200\n`,
  )
  const gateway = startServer(folder, 'titus-server-gateway', ['-p', file])
  t.teardown(() => gateway.end('SIGKILL'))
  const base = `http://127.0.0.1:${await port(gateway)}`
  t.match(await call(`${base}/api/v3/jobs`), { status: 408, json: { message: /^DEADLINE_EXCEEDED: / } })
  silent.closeAllConnections()
  t.same(await gateway.end('SIGTERM'), { code: 0, signal: null })
})

t.test('a start that cannot be says why', async (t) => {
  const cases: [string, string[], Record<string, string>, RegExp][] = [
    ['titus-server-master', [], {}, /start-failed reason="usage: -p/],
    ['titus-server-gateway', ['-p', '/nonexistent'], {}, /start-failed .*ENOENT/],
    ['mesos-master', [], {}, /start-failed reason="MESOS_ZK is not set"/],
    ['mesos-master', [], { MESOS_ZK: 'nonsense' }, /start-failed reason="expected zk:/],
  ]
  for (const [name, argv, env, pattern] of cases) {
    const server = startServer(folder, name, argv, env)
    await server.line(pattern).catch((error: unknown) => t.fail(String(error)))
    t.equal((await server.end('SIGTERM')).code, 1)
  }
})

t.teardown(() => rm(folder, { recursive: true, force: true }))
