import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { controlGroupFolders } from '../bundle/cgroup.ts'
import { buildCgroupCommand } from '../bundle/namespaces.ts'
import { buildFencedCommand } from '../fence.ts'
import type { Disk } from './disk.ts'
import { keepConsole } from './console.ts'
import { buildNspawnCommand, nspawnEnvironment } from './nspawn.ts'

/** One boot of a machine: a systemd-nspawn. */
export interface Payload {
  /** Its exit code; -1 when it was killed. */
  readonly ended: Promise<number>
  powerOff(): void
  reboot(): void
  /** Ends systemd-nspawn alone, which leaves the system running: the cgroup is then to be killed. */
  kill(): void
}

/** What a boot is started with. */
export interface PayloadOptions {
  readonly instanceId: string
  readonly hostName: string
  readonly disk: Disk
  /** Name of the machine's network namespace. */
  readonly namespace: string
  /** The machine's own cgroup, which exists. */
  readonly groupPath: string
  /** See `NspawnOptions`. */
  readonly node?: string
  readonly isContainerHost: boolean
  /** What the machine's console said last is kept here. */
  readonly consoleFile: string
}

/**
 * Starts a machine's system in its user namespace, and in a cgroup of its own: machines that share one would kill each other's services.
 */
export function startPayload(options: PayloadOptions): Payload {
  const command = buildNspawnCommand({
    instanceId: options.instanceId,
    hostName: options.hostName,
    root: options.disk.root,
    namespace: options.namespace,
    ...(options.node === undefined ? {} : { node: options.node }),
    ...(options.isContainerHost ? { engine: options.disk.engine } : {}),
  })
  const fenced = buildFencedCommand(options.namespace, options.disk, command)
  const [file = '', ...args] = buildCgroupCommand(controlGroupFolders(options.groupPath), fenced)
  // The machine is not started by zx: it outlives this call and is ended by its cgroup.
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...nspawnEnvironment }, detached: true })
  keepConsole([child.stdout, child.stderr], options.consoleFile)
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? -1))
    child.once('error', () => resolve(-1))
  })
  return {
    ended,
    // The program systemd-nspawn passes SIGTERM on as the signal that its payload takes for the power button.
    powerOff: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
    reboot: () => {
      for (const pid of child.pid === undefined ? [] : childrenOf(child.pid)) process.kill(pid, 'SIGINT')
    },
  }
}

/** Systemd as pid 1 takes SIGINT for Ctrl-Alt-Delete; the payload's pid 1 is a child of systemd-nspawn. */
function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number)
      .filter((each) => each > 1)
  } catch {
    return []
  }
}
