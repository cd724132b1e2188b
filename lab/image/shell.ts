import { $ } from 'zx/core'
import type { Options, Shell } from 'zx/core'

/**
 * Zx's `$` for the programs of this part: silent, and without a standard input. With one, which Node makes a socket, bash takes itself for the
 * shell of a remote login where SHLVL is unset (a service, cron) and reads ~/.bashrc first.
 *
 * @see bash(1), "Invocation": "Bash attempts to determine when it is being run with its standard input connected to a network connection"
 */
export function shell(options: Partial<Options> = {}): Shell {
  return $({ quiet: true, stdio: ['ignore', 'pipe', 'pipe'], ...options }) as Shell
}
