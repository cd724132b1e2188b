import { testbedTag } from '../../../schemas/tags.ts'
import { AwsError } from '../aws/query-api.ts'
import { findText } from '../aws/xml.ts'
import type { AskEc2 } from './attach-interface.ts'

/** What tags an interface with the testbed of an instance, as CreateNetworkInterface takes it: whoever looks for what a testbed costs or leaves
 *  asks for it. Nothing where the instance has no such tag, or its role may not ask. */
export async function tagsOfTestbed(ec2: AskEc2, instanceId: string): Promise<Readonly<Record<string, string>>> {
  const filters = { 'Filter.1.Name': 'resource-id', 'Filter.1.Value.1': instanceId, 'Filter.2.Name': 'key', 'Filter.2.Value.1': testbedTag }
  const answer = await ec2('DescribeTags', filters).catch((error: unknown) => {
    if (error instanceof AwsError) return undefined
    throw error
  })
  const value = answer && findText(answer, 'tagSet.item.value')
  if (value === undefined) return {}
  const tag = 'TagSpecification.1'
  return { [`${tag}.ResourceType`]: 'network-interface', [`${tag}.Tag.1.Key`]: testbedTag, [`${tag}.Tag.1.Value`]: value }
}

/** Makes an interface, tagged where the role may do that (`ec2:CreateTags`): a task is worth more than a tag.
 *  @param wanted  the parameters of CreateNetworkInterface
 *  @returns its id  @throws AwsError as EC2 refused */
export async function makeInterface(
  ec2: AskEc2,
  wanted: Readonly<Record<string, string>>,
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  const answer = await ec2('CreateNetworkInterface', { ...wanted, ...tags }).catch((error: unknown) => {
    if (error instanceof AwsError && error.code === 'UnauthorizedOperation' && Object.keys(tags).length > 0)
      return ec2('CreateNetworkInterface', wanted)
    throw error
  })
  const id = findText(answer, 'networkInterface.networkInterfaceId')
  if (id === undefined) throw new Error('EC2 made a network interface and did not name it')
  return id
}
