/** What exists and how to reach it: written by `apply` or made of a file of hosts, read by everything that acts on a raised testbed.
 *  The runner knows nothing else of AWS, Terraform or the lab. */
export interface Testbed {
  readonly name: string
  /** `hosts`: titus-bed did not raise them; region, account and outputs are what their file says, empty where it says nothing. */
  readonly target: 'lab' | 'aws' | 'hosts'
  readonly region: string
  /** The AWS account number, twelve digits. */
  readonly account: string
  /** The machines with a name of their own first, then the members of groups in the order of their launch. */
  readonly hosts: readonly Host[]
  /** What Terraform said: the outputs of the stack, all strings. */
  readonly outputs: Readonly<Record<string, string>>
  /** Capabilities that it says it has beside those that follow from its target (`capabilitiesOf` has all); a file of hosts may. */
  readonly capabilities?: readonly string[]
  readonly api: AwsAccess
}

/** A machine of the testbed. */
export interface Host {
  /** The name of its role, such as `gateway`; for a member of a group `agents[0]`, `agents[1]`, … */
  readonly name: string
  /** The group that the machine belongs to: `agents`. */
  readonly group?: string
  /** Of a host that was not raised here its other name, such as that in an inventory. */
  readonly instanceId: string
  /** Its private address inside the network; of a host that was not raised here what its file says, which may be a name. */
  readonly address: string
  readonly user: string
  /** It does not run now: a step that needs it meets that. Absent while it runs. */
  readonly isDown?: true
  /** When it was launched (RFC 3339), while its console has not shown its host key: nobody connects to it yet. Absent once the key is known. */
  readonly bootingSince?: string
  /** The way there, first hop first; the last hop is the machine itself. */
  readonly route: readonly Hop[]
}

/** One SSH connection on the way to a host. */
export interface Hop {
  /** The name of the machine at the end of this hop, for messages and for sharing connections. */
  readonly name: string
  /** Where to connect, as seen from the hop before (the first: from this computer). */
  readonly address: string
  readonly port: number
  readonly user: string
  /** The private key to log in with: a file's absolute path. */
  readonly identityFile: string
  /** The host keys that are accepted, as `ssh-ed25519 AAAA…`; any other ends the connection before log-in. None: its machine has shown none yet. */
  readonly hostKeys: readonly string[]
}

/** How the AWS API of the testbed is reached. Secrets stay in the file that is named here. */
export interface AwsAccess {
  /** Absent on AWS itself; in the lab `http://127.0.0.1:PORT`. */
  readonly endpoint?: string
  /** An AWS credentials file (mode 0600) with a `default` profile; absent where the user's own AWS configuration counts. */
  readonly credentialsFile?: string
  /** In the lab the unix socket by which its region breaks and heals machines: an absolute path. */
  readonly controlSocket?: string
}

/** What every expression may read of the testbed. */
export const testbedMembers: readonly string[] = ['name', 'target', 'region', 'account', 'outputs', 'hosts', 'capabilities']

/** What it may read of each of its hosts. */
export const hostMembers: readonly string[] = ['name', 'group', 'instanceId', 'address', 'user']
