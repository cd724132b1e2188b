import { link, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { openEngine } from '../../../deb/titus-agent/docker/engine.ts'
import { awaitExcess, measureNamed, measureUnnamed } from '../../../deb/titus-agent/executor/disk-usage.ts'
import { createExecutor } from '../../../deb/titus-agent/executor/executor.ts'
import type { TaskUpdate } from '../../../deb/titus-agent/executor/messages.ts'
import { createAddressPool } from '../../../deb/titus-agent/network/address-pool.ts'
import type { TaskLinks } from '../../../deb/titus-agent/network/task-links.ts'
import type { LogStore } from '../../../deb/titus-agent/executor/upload-logs.ts'
import { isTerminalState } from '../../../deb/protocol/mesos-protocol.ts'
import { writeRecord } from '../../../deb/titus-agent/task/record.ts'
import { startDockerDaemon } from './docker-daemon.ts'
import { makeTask } from './task-info.ts'

const taskId = 'task-1'
const task = makeTask({ taskId })
const network = { address: '30.0.100.41', interfaceId: 'eni-1', interfaceAddress: '30.0.100.40', deviceIndex: 1, link: 'titustask1' }

/** An executor with a daemon of its own, an interface that has addresses, and a kernel that does as it is told.
 *  @param logStore  where the logs of tasks go, if anywhere */
async function prepare(t: Test, logStore?: LogStore) {
  const folder = await mkdtemp(join(tmpdir(), 'executor-'))
  const docker = await startDockerDaemon(folder)
  t.teardown(async () => {
    docker.close()
    await rm(folder, { recursive: true })
  })
  const [groups, addresses] = [task.securityGroups, ['30.0.100.40', '30.0.100.41']]
  const eni = {
    id: 'eni-1',
    mac: '02:00:00:00:00:01',
    primaryAddress: '30.0.100.40',
    addresses,
    groups,
    deviceIndex: 1,
    attachmentStatus: 'attached',
  }
  const nothing = async (): Promise<void> => undefined
  const pool = createAddressPool({ list: async () => [eni], create: nothing, setGroups: nothing, assign: nothing, unassign: nothing }, 2)
  const attached = new Set<string>()
  const links: TaskLinks = {
    prepare: async (networks) => networks.forEach((one) => attached.add(one.address)),
    prepareInterface: async () => ({ name: 'eth1', deviceIndex: 1, primaryAddress: '30.0.100.40', mtu: 1500 }),
    attach: async (_, one) => void attached.add(one.address),
    detach: async (_, one) => void attached.delete(one.address),
  }
  const under = (name: string): string => join(folder, name)
  const folders = {
    records: under('records'),
    tasks: under('tasks'),
    environments: under('environments'),
    logs: under('logs'),
    addresses: under('addresses'),
  }
  const heard: TaskUpdate[] = []
  let onUpdate = (): void => undefined
  const context = { engine: openEngine(docker.socket), pool, links, registry: 'docker.io', environment: {}, hasInit: true, folders }
  const logged: string[] = []
  const store = logStore === undefined ? {} : { logStore }
  const executor = createExecutor({ ...context, ...store, log: (line) => logged.push(line) }, (update) => {
    heard.push(update)
    onUpdate()
  })
  /** Resolves when the task has come to `state`, with all that was heard. */
  const until = (state: string): Promise<readonly string[]> =>
    new Promise((resolve) => {
      onUpdate = () =>
        heard.some((one) => one.taskId === taskId && one.state === state) && resolve(heard.map((one) => `${one.state} ${one.message}`))
      onUpdate()
    })
  const leftovers = async (): Promise<readonly string[]> => {
    const files = await Promise.all(Object.values(folders).map((one) => readdir(one).catch(() => [])))
    return [...files.flat(), ...docker.containers.keys(), ...attached]
  }
  return { docker, executor, folders, heard, logged, until, leftovers }
}

const run = { type: 'RUN', task } as const
const kill = { type: 'KILL', taskId, graceSec: 1 } as const

t.test('a task runs to its end and leaves nothing', async (t) => {
  const { docker, executor, until, leftovers } = await prepare(t)
  executor.handle(run)
  await until('TASK_RUNNING')
  t.same(
    (await leftovers()).filter((one) => one.startsWith('task-1')),
    ['task-1.json', 'task-1', 'task-1.env', 'task-1.json', 'task-1'],
  )
  docker.exit('id-task-1', 3)
  t.same(await until('TASK_FAILED'), [
    'TASK_STARTING creating',
    'TASK_STARTING starting',
    'TASK_RUNNING running',
    'TASK_FAILED exited with code 3',
  ])
  t.same(await leftovers(), [])
})

/** An S3 that answers every request with `status`, and tells what it got. */
async function startS3(t: Test, status: number) {
  const got: string[] = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      got.push(`${request.method} ${request.url} ${body}`)
      response.writeHead(status).end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connection = { region: 'eu-west-1', endpoint, credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }) }
  return { got, store: { connection, bucket: 'logs', stack: 'mainvpc' } }
}

