import t from 'tap'
import * as scaling from '@aws-sdk/client-auto-scaling'
import * as ec2 from '@aws-sdk/client-ec2'

import { cloud, describe, groups, ImageId, instance, lab, outcome, SubnetId, terminate } from './ec2-region.ts'
import { activities, group, members, only, raise, states, until } from './scaling-groups.ts'

const time = String.raw`At \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`

t.test('a member that is stopped, terminated or set Unhealthy is replaced, and the activities say why', async (t) => {
  const name = await raise(t, 'sick', { DesiredCapacity: 1, HealthCheckGracePeriod: 300 })
  const first = await only(name)
  const [launched] = await activities(name)
  t.match(launched, { Description: `Launching a new EC2 instance: ${first}`, StatusCode: 'Successful', Progress: 100 })
  t.match(
    launched?.Cause,
    new RegExp(
      `^${time} a user request created an AutoScalingGroup changing the desired capacity from 0 to 1\\.  ` +
        `${time} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 1\\.$`,
    ),
  )
  t.same(JSON.parse(launched?.Details ?? ''), { 'Subnet ID': SubnetId, 'Availability Zone': 'eu-west-1a' })

  await cloud.send(new ec2.StopInstancesCommand({ InstanceIds: [first] }))
  const second = await only(name)
  t.not(second, first, 'in the grace period too')
  t.equal((await describe(first)).State?.Name, 'terminated')
  const [replacement, ended] = await activities(name)
  t.match(
    replacement?.Cause,
    new RegExp(`^${time} an instance was launched in response to an unhealthy instance needing to be replaced\\.$`),
  )
  t.match(ended, { Description: `Terminating EC2 instance: ${first}`, StatusCode: 'Successful' })
  t.match(
    ended?.Cause,
    new RegExp(
      `^${time} an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped\\.$`,
    ),
  )

  await terminate(second)
  const third = await only(name)
  t.not(third, second)
  const health = (ShouldRespectGracePeriod?: boolean) =>
    groups.send(
      new scaling.SetInstanceHealthCommand({
        InstanceId: third,
        HealthStatus: 'Unhealthy',
        ...(ShouldRespectGracePeriod === undefined ? {} : { ShouldRespectGracePeriod }),
      }),
    )
  await health()
  t.equal(await only(name), third, 'it is young')
  await health(false)
  t.not(await only(name), third)
  t.match((await activities(name))[1]?.Cause, /was taken out of service in response to a user health-check\.$/)
  t.match(
    await outcome(groups.send(new scaling.SetInstanceHealthCommand({ InstanceId: third, HealthStatus: 'Unhealthy' }))),
    /^ValidationError: Instance Id not found/,
  )
})

t.test('a group without a grace period acts on what it is told at once', async (t) => {
  const name = await raise(t, 'graceless', { DesiredCapacity: 1 })
  t.equal((await group(name)).HealthCheckGracePeriod, 0)
  const id = await only(name)
  await groups.send(new scaling.SetInstanceHealthCommand({ InstanceId: id, HealthStatus: 'Unhealthy' }))
  t.not(await only(name), id)
})

t.test('a process that is suspended is not done, until it is resumed', async (t) => {
  const AutoScalingGroupName = await raise(t, 'suspended', { DesiredCapacity: 1 })
  const suspend = (...ScalingProcesses: string[]) =>
    groups.send(new scaling.SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }))
  const resume = () => groups.send(new scaling.ResumeProcessesCommand({ AutoScalingGroupName }))
  const id = await only(AutoScalingGroupName)
  await suspend('HealthCheck', 'ReplaceUnhealthy')
  await cloud.send(new ec2.StopInstancesCommand({ InstanceIds: [id] }))
  t.match((await group(AutoScalingGroupName)).Instances, [{ InstanceId: id, HealthStatus: 'Healthy', LifecycleState: 'InService' }])
  await cloud.send(new ec2.StartInstancesCommand({ InstanceIds: [id] }))
  await resume()
  t.equal(await only(AutoScalingGroupName), id, 'it has been started again')
  await suspend('Launch')
  await terminate(id)
  t.same(await members(AutoScalingGroupName), [])
  await resume()
  t.not(await only(AutoScalingGroupName), id)
})

