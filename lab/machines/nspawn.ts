import { hypervisorFile } from './machine-files.ts'

/** What systemd-nspawn needs to know of a machine. */
export interface NspawnOptions {
  readonly instanceId: string
  readonly hostName: string
  readonly root: string
  /** Name of its network namespace. */
  readonly namespace: string
  /** A program of this computer to be seen as /usr/local/bin/node; absent where the image has its own. */
  readonly node?: string
  /** A folder of the real file system for /var/lib/docker: makes the machine a container host. */
  readonly engine?: string
}

/**
 * The command line that boots a machine. A container host gets what a container engine needs and no more: with all
 * capabilities it could set this computer's clock.
 * @see systemd-nspawn(1)
 */
export function buildNspawnCommand(options: NspawnOptions): readonly string[] {
  return [
    'systemd-nspawn',
    '--quiet',
    '--boot',
    '--register=no',
    '--keep-unit',
    `--machine=${options.instanceId}`,
    `--hostname=${options.hostName}`,
    `--network-namespace-path=/run/netns/${options.namespace}`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    // Without these it would read the limits of pid 1, which it may not: that is not of its user namespace.
    '--rlimit=RLIMIT_NPROC=infinity',
    '--rlimit=RLIMIT_SIGPENDING=infinity',
    // As on EC2's own hypervisor: by this cloud-init, and others, know where they are.
    `--bind-ro=+/${hypervisorFile}:/sys/hypervisor/uuid`,
    ...(options.node === undefined ? [] : [`--bind-ro=${escapeBind(options.node)}:/usr/local/bin/node`]),
    ...(options.engine === undefined
      ? []
      : ['--capability=CAP_NET_ADMIN', '--system-call-filter=add_key keyctl bpf', `--bind=${escapeBind(options.engine)}:/var/lib/docker`]),
    `--directory=${options.root}`,
  ]
}

/** What a machine's own pid 1 sees as its hypervisor's environment, and nothing of this computer's. */
export const nspawnEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  // Without this, /proc/sys/net is read-only in a machine whose network namespace we made.
  SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network',
}

/** The exit code by which a machine says that it wants to be started again. */
export const rebootExitCode = 133

function escapeBind(path: string): string {
  return path.replaceAll(/[\\:]/g, String.raw`\$&`)
}