t.test('what a task said is on its host while it runs, and in the log bucket before its end is told', async (t) => {
  const s3 = await startS3(t, 200)
  const { docker, executor, folders, until, leftovers } = await prepare(t, s3.store)
  executor.handle(run)
  await until('TASK_RUNNING')
  // As titus-runc does, which starts the container.
  await writeFile(join(folders.tasks, taskId, 'logs/stdout'), 'its own line')
  t.equal(await readFile(join(folders.logs, taskId, 'logs/stdout'), 'utf8'), 'its own line')
  t.same(s3.got, [], 'nothing before it ends')
  const failed = until('TASK_FAILED').then(() => [...s3.got].sort())
  docker.exit('id-task-1', 3)
  t.same(await failed, ['PUT /logs/titan/mainvpc/logs/task-1/stderr ', 'PUT /logs/titan/mainvpc/logs/task-1/stdout its own line'])
  t.same(await leftovers(), [])
})

t.test('logs that cannot be uploaded are told in the journal, and change nothing for the task', async (t) => {
  const s3 = await startS3(t, 403)
  const { docker, executor, heard, logged, until, leftovers } = await prepare(t, s3.store)
  executor.handle(run)
  await until('TASK_RUNNING')
  docker.exit('id-task-1', 0)
  await until('TASK_FINISHED')
  t.equal(heard.at(-1)?.message, 'finished')
  t.match(logged.toSorted()[1], /^task-1: error uploading stdout to s3:\/\/logs\/titan\/mainvpc\/logs\/task-1\/stdout: AccessDenied: no$/)
  t.same(await leftovers(), [])
})

t.test('a kill at any moment of the start is a kill', async (t) => {
  for (const moment of ['/images/create', '/containers/create', '/containers/id-task-1/start']) {
    const { docker, executor, heard, until, leftovers } = await prepare(t)
    let onStop = (): void => undefined
    const stopped = new Promise<void>((resolve) => (onStop = resolve))
    docker.onRequest = async (method, path) => {
      if (path.endsWith('/stop')) onStop()
      if (method !== 'POST' || path !== moment) return
      executor.handle(kill)
      // The worst case: the stop meets a container that has not started yet.
      if (path.endsWith('/start')) await stopped
    }
    executor.handle(run)
    await until('TASK_KILLED')
    t.same(
      heard.filter((one) => isTerminalState(one.state)),
      [{ taskId, state: 'TASK_KILLED', message: 'killed' }],
      moment,
    )
    t.same(await leftovers(), [], moment)
  }
})

t.test('a kill that comes when the container runs, and one that was under way when the executor ended', async (t) => {
  const first = await prepare(t)
  first.executor.handle(run)
  await first.until('TASK_RUNNING')
  first.executor.handle(kill)
  await first.until('TASK_KILLED')
  t.same(await first.leftovers(), [])

  const second = await prepare(t)
  await writeRecord(second.folders.records, taskId, { task, containerId: 'id-task-1', network, killed: true })
  second.docker.containers.set('id-task-1', { labels: { 'titus.task_id': taskId }, status: 'running', exitCode: 0 })
  t.match(await second.executor.recover(), [{ taskId, state: 'TASK_RUNNING' }])
  await second.until('TASK_KILLED')
  t.same(await second.leftovers(), [])
})

t.test('after a restart: what runs goes on, what ended is told, what nobody knows goes', async (t) => {
  const { docker, executor, folders, heard, until, leftovers } = await prepare(t)
  const other = { ...network, address: '30.0.100.42' }
  await writeRecord(folders.records, taskId, { task, containerId: 'id-task-1', network })
  await writeRecord(folders.records, 'ended', { task: { ...task, taskId: 'ended' }, containerId: 'id-ended', network: other })
  await writeRecord(folders.records, 'gone', { task: { ...task, taskId: 'gone' } })
  const put = (id: string, status: 'running' | 'exited') =>
    docker.containers.set(`id-${id}`, { labels: { 'titus.task_id': id }, status, exitCode: 0 })
  put(taskId, 'running')
  put('ended', 'exited')
  put('orphan', 'running')
  t.match(await executor.recover(), [{ taskId, state: 'TASK_RUNNING', data: { ipAddresses: { nfvpc: '30.0.100.41' } } }])
  t.same(new Set(heard.map((one) => `${one.taskId} ${one.state}`)), new Set(['ended TASK_FINISHED', 'gone TASK_LOST']))
  t.same([...docker.containers.keys()], ['id-task-1'])
  docker.exit('id-task-1', 0)
  await until('TASK_FINISHED')
  t.same(await leftovers(), [])
})

