import * as scaling from '@aws-sdk/client-auto-scaling'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'

import { groups, makeGroup, must } from './ec2-region.ts'

/* Auto scaling groups, as their own API shows them. */

/** Makes a group that goes with its test. */
export async function raise(
  t: Test,
  AutoScalingGroupName: string,
  more: Partial<scaling.CreateAutoScalingGroupCommandInput> = {},
): Promise<string> {
  t.teardown(() => groups.send(new scaling.DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true })))
  return makeGroup(AutoScalingGroupName, more)
}

/** The group, the ids of its members, the states that they are in, sorted, and what it did, the last first. */
export async function group(name: string): Promise<scaling.AutoScalingGroup> {
  const found = await groups.send(new scaling.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }))
  return must(found.AutoScalingGroups?.[0])
}
export async function members(name: string): Promise<readonly string[]> {
  return ((await group(name)).Instances ?? []).map(({ InstanceId }) => must(InstanceId))
}
export async function states(name: string): Promise<readonly string[]> {
  return ((await group(name)).Instances ?? []).map(({ LifecycleState }) => must(LifecycleState)).toSorted()
}
export async function activities(name: string): Promise<readonly scaling.Activity[]> {
  return (await groups.send(new scaling.DescribeScalingActivitiesCommand({ AutoScalingGroupName: name }))).Activities ?? []
}
/** The id of its one member. */
export async function only(name: string): Promise<string> {
  const [id, ...more] = await members(name)
  if (more.length > 0) throw new Error(`${name} has more than one member`)
  return must(id)
}
/** Asks until it is so, half a minute at most. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within 30 s: ${what}`)
    await sleep(100)
  }
}
