import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { TestbedError } from '../../schemas/failure.ts'
import type { Progress } from '../lab.ts'

/**
 * Runs `work` while no other process works under the same lock file. The lock is the kernel's (flock(2)), held by a child that ends
 * with us, so that a killed build never leaves a lock behind.
 *
 * @throws TestbedError when another process keeps the lock for longer than `withinMs`
 */
export async function withLock<T>(
  file: string,
  { progress, signal, withinMs = 600_000 }: { readonly progress: Progress; readonly signal: AbortSignal; readonly withinMs?: number },
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const holder = spawn('sh', ['-c', 'exec 3>>"$1"; flock --exclusive 3; echo locked; exec cat', 'sh', file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(holder, 'exit')
  const giveUp = (): boolean => holder.kill('SIGKILL')
  const told = setTimeout(() => progress('Waiting for another build of the images to end'), 1000)
  const deadline = setTimeout(giveUp, withinMs)
  signal.addEventListener('abort', giveUp)
  try {
    const isLocked = await Promise.race([once(holder.stdout, 'data').then(() => true), exited.then(() => false)])
    clearTimeout(told)
    clearTimeout(deadline)
    signal.removeEventListener('abort', giveUp)
    signal.throwIfAborted()
    if (!isLocked) throw new TestbedError(`Could not get the lock ${file}.`, { hint: `See who holds it: fuser -v ${file}` })
    return await work()
  } finally {
    clearTimeout(told)
    clearTimeout(deadline)
    signal.removeEventListener('abort', giveUp)
    holder.kill('SIGKILL')
    await exited
  }
}
