import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import type { SecurityGroup } from '@aws-sdk/client-ec2'
import { DeletePublicAccessBlockCommand, PutBucketAclCommand, PutBucketOwnershipControlsCommand, S3Client } from '@aws-sdk/client-s3'
import type { AwsAccess } from '../../schemas/testbed.ts'
import { clientSettings } from '../../stack/aws-clients.ts'
import type { StackOutputs } from '../../stack/outputs.ts'

type Outputs = Pick<StackOutputs, 'default_sg_id' | 'vpc_id'>

/** Changes a testbed behind Terraform's back: closes port 80 of task containers, lets everybody log in to members of the default group, and
 *  makes a bucket such that its access control list may be public. */
export async function tamper(access: AwsAccess, outputs: Outputs, Bucket: string): Promise<void> {
  const ec2 = new EC2Client(clientSettings(access, 'eu-west-1'))
  const { SecurityGroups: [app] = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [outputs.default_sg_id] }))
  const http = app?.IpPermissions?.filter(({ FromPort }) => FromPort === 80)
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: app?.GroupId, IpPermissions: http }))

  const { GroupId } = await findDefaultGroup(ec2, outputs)
  const ssh = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: ssh }))

  const s3 = new S3Client(clientSettings(access, 'eu-west-1'))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
  await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
  // AWS takes the lists away only from a bucket whose own is private.
  await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
}

/** How many rules the default group of the VPC has, both ways together. */
export async function countDefaultRules(access: AwsAccess, outputs: Outputs): Promise<number> {
  const group = await findDefaultGroup(new EC2Client(clientSettings(access, 'eu-west-1')), outputs)
  return [...(group.IpPermissions ?? []), ...(group.IpPermissionsEgress ?? [])].length
}

async function findDefaultGroup(ec2: EC2Client, outputs: Outputs): Promise<SecurityGroup> {
  const Filters = [
    { Name: 'vpc-id', Values: [outputs.vpc_id] },
    { Name: 'group-name', Values: ['default'] },
  ]
  const { SecurityGroups: [group] = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))
  if (group === undefined) throw new Error(`${outputs.vpc_id} has no default group`)
  return group
}
