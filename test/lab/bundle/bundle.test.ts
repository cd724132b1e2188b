import t from 'tap'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { connect, Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createControlGroup, findHierarchies, limitControlGroup, listProcesses } from '../../../lab/bundle/cgroup.ts'
import { labName, readLabFile } from '../../../lab/bundle/lab-file.ts'
import { labGroups } from '../../../lab/bundle/lab-group.ts'
import { joinSockets, listenOnLoopback } from '../../../lab/bundle/loopback.ts'
import { startBundle } from '../../../lab/bundle/start-bundle.ts'
import type { BundleOptions } from '../../../lab/bundle/start-bundle.ts'
import { stopBundle } from '../../../lab/bundle/stop-bundle.ts'
import { openRelay } from '../../../lab/bundle/open-relay.ts'

const region = fileURLToPath(new URL('./trivial-region.mjs', import.meta.url))

function start(stateDir: string, manner = 'good', more: Partial<BundleOptions> = {}) {
  return startBundle({
    stateDir,
    program: [process.execPath, region, stateDir, manner],
    deadlineMs: 30_000,
    progress: () => undefined,
    ...more,
  })
}

function groupFolders(name: string): string[] {
  return findHierarchies()
    .flatMap((root) => labGroups(name).map((group) => join(root, group)))
    .filter((folder) => existsSync(folder))
}

function labProcesses(name: string): number[] {
  return labGroups(name).flatMap((group) => [...listProcesses(group)])
}

/** Every process on this computer whose mounts or whose command line speak of the folder. */
function processesThatKnow(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) || readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(folder)
      )
    } catch {
      return false
    }
  })
}

async function waitUntil(what: string, isTrue: () => boolean, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(10)
  }
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
}

const victims: Record<string, (stateDir: string) => number | undefined> = {
  supervisor: (stateDir) => readLabFile(stateDir)?.supervisor.pid,
  sweeper: (stateDir) => readLabFile(stateDir)?.sweeper.pid,
  unshare: (stateDir) => labProcesses(labName(stateDir)).find((pid) => commandOf(pid).startsWith('unshare')),
  init: (stateDir) => labProcesses(labName(stateDir)).find((pid) => commandOf(pid).includes('init.sh') && commandOf(pid).startsWith('sh ')),
  region: (stateDir) =>
    labProcesses(labName(stateDir)).find(
      (pid) => commandOf(pid).includes('trivial-region') && !/^(sh|unshare)|supervisor/.test(commandOf(pid)),
    ),
}

function receive(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (data) => (text += data.toString()))
    socket.on('error', reject)
    socket.on('end', () => resolve(text))
  })
}

t.test('a killed process takes the whole lab with it', async (t) => {
  for (const [name, find] of Object.entries(victims)) {
    await t.test(name, async (t) => {
      const stateDir = join(t.testdir(), 'lab')
      t.teardown(() => stopBundle(stateDir))
      await start(stateDir)
      const lab = labName(stateDir)
      t.ok(labProcesses(lab).length >= 5, 'it runs')
      const pid = find(stateDir)
      if (pid === undefined) return t.fail('no such process')
      process.kill(pid, 'SIGKILL')
      await waitUntil('no process is left', () => labProcesses(lab).length === 0, 20_000)
      await waitUntil('no cgroup is left', () => groupFolders(lab).length === 0, 20_000)
      await waitUntil('nobody holds its mounts', () => processesThatKnow(stateDir).length === 0, 20_000)
      await stopBundle(stateDir)
    })
  }
})

t.test('the sweeper dies with the supervisor: stopping cleans up, and again, and where nothing ever was', async (t) => {
  const stateDir = join(t.testdir(), 'lab')
  await start(stateDir)
  const file = readLabFile(stateDir)
  if (file === undefined) return t.fail('no lab.json')
  process.kill(file.sweeper.pid, 'SIGKILL')
  process.kill(file.supervisor.pid, 'SIGKILL')
  await stopBundle(stateDir)
  t.same(groupFolders(labName(stateDir)), [])
  t.same(processesThatKnow(stateDir), [])
  await stopBundle(stateDir)
  await stopBundle(join(t.testdir(), 'never'))
})

