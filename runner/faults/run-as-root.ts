import type { Machine } from '../hops/machine.ts'
import { StepError } from '../step-error.ts'

/** How long a script may take, in milliseconds. */
const scriptMs = 60_000
const asRoot = '[ "$(id -u)" = 0 ] && exec "$@"; exec sudo -n "$@"'

/**
 * Runs a script of sh(1) as root on a machine, by sudo where the log-in is not root's.
 * @returns what it printed
 * @throws StepError `machine` with what it said when it did not end well; ConnectionError when the machine cannot be reached
 */
export async function runAsRoot(machine: Machine, script: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const argv = ['/bin/sh', '-c', asRoot, 'sh', '/bin/sh', '-c', script, 'titus-bed', ...args]
  const { ended, exitCode, stdout, stderr } = await machine.exec(argv, { timeoutMs: scriptMs, signal })
  if (signal.aborted) throw new StepError('timeout', `${machine.name} has not done it by then`)
  if (exitCode !== 0)
    throw new StepError('machine', `${machine.name}: ${stderr.trim() || stdout.trim() || `the script has ended (${ended})`}`)
  return stdout
}