t.test('every change of the capacity has its cause', async (t) => {
  const AutoScalingGroupName = await raise(t, 'sized', { DesiredCapacity: 0 })
  const last = async () => (await activities(AutoScalingGroupName))[0]?.Cause ?? ''
  await groups.send(new scaling.SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 2 }))
  t.match(
    await last(),
    /a user request explicitly set group desired capacity changing the desired capacity from 0 to 2\. .* from 0 to 2\.$/,
  )
  await groups.send(new scaling.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 3 }))
  t.match(
    await last(),
    /a user request update of AutoScalingGroup constraints to min: 3, max: 4, desired: 3 changing the desired capacity from 2 to 3\./,
  )
  await groups.send(new scaling.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 0, DesiredCapacity: 1 }))
  t.match(await last(), new RegExp(`shrinking the capacity from 3 to 1\\.  ${time} instance i-\\w+ was selected for termination\\.$`))
  const InstanceId = await only(AutoScalingGroupName)
  const end = { InstanceId, ShouldDecrementDesiredCapacity: true }
  const { Activity } = await groups.send(new scaling.TerminateInstanceInAutoScalingGroupCommand(end))
  t.match(Activity, { StatusCode: 'InProgress', Description: `Terminating EC2 instance: ${InstanceId}` })
  t.match(
    Activity?.Cause,
    new RegExp(
      `^${time} instance ${InstanceId} was taken out of service in response to a user request, shrinking the capacity from 1 to 0\\.$`,
    ),
  )
  const page = await groups.send(new scaling.DescribeScalingActivitiesCommand({ AutoScalingGroupName, MaxRecords: 2 }))
  t.equal(page.Activities?.length, 2)
  const { NextToken } = page
  const rest = await groups.send(new scaling.DescribeScalingActivitiesCommand({ AutoScalingGroupName, ...(NextToken && { NextToken }) }))
  t.equal(rest.Activities?.length, 4)
})

t.test('a launch that cannot be is an activity that failed', async (t) => {
  const AutoScalingGroupName = await raise(t, 'hopeless', { DesiredCapacity: 0 })
  const broken = { LaunchTemplateName: 'broken', LaunchTemplateData: { ImageId, InstanceType: 't3.nano' as const, KeyName: 'nobody' } }
  await cloud.send(new ec2.CreateLaunchTemplateCommand(broken))
  const LaunchTemplate = { LaunchTemplateName: 'broken' }
  await groups.send(new scaling.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, LaunchTemplate, DesiredCapacity: 1 }))
  t.match(await activities(AutoScalingGroupName), [
    { StatusCode: 'Failed', StatusMessage: /'nobody' does not exist.*Launching EC2 instance failed\./ },
  ])
})

t.test('members are put on standby and detached within the limits of the group', async (t) => {
  const AutoScalingGroupName = await raise(t, 'resting', { MinSize: 1, MaxSize: 2, DesiredCapacity: 1 })
  const id = await only(AutoScalingGroupName)
  const of = { AutoScalingGroupName, InstanceIds: [id] }
  const sizes = 'ValidationError: AutoScalingGroup resting has min-size=1, max-size=1, and desired-size=1.'
  await groups.send(new scaling.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MaxSize: 1 }))
  const enter = (ShouldDecrementDesiredCapacity: boolean) =>
    groups.send(new scaling.EnterStandbyCommand({ ...of, ShouldDecrementDesiredCapacity }))
  t.equal(await outcome(enter(true)), `${sizes} To place into standby 1 instance, please update the AutoScalingGroup sizes appropriately.`)
  t.match(
    await outcome(groups.send(new scaling.DetachInstancesCommand({ ...of, ShouldDecrementDesiredCapacity: true }))),
    `${sizes} To detach 1 instance, please update`,
  )
  const { Activities } = await enter(false)
  t.match(Activities, [{ Description: `Moving EC2 instance to Standby: ${id}`, StatusCode: 'InProgress', Progress: 50 }])
  t.same(await states(AutoScalingGroupName), ['InService', 'Standby'], 'another takes its place')
  await cloud.send(new ec2.StopInstancesCommand({ InstanceIds: [id] }))
  t.same(await states(AutoScalingGroupName), ['InService', 'Standby'], 'nobody minds what is on standby')
  t.match(await outcome(enter(false)), `ValidationError: The instance ${id} is not in InService.`)
  const exit = () => outcome(groups.send(new scaling.ExitStandbyCommand(of)))
  t.match(await exit(), `${sizes} To exit standby for 1 instance, please update`)
  await cloud.send(new ec2.StartInstancesCommand({ InstanceIds: [id] }))
  await groups.send(new scaling.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MaxSize: 2 }))
  t.equal(await exit(), 'ok')
  t.same([await states(AutoScalingGroupName), (await group(AutoScalingGroupName)).DesiredCapacity], [['InService', 'InService'], 2])
  await groups.send(new scaling.DetachInstancesCommand({ ...of, ShouldDecrementDesiredCapacity: true }))
  t.equal((await members(AutoScalingGroupName)).includes(id), false)
  t.equal((await describe(id)).State?.Name, 'running', 'it runs on')
  await groups.send(new scaling.AttachInstancesCommand(of))
  t.equal((await group(AutoScalingGroupName)).DesiredCapacity, 2)
  t.match(await outcome(enter(true)), 'ok')
  t.match(
    await outcome(groups.send(new scaling.EnterStandbyCommand({ ...of, InstanceIds: ['i-0'], ShouldDecrementDesiredCapacity: true }))),
    'ValidationError: The instance i-0 is not part of Auto Scaling group resting.',
  )
})

