import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import type { Test } from 'tap'

/** A program that says what each signal came to, until it is ended. */
const program = `
import { watchInterrupts } from './cli/terminal/interrupt.ts'
const interrupts = watchInterrupts({ err: (line) => console.log(line.trim()) })
for (const name of ['signal', 'abandon'])
  interrupts[name].addEventListener('abort', () => console.log(name + ': ' + interrupts[name].reason.message))
process.stdin.on('end', () => interrupts.stop()).resume()
console.log('ready')
`

async function start(t: Test) {
  const root = new URL('../../..', import.meta.url)
  const loader = new URL('../../../setup/ts-loader.mjs', import.meta.url).href
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', program], {
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

t.test('the closing of the window asks, too; who no longer listens is ended by a signal as any program', async (t) => {
  const { child, next } = await start(t)
  child.kill('SIGHUP')
  t.equal(await next(), 'signal: SIGHUP received')
  t.match(await next(), 'stopping')
  const ended = once(child, 'exit')
  child.stdin.end()
  t.same(await ended, [0, null], 'nothing keeps it')
})
