import { partitionOf } from '../../schemas/partitions.ts'
import type { InstanceView, InterfaceView } from './instance-view.ts'

/** A place in the metadata: a text, or a folder with names in their order. */
export type Entry = string | Folder

/** A folder; `listing` is what it shows where that is not the names of its entries. */
export interface Folder {
  readonly entries: Readonly<Record<string, Entry>>
  readonly listing?: string
}

/**
 * Builds everything under `meta-data/` for an instance, as the instance metadata categories of EC2.
 * @param credentials  the JSON document under `iam/security-credentials/<role>`, where it was asked for
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
export function buildMetaData(view: InstanceView, credentials: string | undefined): Folder {
  const { instance } = view
  const { rootDevice = '/dev/sda1', hypervisor = 'nitro' } = instance
  const primary = view.interfaces[0]
  const partition = partitionOf(view.region)
  return folder({
    'ami-id': instance.imageId,
    'ami-launch-index': `${instance.launchIndex}`,
    'ami-manifest-path': '(unknown)',
    autoscaling:
      instance.targetLifecycleState === undefined ? undefined : folder({ 'target-lifecycle-state': instance.targetLifecycleState }),
    'block-device-mapping': folder({ ami: rootDevice, root: rootDevice }),
    events: folder({ maintenance: folder({ history: '[]', scheduled: '[]' }) }),
    hibernation: folder({ configured: 'false' }),
    hostname: instance.privateDnsName,
    iam: buildIam(view, credentials),
    'identity-credentials': folder({ ec2: folder({ info: renderIdentity(view) }) }),
    'instance-action': 'none',
    'instance-id': instance.id,
    'instance-life-cycle': 'on-demand',
    'instance-type': instance.instanceType,
    'local-hostname': instance.privateDnsName,
    'local-ipv4': instance.privateAddress,
    mac: primary?.networkInterface.macAddress,
    metrics: folder({ vhostmd: '<?xml version="1.0" encoding="UTF-8"?>' }),
    network: folder({ interfaces: folder({ macs: buildInterfaces(view) }) }),
    placement: folder({
      'availability-zone': instance.availabilityZone,
      'availability-zone-id': instance.availabilityZoneId,
      region: view.region,
    }),
    profile: 'default-hvm',
    'public-hostname': instance.publicDnsName,
    'public-ipv4': instance.publicAddress,
    'public-keys': buildKeys(view),
    'reservation-id': instance.reservationId,
    'security-groups': primary?.groupNames.join('\n'),
    services: folder({ domain: partition.domain, partition: partition.name }),
    system: hypervisor,
    tags: instance.metadata.instanceTags ? folder({ instance: folder(instance.tags) }) : undefined,
  })
}

/** A folder of the entries that are there. */
export function folder(entries: Readonly<Record<string, Entry | undefined>>): Folder {
  return {
    entries: Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, Entry] => entry[1] !== undefined)),
  }
}

function buildIam({ instance }: InstanceView, credentials: string | undefined): Folder | undefined {
  if (instance.instanceProfileArn === undefined) return undefined
  const info = {
    Code: 'Success',
    LastUpdated: instance.launchedAt,
    InstanceProfileArn: instance.instanceProfileArn,
    InstanceProfileId: instance.instanceProfileId,
  }
  const role = instance.roleName
  return folder({
    info: JSON.stringify(info, null, 2),
    'security-credentials': role === undefined ? undefined : { entries: { [role]: credentials ?? '' }, listing: role },
  })
}

/** Whose the instance is, as EC2's own services know it. */
function renderIdentity({ instance, account }: InstanceView): string {
  return JSON.stringify({ Code: 'Success', LastUpdated: instance.launchedAt, AccountId: account }, null, 2)
}

function buildKeys({ instance }: InstanceView): Folder | undefined {
  return instance.publicKey === undefined
    ? undefined
    : { entries: { '0': folder({ 'openssh-key': instance.publicKey }) }, listing: `0=${instance.keyName ?? ''}` }
}

function buildInterfaces(view: InstanceView): Folder {
  return folder(Object.fromEntries(view.interfaces.map((one) => [one.networkInterface.macAddress, buildInterface(view, one)])))
}

function buildInterface({ instance, account }: InstanceView, one: InterfaceView): Folder {
  const { networkInterface, deviceIndex, subnetCidr, vpcCidrs, groupNames } = one
  const { publicAddress } = networkInterface
  return folder({
    'device-number': `${deviceIndex}`,
    'interface-id': networkInterface.id,
    'ipv4-associations': publicAddress === undefined ? undefined : folder({ [publicAddress]: networkInterface.privateAddress }),
    'local-hostname': instance.privateDnsName,
    'local-ipv4s': networkInterface.privateAddresses.join('\n'),
    mac: networkInterface.macAddress,
    'network-card': '0',
    'owner-id': account,
    'public-hostname': publicAddress === undefined ? undefined : instance.publicDnsName,
    'public-ipv4s': publicAddress,
    'security-group-ids': networkInterface.groupIds.join('\n'),
    'security-groups': groupNames.join('\n'),
    'subnet-id': networkInterface.subnetId,
    'subnet-ipv4-cidr-block': subnetCidr,
    'vpc-id': networkInterface.vpcId,
    'vpc-ipv4-cidr-block': vpcCidrs[0],
    'vpc-ipv4-cidr-blocks': vpcCidrs.join('\n'),
  })
}
