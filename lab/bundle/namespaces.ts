import { fileURLToPath } from 'node:url'

function script(name: string): string {
  return fileURLToPath(new URL(`./${name}`, import.meta.url))
}

/**
 * The command line that runs a program as a cgroup's first process. Nothing that it starts can be outside.
 * @param folders  the cgroup's folders, one for each hierarchy
 */
export function buildCgroupCommand(folders: readonly string[], program: readonly string[]): readonly string[] {
  return ['sh', script('enter.sh'), ...folders, '--', ...program]
}

/**
 * The command line that runs a program in a lab's own pid, mount, network, ipc and uts namespaces. A chain of parent-death
 * signals ties it to the caller: caller -> unshare -> init -> (kernel) everything.
 * @see setpriv(1), unshare(1), pid_namespaces(7)
 */
export function buildNamespaceCommand(program: readonly string[]): readonly string[] {
  return [
    'setpriv',
    '--pdeathsig',
    'KILL',
    'unshare',
    '--fork',
    '--kill-child=KILL',
    '--pid',
    '--mount-proc',
    '--mount',
    '--net',
    '--ipc',
    '--uts',
    '--propagation',
    'private',
    'sh',
    script('init.sh'),
    ...program,
  ]
}

/**
 * The environment of the lab's processes: the caller's, without what would send an AWS client or a TLS library elsewhere.
 * @param environment  of the caller
 */
export function buildEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  const isForeign = /^(AWS_.*|.*_CA_BUNDLE|.*_CA_CERTS|SSL_CERT_.*|NODE_OPTIONS|TAP.*|.*_proxy|SYSTEMD_.*|NOTIFY_SOCKET)$/i
  for (const [name, value] of Object.entries(environment)) if (value !== undefined && !isForeign.test(name)) kept[name] = value
  return { ...kept, PATH: `${environment['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8' }
}
