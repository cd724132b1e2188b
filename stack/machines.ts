import type { Cluster } from '../schemas/cluster.ts'
import { fetchesPackages, machineNames, machineRoles } from '../schemas/roles/index.ts'
import type { MachineName, RoleName } from '../schemas/roles/index.ts'
import { machineAddresses } from './addresses.ts'
import { Instance } from './constructs.ts'
import type { IamRolePolicy, S3Object, TerraformStack } from './constructs.ts'
import type { MachineImages } from './machine-images.ts'
import { machineTag } from './names.ts'
import { containerHostTag, loginUserTag } from '../schemas/tags.ts'
import type { Network } from './network.ts'
import { rootGib } from './root-volume.ts'
import type { SecurityGroups } from './security-groups.ts'

/** What all hosts have in common, agents included. */
export interface HostBase {
  readonly images: MachineImages
  /** The account of the image that log-ins go to. */
  readonly loginUser: string
  readonly keyName: string
  readonly network: Network
  readonly groups: SecurityGroups
  /** The instance profile of those that install packages, to fetch them with. */
  readonly profile: string
  /** What has to be there before a host that fetches packages starts. */
  readonly before: (role: RoleName) => readonly (S3Object | IamRolePolicy)[]
}

/** The machines that exist once, by name. */
export type Machines = Readonly<Record<MachineName, Instance>>

/** Metadata with session tokens only, unless cluster.yaml has it otherwise. One hop: programs of the machine itself, not what a container forwards from behind a
 *  bridge; task containers ask the metadata proxy of their agent instead. */
export function metadataOptions({ access }: Pick<Cluster, 'access'>) {
  return { httpEndpoint: 'enabled', httpTokens: access.metadata.tokens, httpPutResponseHopLimit: 1 } as const
}

/** An instance for each machine of the table of roles, with a fixed private address, so that none waits for another.
 *  @param userData  the script of each, as text */
export function addMachines(
  stack: TerraformStack,
  cluster: Cluster,
  base: HostBase,
  userData: Readonly<Record<MachineName, string>>,
): Machines {
  const addresses = machineAddresses(cluster.network)
  const machine = (name: MachineName) => {
    const role = machineRoles[name]
    const { instanceType } = cluster.machines[name]
    const isPublic = role.subnet === 'public'
    const fetches = fetchesPackages(role)
    const before = [...(isPublic ? [base.network.internetGateway] : []), ...(fetches ? base.before(name) : [])]
    const ownTags = { Name: machineTag(cluster.name, name) }
    return new Instance(stack, name, {
      ami: base.images(instanceType).id,
      instanceType,
      keyName: base.keyName,
      privateIp: addresses[name],
      metadataOptions: metadataOptions(cluster),
      rootBlockDevice: { volumeType: 'gp3', volumeSize: rootGib, encrypted: true, tags: ownTags },
      // Base64 here, so that Terraform neither reads `${` in the script as its own nor prints the script in an error.
      userDataBase64: Buffer.from(userData[name]).toString('base64'),
      userDataReplaceOnChange: true,
      subnetId: base.network.subnets[role.subnet].id,
      vpcSecurityGroupIds: [base.groups[role.securityGroup].id],
      ...(isPublic ? { associatePublicIpAddress: true } : {}),
      ...(fetches ? { iamInstanceProfile: base.profile } : {}),
      ...(before.length > 0 ? { dependsOn: before } : {}),
      tags: {
        ...ownTags,
        [loginUserTag]: base.loginUser,
        ...(role.runsContainers ? { [containerHostTag]: 'true' } : {}),
      },
      // A newer image of the distribution is no reason to replace the machines of a testbed that stands.
      lifecycle: { ignoreChanges: ['ami'] },
    })
  }
  return Object.fromEntries(machineNames.map((name) => [name, machine(name)])) as Machines
}