t.test('lifecycle hooks hold what comes and what goes', async (t) => {
  const launching = { LifecycleHookName: 'in', LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' as const }
  const AutoScalingGroupName = await raise(t, 'hooked', {
    DesiredCapacity: 1,
    LifecycleHookSpecificationList: [{ ...launching, HeartbeatTimeout: 120, NotificationMetadata: 'mine' }],
  })
  const id = await only(AutoScalingGroupName)
  t.same(await states(AutoScalingGroupName), ['Pending:Wait'])
  t.match(await activities(AutoScalingGroupName), [{ StatusCode: 'MidLifecycleAction' }])
  const hooks = await groups.send(new scaling.DescribeLifecycleHooksCommand({ AutoScalingGroupName }))
  t.match(hooks.LifecycleHooks, [
    { ...launching, HeartbeatTimeout: 120, GlobalTimeout: 12_000, DefaultResult: 'ABANDON', NotificationMetadata: 'mine' },
  ])
  t.notOk(hooks.LifecycleHooks?.[0]?.RoleARN, 'none was given')
  const complete = (LifecycleHookName: string, InstanceId: string, LifecycleActionResult: string) =>
    outcome(
      groups.send(
        new scaling.CompleteLifecycleActionCommand({ AutoScalingGroupName, LifecycleHookName, InstanceId, LifecycleActionResult }),
      ),
    )
  const beat = { AutoScalingGroupName, LifecycleHookName: 'in', InstanceId: id }
  t.equal(await outcome(groups.send(new scaling.RecordLifecycleActionHeartbeatCommand(beat))), 'ok')
  t.equal(await complete('in', id, 'CONTINUE'), 'ok')
  t.same(await states(AutoScalingGroupName), ['InService'])
  t.equal(await complete('in', id, 'CONTINUE'), `ValidationError: No active Lifecycle Action found with instance ID ${id}`)

  await groups.send(
    new scaling.PutLifecycleHookCommand({
      AutoScalingGroupName,
      LifecycleHookName: 'out',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    }),
  )
  await groups.send(new scaling.TerminateInstanceInAutoScalingGroupCommand({ InstanceId: id, ShouldDecrementDesiredCapacity: false }))
  t.same(await states(AutoScalingGroupName), ['Pending:Wait', 'Terminating:Wait'], 'its replacement does not wait for it')
  t.equal((await describe(id)).State?.Name, 'running')
  t.match(await instance(id), { targetLifecycleState: 'Terminated', hypervisor: 'nitro', availabilityZoneId: /^euw1-az\d$/ })
  t.equal(await complete('out', id, 'ABANDON'), 'ok')
  t.equal((await describe(id)).State?.Name, 'terminated')

  const abandoned = await only(AutoScalingGroupName)
  await groups.send(new scaling.PutLifecycleHookCommand({ AutoScalingGroupName, LifecycleHookName: 'in', HeartbeatTimeout: 1 }))
  await groups.send(new scaling.RecordLifecycleActionHeartbeatCommand({ ...beat, InstanceId: abandoned }))
  await groups.send(new scaling.DeleteLifecycleHookCommand({ AutoScalingGroupName, LifecycleHookName: 'out' }))
  await until('the heartbeat is late', async () => !(await members(AutoScalingGroupName)).includes(abandoned))
  t.match(
    (await activities(AutoScalingGroupName)).find(({ Description }) => Description === `Launching a new EC2 instance: ${abandoned}`),
    { StatusCode: 'Failed', StatusMessage: /^Instance failed to complete user's Lifecycle Action: .* was abandoned: Heartbeat Timeout$/ },
  )
  t.same((await describe(abandoned)).State?.Name, 'terminated')
  await groups.send(new scaling.DeleteLifecycleHookCommand({ AutoScalingGroupName, LifecycleHookName: 'in' }))
})

t.test('an instance refresh replaces what there is, a few at a time', async (t) => {
  const AutoScalingGroupName = await raise(t, 'refreshed', { DesiredCapacity: 2 })
  const before = await members(AutoScalingGroupName)
  const start = (Preferences: scaling.RefreshPreferences) =>
    groups.send(new scaling.StartInstanceRefreshCommand({ AutoScalingGroupName, Preferences }))
  const refreshes = async () =>
    (await groups.send(new scaling.DescribeInstanceRefreshesCommand({ AutoScalingGroupName }))).InstanceRefreshes ?? []
  const { InstanceRefreshId } = await start({ MinHealthyPercentage: 50, InstanceWarmup: 1000 })
  t.match(await refreshes(), [{ InstanceRefreshId, Status: 'InProgress', PercentageComplete: 0, InstancesToUpdate: 2 }])
  const half = await members(AutoScalingGroupName)
  t.equal(half.filter((id) => before.includes(id)).length, 1, 'the other waits until the new one is warm')
  t.match(await outcome(start({})), /^InstanceRefreshInProgress\w*: An Instance Refresh is already in progress/)
  await groups.send(new scaling.CancelInstanceRefreshCommand({ AutoScalingGroupName }))
  t.match(await refreshes(), [{ Status: 'Cancelled' }])
  t.match(await outcome(groups.send(new scaling.CancelInstanceRefreshCommand({ AutoScalingGroupName }))), /^ActiveInstanceRefreshNotFound/)
  await start({ InstanceWarmup: 0 })
  await until('all are replaced', async () => (await refreshes())[0]?.Status === 'Successful')
  t.match((await refreshes())[0], { PercentageComplete: 100, InstancesToUpdate: 0 })
  const after = await members(AutoScalingGroupName)
  t.equal(after.length, 2)
  t.notOk(after.some((id) => half.includes(id)))
  t.match((await activities(AutoScalingGroupName))[1]?.Cause, /in response to an instance refresh\.$/)
  t.match(await outcome(start({ MinHealthyPercentage: 100, MaxHealthyPercentage: 100 })), /^ValidationError: MaxHealthyPercentage/)
  await start({ MinHealthyPercentage: 100, InstanceWarmup: 1 })
  const most = await members(AutoScalingGroupName)
  t.same([most.length, most.slice(0, 2)], [3, after], 'what comes is there before what goes')
  let fewest = 3
  await until('all are replaced by what came before', async () => {
    fewest = Math.min(fewest, (await members(AutoScalingGroupName)).filter((id) => most.includes(id)).length)
    return (await refreshes())[0]?.Status === 'Successful'
  })
  const last = await members(AutoScalingGroupName)
  t.same([last.length, last.some((id) => after.includes(id)), fewest], [2, false, 1])
  await start({ SkipMatching: true })
  await until('there is nothing to do', async () => (await refreshes())[0]?.Status === 'Successful')
  t.same(await members(AutoScalingGroupName), last)
})

t.test('a group with members goes by force alone', async (t) => {
  const AutoScalingGroupName = await raise(t, 'kept', { DesiredCapacity: 1 })
  t.match(
    await outcome(groups.send(new scaling.DeleteAutoScalingGroupCommand({ AutoScalingGroupName }))),
    /^ResourceInUse\w*: You cannot delete an AutoScalingGroup while there are instances/,
  )
  t.equal(
    (await lab.api.readRegion()).instances.filter(({ state, tags }) => state === 'running' && tags['aws:autoscaling:groupName'] === 'kept')
      .length,
    1,
  )
})
