import { AwsError, callAws } from '../aws/query-api.ts'
import type { AwsConnection } from '../aws/query-api.ts'
import { findElement, findText, listItems } from '../aws/xml.ts'
import type { XmlElement } from '../aws/xml.ts'
import { TaskRefusedError } from '../task/ending.ts'
import type { VpcInterface } from './allocation.ts'
import { attachInterface } from './attach-interface.ts'
import type { AskEc2 } from './attach-interface.ts'
import { makeInterface, tagsOfTestbed } from './make-interface.ts'

/** The description of every interface that the agent makes. */
export const managedDescription = 'titus-managed'

/** The EC2 calls of the VPC driver, for one instance. All throw AwsError when EC2 refuses. */
export interface VpcInterfaces {
  list(): Promise<readonly VpcInterface[]>
  create(deviceIndex: number, groups: readonly string[]): Promise<void>
  setGroups(id: string, groups: readonly string[]): Promise<void>
  assign(id: string, count: number): Promise<void>
  unassign(id: string, addresses: readonly string[]): Promise<void>
}

/** Where new interfaces go. */
export interface InterfacePlace {
  readonly instanceId: string
  readonly subnetId: string
}

/** Opens the calls; nothing is asked yet. */
export function openVpcInterfaces(connection: AwsConnection, place: InterfacePlace): VpcInterfaces {
  const ec2: AskEc2 = (action, parameters) => callAws(connection, { service: 'ec2', action, parameters })

  async function list(): Promise<readonly VpcInterface[]> {
    const answer = await ec2('DescribeNetworkInterfaces', {
      'Filter.1.Name': 'attachment.instance-id',
      'Filter.1.Value.1': place.instanceId,
    })
    return listItems(answer, 'networkInterfaceSet').map(readInterface)
  }

  async function create(deviceIndex: number, groups: readonly string[]): Promise<void> {
    await checkGroups(ec2, groups)
    const wanted = { SubnetId: place.subnetId, Description: managedDescription, ...number('SecurityGroupId', groups) }
    const id = await makeInterface(ec2, wanted, await tagsOfTestbed(ec2, place.instanceId))
    await attachInterface(ec2, { id, instanceId: place.instanceId, deviceIndex })
  }

  async function setGroups(id: string, groups: readonly string[]): Promise<void> {
    await checkGroups(ec2, groups)
    await ec2('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id, ...number('SecurityGroupId', groups) })
  }

  async function assign(id: string, count: number): Promise<void> {
    await ec2('AssignPrivateIpAddresses', { NetworkInterfaceId: id, SecondaryPrivateIpAddressCount: String(count) })
  }

  async function unassign(id: string, addresses: readonly string[]): Promise<void> {
    await ec2('UnassignPrivateIpAddresses', { NetworkInterfaceId: id, ...number('PrivateIpAddress', addresses) })
  }

  return { list, create, setGroups, assign, unassign }
}

/** A group that is not there is the job's fault, told in the executor's words. */
async function checkGroups(ec2: AskEc2, groups: readonly string[]): Promise<void> {
  if (groups.length === 0) return
  try {
    await ec2('DescribeSecurityGroups', number('GroupId', groups))
  } catch (error) {
    if (error instanceof AwsError && error.code.startsWith('InvalidGroup'))
      throw new TaskRefusedError(`Invalid security group : ${error.message}`)
    throw error
  }
}

function readInterface(item: XmlElement): VpcInterface {
  const attachment = findElement(item, 'attachment')
  return {
    id: findText(item, 'networkInterfaceId') ?? '',
    mac: (findText(item, 'macAddress') ?? '').toLowerCase(),
    deviceIndex: Number(findText(attachment, 'deviceIndex') ?? -1),
    attachmentStatus: findText(attachment, 'status') ?? '',
    primaryAddress: findText(item, 'privateIpAddress') ?? '',
    addresses: listItems(item, 'privateIpAddressesSet').map((one) => findText(one, 'privateIpAddress') ?? ''),
    groups: listItems(item, 'groupSet').map((one) => findText(one, 'groupId') ?? ''),
  }
}

function number(name: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${name}.${index + 1}`, value]))
}
