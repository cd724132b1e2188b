import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'

/** Whether a process runs: one that has ended and is not yet waited for does not. */
function runs(pid: string): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z')
  } catch {
    return false
  }
}

t.test('a command on this computer ends with the process that started it, however that ends', async (t) => {
  const at = (path: string) => new URL(`../../../${path}`, import.meta.url).href
  for (const end of ['process.exit(130)', "throw new Error('a defect')"]) {
    const file = join(t.testdir(), 'pid')
    const program = `
      import { existsSync } from 'node:fs'
      const { createLocalMachine } = await import(${JSON.stringify(at('runner/hops/local-machine.ts'))})
      const command = ['sh', '-c', 'echo $$ >"$0.new"; mv "$0.new" "$0"; exec sleep 600', ${JSON.stringify(file)}]
      void createLocalMachine().exec(command, { timeoutMs: 600_000, signal: new AbortController().signal })
      setInterval(() => { if (existsSync(${JSON.stringify(file)})) { ${end} } }, 20)`
    const argv = ['--import', at('setup/ts-loader.mjs'), '--input-type=module', '-e', program]
    const child = spawn(process.execPath, argv, { stdio: 'ignore' })
    t.teardown(() => child.kill('SIGKILL'))
    const [code] = (await once(child, 'close')) as [number | null]
    t.not(code, 0, end)
    const pid = readFileSync(file, 'utf8').trim()
    // The kernel has been told to end it by now.
    for (let tries = 0; runs(pid) && tries < 250; tries += 1) await sleep(20)
    t.notOk(runs(pid), end)
  }
})
