import { createHash } from 'node:crypto'

/** Who a machine is. */
export interface MachineIdentity {
  readonly instanceId: string
  /** Its primary private address. */
  readonly address: string
  readonly hostName: string
  /** The account that log-ins go to. */
  readonly loginUser: string
  /** Of the machines' names in the region. */
  readonly domain: string
  /** Of its VPC. */
  readonly resolver: string
}

/** A file that a machine has before its first boot, over what its image has. `path` is relative to its root. */
export interface MachineFile {
  readonly path: string
  readonly mode: number
  readonly text: string
}

/** Where a machine has all authorities that it trusts. */
export const authorityList = '/etc/ssl/certs/ca-certificates.crt'

/** Where a machine has the certificate of the lab's authority alone. The program update-ca-certificates looks here when it writes the list anew. */
export const labAuthority = '/usr/local/share/ca-certificates/lab.crt'

/** Where a machine has what it shall see as /sys/hypervisor/uuid, relative to its root. */
export const hypervisorFile = 'usr/lib/lab/hypervisor-uuid'

/** The variables by which libraries that bring their own list of authorities find the system's. Who asks the lab's AWS alone, or has a list
 *  besides, is told of the lab's authority alone: to read the whole list costs each call of the AWS CLI some 40 ms of the processor. */
const trustVariables: Readonly<Record<string, string>> = {
  AWS_CA_BUNDLE: labAuthority,
  NODE_EXTRA_CA_CERTS: labAuthority,
  REQUESTS_CA_BUNDLE: authorityList,
  SSL_CERT_FILE: authorityList,
}

/**
 * The files that make an image one machine: its names, its resolver, the lab's certificate authority.
 * @param authority    certificate of the lab's authority (PEM)
 * @param authorities  the image's own list of authorities (PEM)
 */
export function buildMachineFiles(machine: MachineIdentity, authority: string, authorities: string): readonly MachineFile[] {
  const hex = createHash('sha256').update(machine.instanceId).digest('hex')
  const assignments = Object.entries(trustVariables).map(([name, value]) => `${name}=${value}`)
  return [
    { path: 'etc/hostname', text: `${machine.hostName}\n` },
    { path: 'etc/hosts', text: `127.0.0.1 localhost\n${machine.address} ${machine.hostName}.${machine.domain} ${machine.hostName}\n` },
    { path: 'etc/resolv.conf', text: `nameserver ${machine.resolver}\nsearch ${machine.domain}\n` },
    { path: 'etc/machine-id', text: `${hex.slice(0, 32)}\n`, mode: 0o444 },
    { path: authorityList.slice(1), text: `${authorities.trimEnd()}\n${authority}` },
    { path: labAuthority.slice(1), text: authority },
    { path: 'etc/environment', text: `${assignments.join('\n')}\n` },
    { path: 'etc/systemd/system.conf.d/trust.conf', text: `[Manager]\nDefaultEnvironment=${assignments.join(' ')}\n` },
    { path: 'etc/ssh/sshd_config.d/trust.conf', text: `SetEnv ${assignments.join(' ')}\n` },
    {
      path: hypervisorFile,
      text: `ec2${hex.slice(0, 5)}-${hex.slice(5, 9)}-${hex.slice(9, 13)}-${hex.slice(13, 17)}-${hex.slice(17, 29)}\n`,
    },
    { path: 'etc/cloud/cloud.cfg.d/95_lab-user.cfg', text: `system_info: { default_user: { name: ${machine.loginUser} } }\n` },
    { path: 'usr/lib/lab/login-user', text: `${machine.loginUser}\n` },
    { path: 'etc/sudoers.d/trust', text: `Defaults env_keep += "${Object.keys(trustVariables).join(' ')}"\n`, mode: 0o440 },
  ].map((file) => ({ mode: 0o644, ...file }))
}
