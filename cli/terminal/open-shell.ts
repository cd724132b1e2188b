import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { TestbedError } from '../../schemas/failure.ts'

/**
 * Lends the terminal to the OpenSSH of this computer: a shell on a machine, or a command there.
 *
 * @param config  the OpenSSH configuration in which the machine has its name
 * @returns       its exit code; undefined when a signal ended it
 * @throws TestbedError when there is no ssh
 */
export async function openShell(
  config: string,
  host: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<number | undefined> {
  const ssh = spawn('ssh', ['-F', config, host, ...command], { stdio: 'inherit' })
  // A shell on the machine takes Ctrl-C as a key; a signal that reaches this process is meant for both.
  const end = () => ssh.kill('SIGTERM')
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  try {
    const [code] = (await once(ssh, 'exit').catch((cause: unknown) => {
      throw new TestbedError('ssh cannot be started', { cause, hint: 'titus-bed doctor says how to get it' })
    })) as [number | null]
    return code ?? undefined
  } finally {
    signal.removeEventListener('abort', end)
  }
}
