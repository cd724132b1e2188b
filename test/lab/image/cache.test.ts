import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { withLock } from '../../../lab/image/cache-lock.ts'
import { mapInParallel, runTogether } from '../../../lab/image/in-parallel.ts'
import { runsOnPlainGlibc } from '../../../lab/image/node-runtime.ts'
import { makeFolder } from '../../../lab/image/place-files.ts'
import { removeUnusedTrees } from '../../../lab/image/unused-trees.ts'
import { tsLoader } from '../../ts-loader.ts'

const quiet = { progress: (): void => undefined, signal: AbortSignal.timeout(60_000) }

t.test('work under one lock never overlaps, and the lock is free after a failure', async (t) => {
  const file = join(t.testdir(), 'lock')
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside)
    await sleep(20)
    inside--
  }
  await t.rejects(
    withLock(file, quiet, async () => Promise.reject(new Error('broken'))),
    { message: 'broken' },
  )
  await Promise.all([withLock(file, quiet, work), withLock(file, quiet, work), withLock(file, quiet, work)])
  t.equal(most, 1)
})

t.test('a process that is killed leaves no lock behind', async (t) => {
  const file = join(t.testdir(), 'lock')
  const module = fileURLToPath(new URL('../../../lab/image/cache-lock.ts', import.meta.url))
  const program = `import(${JSON.stringify(module)}).then(({ withLock }) => withLock(process.argv[1], { progress() {}, signal: AbortSignal.timeout(60000) }, () => new Promise(() => { console.log('locked'); setInterval(() => {}, 1000) })))`
  const holder = spawn(process.execPath, ['--import', tsLoader, '--eval', program, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  await t.rejects(
    withLock(file, { ...quiet, withinMs: 100 }, async () => undefined),
    { name: 'TestbedError' },
  )
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  t.equal(await withLock(file, quiet, async () => 'mine'), 'mine')
})

t.test('an abort ends the wait for the lock', async (t) => {
  const file = join(t.testdir(), 'lock')
  await withLock(file, quiet, async () => {
    const controller = new AbortController()
    const waiting = withLock(file, { ...quiet, signal: controller.signal }, async () => undefined)
    controller.abort(new Error('interrupted'))
    await t.rejects(waiting, { message: 'interrupted' })
  })
})

t.test('results keep the order of the items, and a failure begins nothing new', async (t) => {
  const results = await mapInParallel([30, 5, 10], 2, async (ms) => sleep(ms, ms))
  t.same(results, [30, 5, 10])
  const begun: number[] = []
  const work = async (item: number): Promise<void> => {
    begun.push(item)
    await sleep(1)
    if (item === 1) throw new Error('first')
  }
  await t.rejects(mapInParallel([1, 2, 3, 4, 5, 6], 1, work), { message: 'first' })
  t.same(begun, [1])
})

t.test('what runs together ends together: the first failure aborts the others and is the one that is told', async (t) => {
  const ended: string[] = []
  const patient = async (signal: AbortSignal): Promise<void> => {
    await sleep(10_000, undefined, { signal }).catch(() => undefined)
    ended.push('patient')
    signal.throwIfAborted()
  }
  const broken = async (): Promise<void> => Promise.reject(new Error('broken'))
  await t.rejects(runTogether<[void, void]>(quiet.signal, [patient, broken]), { message: 'broken' })
  t.same(ended, ['patient'])
  t.same(await runTogether<[number, string]>(quiet.signal, [async () => sleep(5, 1), async () => sleep(1, 'b')]), [1, 'b'])
})

t.test('trees that are neither current nor mounted nor young go', async (t) => {
  const folder = t.testdir({ 'base-new': {}, 'base-young': {} })
  await mkdir(join(folder, 'base-current'))
  await utimes(join(folder, 'base-young'), new Date(0), new Date(0))
  await removeUnusedTrees(folder, [join(folder, 'base-current')], Date.now())
  t.ok(existsSync(join(folder, 'base-young')))
  await removeUnusedTrees(folder, [join(folder, 'base-current')], Date.now() + 2 * 60 * 60 * 1000)
  t.notOk(existsSync(join(folder, 'base-young')))
  t.ok(existsSync(join(folder, 'base-current')))
})

t.test('folders that are missing above the cache belong to whom the place belongs', async (t) => {
  const home = t.testdir()
  await chown(home, 12345, 12345)
  await makeFolder(join(home, 'a/b'))
  t.same(await Promise.all(['a', 'a/b'].map(async (path) => (await stat(join(home, path))).uid)), [12345, 12345])
})

t.test('only a node on plain glibc can be bound into a machine', (t) => {
  const plain = [
    '\tlinux-vdso.so.1 (0x00007fe0d6428000)',
    '\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007fe0d6412000)',
    '\tlibstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007fe0d6000000)',
    '\tlibgcc_s.so.1 => /lib/x86_64-linux-gnu/libgcc_s.so.1 (0x00007fe0d6312000)',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007fe0d5e1e000)',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007fe0d642a000)',
  ].join('\n')
  t.equal(runsOnPlainGlibc(plain), true)
  t.equal(runsOnPlainGlibc(`${plain}\n\tlibnode.so.108 => /lib/x86_64-linux-gnu/libnode.so.108 (0x00007f)`), false)
  t.equal(runsOnPlainGlibc('\t/lib/ld-musl-x86_64.so.1 (0x7f)\n\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f)'), false)
  t.equal(runsOnPlainGlibc(''), false)
  t.end()
})
