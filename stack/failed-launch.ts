import type { Activity } from '@aws-sdk/client-auto-scaling'
import { TestbedError } from '../schemas/failure.ts'
import type { AwsAccess } from '../schemas/testbed.ts'
import { askAutoScaling } from './aws-clients.ts'
import { cureFor } from './cures.ts'
import { readNoCapacity } from './no-capacity.ts'

/** Why an Auto Scaling group has fewer machines than it wants. */
export interface FailedLaunch {
  readonly message: string
  readonly hint: string | undefined
}

/** What of an activity, in the words of Auto Scaling, says what became of a launch. */
type LaunchActivity = Pick<Activity, 'Description' | 'StatusCode' | 'StatusMessage' | 'StartTime'>

/** Asks an Auto Scaling group for its last launch that has ended: undefined when it went well, or where Auto Scaling does not say. */
export async function findFailedLaunch(
  access: AwsAccess,
  region: string,
  group: string,
  signal?: AbortSignal,
): Promise<FailedLaunch | undefined> {
  return failedLaunch(group, await askActivities(access, region, group, signal))
}

/** Asks whether a launch of the group failed since a time because AWS had no capacity, though another went well later;
 *  undefined where Auto Scaling does not say. */
export async function findShortage(
  access: AwsAccess,
  region: string,
  group: string,
  since: Date,
  signal?: AbortSignal,
): Promise<FailedLaunch | undefined> {
  const activities = await askActivities(access, region, group, signal)
  const short = activities.find(
    ({ StatusCode, StatusMessage = '', StartTime }) =>
      StatusCode === 'Failed' && readNoCapacity(StatusMessage) !== undefined && (StartTime?.getTime() ?? 0) >= since.getTime(),
  )
  return short === undefined ? undefined : tell(group, short)
}

/** From what Auto Scaling said, the newest activity first. */
function failedLaunch(group: string, activities: readonly LaunchActivity[]): FailedLaunch | undefined {
  const last = activities.find(
    ({ Description = '', StatusCode = '' }) =>
      Description.startsWith('Launching') && ['Successful', 'Failed', 'Cancelled'].includes(StatusCode),
  )
  return last?.StatusCode === 'Failed' ? tell(group, last) : undefined
}

function tell(group: string, { StatusMessage = 'it gave no reason' }: LaunchActivity): FailedLaunch {
  return { message: `the Auto Scaling group ${group} could not launch an agent\n  ${StatusMessage}`, hint: cureFor(StatusMessage) }
}

/** None where Auto Scaling does not answer, or refuses: who may not ask is not stopped by that. */
async function askActivities(access: AwsAccess, region: string, group: string, signal?: AbortSignal): Promise<readonly LaunchActivity[]> {
  const { DescribeScalingActivitiesCommand } = await import('@aws-sdk/client-auto-scaling')
  const question = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: 50 })
  const asked = askAutoScaling(access, region, async (scaling, options) => scaling.send(question, options), signal)
  const { Activities = [] } = await asked.catch((error: unknown) => {
    if (error instanceof TestbedError) return { Activities: [] }
    throw error
  })
  return Activities
}
