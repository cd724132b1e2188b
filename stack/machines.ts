import type { Cluster, MachineRole } from '../schemas/cluster.ts'
import type { Access } from './access.ts'
import { machineAddresses } from './addresses.ts'
import { Instance } from './constructs.ts'
import type { IamRolePolicy, S3Object, TerraformStack } from './constructs.ts'
import { containerHostTag, machineTag } from './names.ts'
import type { Network } from './network.ts'

/** What all machines have in common, agents included. */
export interface MachineBase {
  readonly imageId: string
  readonly network: Network
  readonly access: Access
  readonly profile: string
  /** What has to be there before a machine that installs packages starts. */
  readonly before: readonly (S3Object | IamRolePolicy)[]
}

/** The four machines that have a name of their own. */
export type Machines = Readonly<Record<MachineRole, Instance>>

/** Metadata with session tokens only. One hop: programs of the machine itself, not what a container forwards from behind a
 *  bridge; task containers ask the metadata proxy of their agent instead. */
export const metadataOptions = { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 } as const

/** Twice what the image of the distribution takes at least: prereqs keeps container images there. */
const rootGib = 16

/** Four instances with fixed private addresses, so that none waits for another. `userData` is the script of each, as text. */
export function addMachines(
  stack: TerraformStack,
  cluster: Cluster,
  base: MachineBase,
  userData: Readonly<Record<MachineRole, string>>,
): Machines {
  const addresses = machineAddresses(cluster.network)
  const { network, access } = base
  const machine = (role: MachineRole, place: Place) =>
    new Instance(stack, role, {
      ami: base.imageId,
      instanceType: cluster.machines[role].instanceType,
      keyName: access.keyName,
      privateIp: addresses[role],
      metadataOptions,
      rootBlockDevice: { volumeType: 'gp3', volumeSize: rootGib, encrypted: true },
      // Base64 here, so that Terraform neither reads `${` in the script as its own nor prints the script in an error.
      userDataBase64: Buffer.from(userData[role]).toString('base64'),
      userDataReplaceOnChange: true,
      subnetId: place.subnetId,
      vpcSecurityGroupIds: [place.groupId],
      ...(place.public ? { associatePublicIpAddress: true, dependsOn: [network.internetGateway] } : {}),
      ...(place.installs ? { iamInstanceProfile: base.profile, dependsOn: [...base.before] } : {}),
      tags: { Name: machineTag(cluster, role), ...(role === 'prereqs' ? { [containerHostTag]: 'true' } : {}) },
      // A newer image of the distribution is no reason to replace the machines of a testbed that stands.
      lifecycle: { ignoreChanges: ['ami'] },
    })

  const inside = { subnetId: network.privateSubnet.id, groupId: access.mainGroup.id, public: false }
  return {
    bastion: machine('bastion', { subnetId: network.publicSubnet.id, groupId: access.bastionGroup.id, public: true, installs: false }),
    prereqs: machine('prereqs', { ...inside, installs: false }),
    master: machine('master', { ...inside, installs: true }),
    gateway: machine('gateway', { ...inside, installs: true }),
  }
}

/** Where a machine stands. One that installs packages carries the machines' role to fetch them with. */
interface Place {
  readonly subnetId: string
  readonly groupId: string
  readonly public: boolean
  readonly installs: boolean
}
