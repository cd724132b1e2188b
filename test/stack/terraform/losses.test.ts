import t from 'tap'
import { lossOf } from '../../../stack/terraform/losses.ts'
import { plannedResource, updated } from './plan-json.ts'

function groupOf(desired: number) {
  return plannedResource('aws_autoscaling_group.titusagent', { before: { desired_capacity: desired } })
}

t.test('all agents go with their template and with their group, as many as there are', async (t) => {
  const template = plannedResource('aws_launch_template.titusagent_template')
  for (const action of ['replace', 'delete']) {
    t.equal(lossOf(template, action, [template, groupOf(3)]), 'all 3 agents and their tasks')
    t.equal(lossOf(groupOf(1), action, [groupOf(1)]), 'the only agent and its tasks')
    t.equal(lossOf(groupOf(0), action, [groupOf(0)]), undefined)
    t.equal(lossOf(template, action, [template]), 'all agents and their tasks', 'how many is not known')
  }
  t.equal(lossOf(template, 'update', [template, groupOf(3)]), undefined, 'the group is replaced for it, and says so')
})

t.test('fewer agents are those that are too many', async (t) => {
  const resized = (before: number, after: number) => {
    const change = updated({ desired_capacity: before }, { desired_capacity: after })
    return lossOf(plannedResource('aws_autoscaling_group.titusagent', change), 'update', [])
  }
  t.equal(resized(3, 1), '2 agents of 3 and their tasks')
  t.equal(resized(3, 2), '1 agent of 3 and its tasks')
  t.equal(resized(1, 3), undefined)
  t.equal(lossOf(plannedResource('aws_autoscaling_group.a', updated(null, null)), 'update', []), undefined)
})

t.test('a machine goes with all that is on it, and stands still where its type changes', async (t) => {
  const master = plannedResource('aws_instance.master', updated({ instance_type: 'm4.large' }, { instance_type: 'm5.large' }))
  t.equal(lossOf(master, 'replace', []), 'machine master and all that is on it')
  t.equal(lossOf(master, 'delete', []), 'machine master and all that is on it')
  t.equal(lossOf(master, 'update', []), 'what runs on machine master: it is stopped, and started again')
  t.equal(lossOf(plannedResource('aws_instance.master', updated({ a: 1 }, { a: 2 })), 'update', []), undefined)
  t.equal(lossOf(master, 'create', []), undefined)
})

t.test('a bucket goes with what is in it, and other things take nothing along', async (t) => {
  t.equal(lossOf(plannedResource('aws_s3_bucket.titus_log_bucket'), 'delete', []), 'all logs and packages in the bucket')
  t.equal(lossOf(plannedResource('aws_vpc.titus'), 'delete', []), undefined)
})
