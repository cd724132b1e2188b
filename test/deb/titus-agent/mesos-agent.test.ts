import http from 'node:http'
import { fileURLToPath } from 'node:url'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startAgent } from '../../../deb/titus-agent/mesos/agent.ts'
import { keepExecutor } from '../../../deb/titus-agent/mesos/executor-process.ts'
import type { MesosLeader } from '../../../deb/zookeeper/mesos-leader.ts'
import { parseSettings } from '../../../deb/titus-agent/mesos/settings.ts'
import { postToMaster } from '../../../deb/titus-agent/mesos/master-stream.ts'
import { splitLines } from '../../../deb/titus-agent/executor/messages.ts'
import { serveMesos } from '../../../deb/mesos-master/server.ts'
import { schedulerPath } from '../../../deb/protocol/mesos-protocol.ts'
import type { SchedulerEvent } from '../../../deb/protocol/mesos-protocol.ts'
import { makeTask } from './task-info.ts'

const identity = { id: 'master', hostname: '127.0.0.1', ip: '127.0.0.1', port: 0, startedAt: 0 }
const settings = parseSettings({
  MESOS_MASTER: 'zk://127.0.0.1:1/mesos',
  MESOS_IP: '127.0.0.1',
  MESOS_RESOURCES: 'cpus:2;mem:1;disk:1;network:1',
})

/** A framework that is subscribed: what it has heard so far, and a wait for what it has yet to hear. */
function subscribe(port: number) {
  const heard: SchedulerEvent[] = []
  let onEvent = (): void => undefined
  const body = JSON.stringify({ type: 'SUBSCRIBE', framework: 'test' })
  const request = http.request(
    { host: '127.0.0.1', port, path: schedulerPath, method: 'POST', headers: { 'content-type': 'application/json' } },
    (response) => {
      response.setEncoding('utf8').on(
        'data',
        splitLines((line) => {
          heard.push(JSON.parse(line) as SchedulerEvent)
          onEvent()
        }),
      )
      response.on('error', () => undefined)
    },
  )
  request.on('error', () => undefined)
  request.end(body)
  const hear = (wanted: string): Promise<SchedulerEvent> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not heard: ${wanted}; heard ${JSON.stringify(heard.map(tell))}`)), 15_000)
      const look = (): void => {
        const event = heard.find((one) => tell(one) === wanted)
        if (event === undefined) return
        clearTimeout(timer)
        resolve(event)
      }
      onEvent = look
      look()
    })
  return { hear, close: () => request.destroy() }
}

function tell(event: SchedulerEvent): string {
  if (event.type === 'UPDATE') return `${event.taskId} ${event.state} ${event.message}`
  return event.type === 'OFFERS' ? `offers of ${event.offers.length}` : event.type
}

t.test('registers, runs, kills, outlives its executor and its master', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mesos-agent-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const program = join(folder, 'run')
  await writeFile(program, `#!/bin/sh\nexec ${process.execPath} ${fileURLToPath(new URL('./executor-fixture.mjs', import.meta.url))}\n`)
  await chmod(program, 0o755)

  let master = await serveMesos('127.0.0.1', identity, () => undefined)
  let leader: MesosLeader | undefined = { node: 'json.info_1', host: '127.0.0.1', port: master.port }
  let follow = (): void => undefined
  let framework = subscribe(master.port)
  const saved: string[] = []
  let onExecutorEnd = (): void => undefined
  const executorEnded = new Promise<void>((resolve) => (onExecutorEnd = resolve))
  const agent = await startAgent({
    settings,
    startExecutor: (events) =>
      keepExecutor(
        program,
        { ...process.env, FOUND: JSON.stringify([{ taskId: 'old', state: 'TASK_RUNNING', message: 'running' }]) },
        events,
      ),
    watchLeader: (onChange) => ((follow = onChange), { current: () => leader, close: () => undefined }),
    loadAgentId: async () => undefined,
    saveAgentId: async (id) => void saved.push(id),
    log: (line) => line.startsWith('Executor terminated') && onExecutorEnd(),
  })
  t.teardown(async () => {
    framework.close()
    await agent.stop()
    await master.close()
  })

  const offers = await framework.hear('offers of 1')
  const agentId = (offers.type === 'OFFERS' && offers.offers[0]?.agentId) || ''
  t.match(agentId, /^master-S/)
  t.same(
    agent.ledger.alive().map(({ taskId }) => taskId),
    ['old'],
    'found running, and told with the registration',
  )

  const launch = (taskId: string) => postToMaster(leader!, schedulerPath, { type: 'LAUNCH', agentId, task: makeTask({ taskId }) })
  await launch('one')
  await framework.hear('one TASK_RUNNING running')
  await postToMaster(leader, schedulerPath, { type: 'KILL', taskId: 'one', graceSec: 1 })
  await framework.hear('one TASK_KILLED killed')

  await launch('crash')
  await executorEnded
  await postToMaster(leader, schedulerPath, { type: 'KILL', taskId: 'old', graceSec: 1 })
  await framework.hear('crash TASK_LOST Executor terminated')
  t.ok(await framework.hear('old TASK_KILLED killed'), 'a kill waits for the next executor, which finds the task running')
  t.same(agent.ledger.alive(), [])

  framework.close()
  await master.close()
  master = await serveMesos('127.0.0.1', identity, () => undefined)
  framework = subscribe(master.port)
  leader = { node: 'json.info_2', host: '127.0.0.1', port: master.port }
  follow()
  t.match(await framework.hear('offers of 1'), { offers: [{ agentId }] }, 'comes back under its own id')
  t.same(new Set(saved), new Set([agentId]))
})

t.test('without an executor tasks are lost, and the reason is told', async (t) => {
  const master = await serveMesos('127.0.0.1', identity, () => undefined)
  const leader = { node: 'json.info_1', host: '127.0.0.1', port: master.port }
  const framework = subscribe(master.port)
  const agent = await startAgent({
    settings,
    startExecutor: (events) => keepExecutor('/bin/false', process.env, events),
    watchLeader: () => ({ current: () => leader, close: () => undefined }),
    loadAgentId: async () => 'S9',
    saveAgentId: async () => undefined,
    log: () => undefined,
  })
  t.teardown(async () => {
    framework.close()
    await agent.stop()
    await master.close()
  })
  await framework.hear('offers of 1')
  await postToMaster(leader, schedulerPath, { type: 'LAUNCH', agentId: 'S9', task: makeTask({ taskId: 'x' }) })
  t.ok(await framework.hear('x TASK_LOST Executor terminated: exit code 1'))
})
