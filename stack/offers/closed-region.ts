import type { Flaw } from '../../schemas/flaw.ts'
import { TestbedError } from '../../schemas/failure.ts'
import type { AwsAccess } from '../../schemas/testbed.ts'
import { askEc2 } from '../aws-clients.ts'

/** Every account has it, and it knows of all the others. */
const alwaysOpen = 'us-east-1'

/** How the APIs of a region refuse an account that has not enabled it: as if nobody were logged in.
 *  @see docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html, AWSEC2/latest/APIReference/errors-overview.html */
const refusals: readonly string[] = ['InvalidClientTokenId', 'UnrecognizedClientException', 'AuthFailure', 'OptInRequired']

/** Whether a failure means that the account has not enabled the region: then what is wrong with the file. Undefined for every other failure,
 *  and where EC2 does not tell. */
export async function findClosedRegion(error: unknown, access: AwsAccess, region: string, signal?: AbortSignal): Promise<Flaw | undefined> {
  const cause = error instanceof TestbedError ? error.cause : undefined
  if (!(cause instanceof Error) || !refusals.includes(cause.name)) return undefined
  const enabled = await enabledRegions(access, signal).catch(() => undefined)
  if (enabled === undefined || enabled.includes(region)) return undefined
  return {
    code: 'region-not-enabled',
    path: ['region'],
    ofKey: false,
    message: `region: ${region} is not enabled in this account`,
    expected: `one of ${enabled.join(', ')}`,
    hint: `aws account enable-region --region-name ${region}, which takes some minutes, or choose another region`,
  }
}

async function enabledRegions(access: AwsAccess, signal?: AbortSignal): Promise<readonly string[]> {
  const { DescribeRegionsCommand } = await import('@aws-sdk/client-ec2')
  const question = new DescribeRegionsCommand({})
  const { Regions = [] } = await askEc2(access, alwaysOpen, async (ec2, options) => ec2.send(question, options), signal)
  return Regions.flatMap(({ RegionName }) => RegionName ?? []).toSorted()
}