t.test('a task that writes more than its diskMB is ended, and says why', async (t) => {
  const { docker, executor, heard, until, leftovers } = await prepare(t)
  executor.handle({ type: 'RUN', task: { ...task, diskMB: 2 } })
  await until('TASK_RUNNING')
  await writeFile(join(dirname(docker.socket), 'big'), Buffer.alloc(3 * 1_048_576))
  await until('TASK_FAILED')
  t.match(heard.at(-1)?.message, /^task-1 exited due to disk usage: \d+ MB written, diskMB is 2$/)
  t.same(await leftovers(), [])
})

t.test('what an executor ended for its disk before it went away itself is told by the next one', async (t) => {
  const { docker, executor, folders, heard } = await prepare(t)
  await writeRecord(folders.records, taskId, { task, containerId: 'id-task-1', network, failure: 'task-1 exited due to disk usage' })
  docker.containers.set('id-task-1', { labels: { 'titus.task_id': taskId }, status: 'exited', exitCode: 137 })
  await executor.recover()
  t.match(heard, [{ taskId, state: 'TASK_FAILED', message: 'task-1 exited due to disk usage' }])
})

t.test('what is measured: what a task has written, once, whatever goes away meanwhile', async (t) => {
  const folder = t.testdir({ layer: { a: 'x'.repeat(100_000) }, hosts: 'y'.repeat(5000), elsewhere: 'z'.repeat(500_000) })
  const under = (name: string) => join(folder, name)
  await link(under('layer/a'), under('layer/b'))
  await symlink(under('elsewhere'), under('layer/link'))
  const used = await measureNamed([under('layer'), under('hosts'), under('gone')])
  t.ok(used >= 105_000 && used < 200_000, `${used} bytes`)
  const signal = AbortSignal.timeout(60_000)
  const user = { paths: [under('layer'), under('hosts')], listPids: async () => [] }
  t.equal(await awaitExcess(user, 104_999, signal), used)
  const late = new AbortController()
  const waiting = awaitExcess(user, 1_000_000, late.signal)
  late.abort()
  t.equal(await waiting, undefined)
  t.equal(await awaitExcess({ ...user, paths: [] }, 0, signal), undefined, 'nothing to be watched')
  const deaf = { ...user, listPids: () => Promise.reject(new Error('the daemon is away')) }
  t.equal(await awaitExcess(deaf, 104_999, signal), used, 'what has a name is judged whatever the daemon says')
  await t.rejects(awaitExcess(deaf, 1_000_000, signal), { message: 'the daemon is away' })
})

t.test('a file that a task holds open without a name is measured too, once', async (t) => {
  // On the file system of this process's root.
  const folder = await mkdtemp('/var/tmp/unnamed-')
  t.teardown(() => rm(folder, { recursive: true }))
  const file = await open(join(folder, 'file'), 'w')
  const again = await open(join(folder, 'file'), 'r')
  t.teardown(() => Promise.all([file.close(), again.close()]))
  const pids = [process.pid, 2 ** 22 + 1]
  const before = await measureUnnamed(pids)
  await file.writeFile(Buffer.alloc(3 * 1_048_576))
  t.equal(await measureUnnamed(pids), before, 'it has a name')
  await rm(join(folder, 'file'))
  const grown = (await measureUnnamed(pids)) - before
  t.ok(grown >= 3 * 1_048_576 && grown < 4 * 1_048_576, `${grown} bytes`)
  t.equal(await measureUnnamed([]), 0)
  const elsewhere = await mkdtemp('/dev/shm/unnamed-')
  t.teardown(() => rm(elsewhere, { recursive: true }))
  const log = await open(join(elsewhere, 'log'), 'w')
  t.teardown(() => log.close())
  await log.writeFile(Buffer.alloc(1_048_576))
  await rm(join(elsewhere, 'log'))
  const both = (await measureUnnamed(pids, [elsewhere])) - (await measureUnnamed(pids))
  t.ok(both >= 1_048_576 && both < 2 * 1_048_576, `${both} bytes on the file system of its folders`)
})
