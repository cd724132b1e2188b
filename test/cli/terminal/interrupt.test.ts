import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import type { Test } from 'tap'

/** A program that says what each signal came to, until it is ended. */
const program = `
import { watchInterrupts } from './cli/terminal/interrupt.ts'
import { finish } from './cli/terminal/unfinished.ts'
const interrupts = watchInterrupts({ err: (line) => console.log(line.trim()) })
for (const name of ['signal', 'abandon'])
  interrupts[name].addEventListener('abort', () => console.log(name + ': ' + interrupts[name].reason.message))
process.stdin.on('end', () => interrupts.stop()).resume()
if (process.argv.includes('finishing')) void finish(() => new Promise((resolve) => process.stdin.on('data', resolve)))
console.log('ready')
`

async function start(t: Test, ...argv: readonly string[]) {
  const root = new URL('../../..', import.meta.url)
  const loader = new URL('../../../setup/ts-loader.mjs', import.meta.url).href
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', program, ...argv], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async () => (await lines.next()).value as string | undefined
  t.equal(await next(), 'ready')
  return { child, next }
}

t.test('the first asks for an orderly end, the second for an end, the third ends it', async (t) => {
  const { child, next } = await start(t)
  child.kill('SIGINT')
  t.equal(await next(), 'signal: SIGINT received')
  t.match(await next(), /^stopping: finishing what must not be left half-made/)
  child.kill('SIGTERM')
  t.equal(await next(), 'abandon: SIGTERM received again')
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  t.match(await next(), /^ended at once\. .*titus-bed destroy removes it/)
  t.same(await ended, [130, null])
})

t.test('the closing of the window and Ctrl-\\ ask, too; who no longer listens is ended by a signal as any program', async (t) => {
  for (const asking of ['SIGHUP', 'SIGQUIT'] as const) {
    const { child, next } = await start(t)
    child.kill(asking)
    t.equal(await next(), `signal: ${asking} received`)
    t.match(await next(), 'stopping')
    const ended = once(child, 'exit')
    child.stdin.end()
    t.same(await ended, [0, null], 'nothing keeps it')
  }
})

t.test('what does not heed is ended soon; what must not be left half-made is waited for, once', async (t) => {
  const idle = await start(t)
  const idleEnded = once(idle.child, 'exit')
  idle.child.kill('SIGTERM')
  t.same(await idleEnded, [130, null])

  const finishing = await start(t, 'finishing')
  const finished = once(finishing.child, 'exit')
  finishing.child.kill('SIGTERM')
  t.equal(await finishing.next(), 'signal: SIGTERM received')
  t.match(await finishing.next(), /^stopping/)
  finishing.child.stdin.write('done')
  t.equal(await finishing.next(), 'interrupted', 'it ends when that is done')
  t.same(await finished, [130, null])

  const twice = await start(t, 'finishing')
  const twiceEnded = once(twice.child, 'exit')
  twice.child.kill('SIGTERM')
  t.equal(await twice.next(), 'signal: SIGTERM received')
  t.match(await twice.next(), /^stopping/)
  twice.child.kill('SIGTERM')
  t.same(await twiceEnded, [130, null], 'and a second one does not wait')
})