t.test('two labs with the same addresses, in folders of any depth, closed to others', async (t) => {
  const folder = t.testdir()
  const deep = join(folder, ...Array.from({ length: 8 }, (_, index) => `a folder with a long name, number ${index}`), 'lab')
  mkdirSync(deep, { recursive: true, mode: 0o700 })
  const labs = [deep, join(folder, 'lab')]
  t.teardown(() => Promise.all(labs.map(stopBundle)))
  const connections = await Promise.all(labs.map((stateDir) => start(stateDir)))
  t.not(connections[0]?.endpoint, connections[1]?.endpoint)
  for (const [index, stateDir] of labs.entries()) {
    t.equal(statSync(join(stateDir, 'lab.json')).mode & 0o777, 0o600)
    t.equal(statSync(join(stateDir, 'supervisor.log')).mode & 0o777, 0o600)
    t.equal(await receive(Number(new URL(connections[index]?.endpoint ?? '').port)), 'the API')
    const relay = await openRelay(stateDir, '30.0.1.10', 22)
    t.equal(await receive(relay.port), 'connect 30.0.1.10 22')
    t.same(await openRelay(stateDir, '30.0.1.10', 22), relay, 'the same answer for the same question')
    const refused = await openRelay(stateDir, '30.0.1.10', 1)
    await t.rejects(receive(refused.port), { code: 'ECONNRESET' })
    await t.rejects(openRelay(stateDir, 'x y', 22), { name: 'TestbedError' })
  }
})

t.test('a start that fails says why and leaves nothing', async (t) => {
  const stateDir = join(t.testdir(), 'lab')
  await t.rejects(start(stateDir, 'broken'), { name: 'TestbedError', message: /the emulator is missing/ })
  await t.rejects(start(stateDir, 'silent', { deadlineMs: 1 }), { name: 'TestbedError', message: /not ready within 1 ms/ })
  const interrupted = new AbortController()
  const { signal } = interrupted
  const heard: string[] = []
  const progress = (line: string): void => {
    heard.push(line)
    interrupted.abort()
  }
  await t.rejects(start(stateDir, 'silent', { signal, progress }), { name: 'AbortError' })
  t.same(heard, ['making things to leave behind'])
  t.same(groupFolders(labName(stateDir)), [])
  t.same(processesThatKnow(stateDir), [])
  await t.rejects(openRelay(stateDir, '30.0.1.10', 22), { name: 'TestbedError' })
})

t.test('a connection that ended before it was joined to another ends that, too', async (t) => {
  const accepted = new Promise<Socket>((resolve) => {
    const listening = listenOnLoopback(resolve)
    t.teardown(async () => (await listening).close())
    void listening.then(({ port }) => connect(port, '127.0.0.1'))
  })
  const other = await accepted
  const gone = new Socket().destroy()
  joinSockets(gone, other)
  await once(other, 'close')
  t.ok(other.destroyed)
})

t.test('limits are set in the hierarchies that know them', async (t) => {
  const limits = { processes: 7, memoryBytes: 4096 }
  const unified = t.testdir({ 'cgroup.controllers': '', lab: { 'pids.max': 'max', 'memory.max': 'max' } })
  limitControlGroup('lab', limits, unified)
  t.equal(readFileSync(join(unified, 'lab/pids.max'), 'utf8'), '7\n')
  t.equal(readFileSync(join(unified, 'lab/memory.max'), 'utf8'), '4096\n')
  const hybrid = join(unified, 'hybrid')
  for (const [file, text] of Object.entries({
    'pids/lab/pids.max': 'max',
    'memory/lab/memory.limit_in_bytes': '-1',
    'cpu/lab/tasks': '',
  })) {
    mkdirSync(join(hybrid, dirname(file)), { recursive: true })
    writeFileSync(join(hybrid, file.split('/')[0] ?? '', 'cgroup.procs'), '')
    writeFileSync(join(hybrid, file), text)
  }
  limitControlGroup('lab', limits, hybrid)
  t.equal(readFileSync(join(hybrid, 'pids/lab/pids.max'), 'utf8'), '7\n')
  t.equal(readFileSync(join(hybrid, 'memory/lab/memory.limit_in_bytes'), 'utf8'), '4096\n')
  t.same(readdirSync(join(hybrid, 'cpu/lab')), ['tasks'])
})

t.test('on cgroup v2 controllers are given to children, but by no group that holds processes', async (t) => {
  const group = { 'cgroup.controllers': 'cpu pids', 'cgroup.subtree_control': '', 'cgroup.type': 'domain' }
  const root = t.testdir({
    'cgroup.controllers': 'cpu pids',
    'cgroup.subtree_control': 'cpu',
    'cgroup.procs': '1\n',
    empty: { ...group, 'cgroup.procs': '' },
    held: { ...group, 'cgroup.procs': '4711\n' },
  })
  const given = (name: string) => readFileSync(join(root, name, 'cgroup.subtree_control'), 'utf8')
  for (const name of ['empty', 'held']) createControlGroup(`${name}/child`, root)
  t.equal(given(''), '+pids')
  t.equal(given('empty'), '+pids')
  t.equal(given('held'), '')
  t.ok(existsSync(join(root, 'held/child')))
})
