import type { Host, Testbed } from '../schemas/testbed.ts'
import { machineTag } from './names.ts'

/** An `ssh_config` with which plain OpenSSH reaches every host: `ssh -F FILE gateway`. A host goes by its name, by its private address,
 *  and a member of a group also by names that need no quotes in a shell: `agents[0]` is `agent0`, and the first is `agent`.
 *  @param knownHostsFile  an absolute path to the text of `knownHosts` */
export function sshConfig(testbed: Testbed, knownHostsFile: string): string {
  const head = `# Testbed ${testbed.name}: written by titus-bed, and written anew by every apply.\n`
  return [head, ...testbed.hosts.map((host) => section(testbed, host, knownHostsFile))].join('\n')
}

/** The host keys that machines were born with, one line for each host, under the alias that `sshConfig` looks them up by. */
export function knownHosts(testbed: Testbed): string {
  const lines = testbed.hosts.flatMap((host) => (host.route.at(-1)?.hostKeys ?? []).map((key) => `${alias(testbed, host.name)} ${key}\n`))
  return lines.join('')
}

function section(testbed: Testbed, host: Host, knownHostsFile: string): string {
  const last = host.route.at(-1)
  if (last === undefined) throw new RangeError(`the host ${host.name} has no route`)
  const before = host.route.slice(0, -1).map((hop) => hop.name)
  const options: readonly (readonly [string, string])[] = [
    ['HostName', last.address],
    ['Port', String(last.port)],
    ['User', last.user],
    ['IdentityFile', path(last.identityFile)],
    ['IdentitiesOnly', 'yes'],
    ['HostKeyAlias', alias(testbed, host.name)],
    ['UserKnownHostsFile', path(knownHostsFile)],
    ['GlobalKnownHostsFile', 'none'],
    ['StrictHostKeyChecking', 'yes'],
    ['UpdateHostKeys', 'no'],
    ...(before.length === 0 ? [] : [['ProxyJump', before.join(',')] as const]),
  ]
  return [`Host ${patterns(host).join(' ')}`, ...options.map(([name, value]) => `  ${name} ${value}`), ''].join('\n')
}

function patterns(host: Host): readonly string[] {
  const index = /^(.+)s\[(\d+)\]$/.exec(host.name)
  const plain = index === null ? [] : [`${index[1]}${index[2]}`, ...(index[2] === '0' ? [index[1] as string] : [])]
  return [...new Set([host.name, ...plain, host.address])]
}

/** OpenSSH matches known hosts as patterns, so nothing but letters, digits and dashes may be in an alias. */
function alias(testbed: Testbed, host: string): string {
  return machineTag(testbed.name, host)
    .replaceAll(/[^A-Za-z0-9-]+/g, '-')
    .replace(/-$/, '')
}

/** @see ssh_config(5): an argument may be quoted, and `%` starts a token */
function path(file: string): string {
  return `"${file.replaceAll('%', '%%')}"`
}
