import { taskRuntime } from '../task/container-spec.ts'

/** The daemon's configuration as it has to be, and what the daemon must do to take it up. */
export interface DaemonSettings {
  readonly text: string
  readonly action: 'nothing' | 'reload' | 'restart'
}

/**
 * Adds the tasks' runtime to Docker's daemon.json and keeps Docker from filtering forwarded packets (tasks' packets are forwarded, and
 * its filter drops what is not its own), unless the file says otherwise. All else stays.
 *
 * @param before       the file, empty where there is none
 * @param runtimePath  path of titus-runc
 * @throws             SyntaxError when the file is not JSON
 */
export function mergeDaemonSettings(before: string, runtimePath: string): DaemonSettings {
  const settings = before.trim() === '' ? {} : (JSON.parse(before) as Record<string, unknown>)
  const runtimes = { ...(settings['runtimes'] as Record<string, unknown> | undefined), [taskRuntime]: { path: runtimePath } }
  const merged = { iptables: false, ip6tables: false, ...settings, runtimes }
  const text = `${JSON.stringify(merged, undefined, 2)}\n`
  if (JSON.stringify(merged) === JSON.stringify(settings)) return { text: before, action: 'nothing' }
  // A running daemon takes up new runtimes on SIGHUP, the packet filter only when it starts.
  return { text, action: settings['iptables'] === undefined ? 'restart' : 'reload' }
}
