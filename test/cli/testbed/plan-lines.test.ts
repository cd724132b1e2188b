import t from 'tap'
import { planLines } from '../../../cli/testbed/plan-lines.ts'
import { planChanges } from '../../../stack/terraform/plan-changes.ts'
import { planDocument, plannedResource, updated } from '../../stack/terraform/plan-json.ts'
import { planOf } from '../fake-testbed.ts'

const replace = ['delete', 'create']

/** A plan that has all of it: new agents, a machine made anew, a rule that is missing, a lease that is longer, an address that goes. */
const document = planDocument(
  plannedResource(
    'aws_autoscaling_group.titusagent',
    { ...updated({ desired_capacity: 3, id: 'a' }, { desired_capacity: 3 }, { after_unknown: { id: true } }), actions: replace },
    { action_reason: 'replace_by_triggers' },
  ),
  plannedResource('aws_eip.old', { actions: ['delete'], before: { id: 'eip' } }, { action_reason: 'delete_because_no_resource_config' }),
  plannedResource('aws_instance.gateway', updated({ instance_type: 'm4.large' }, { instance_type: 'm5.large' })),
  plannedResource('aws_instance.master', {
    ...updated({ id: 'i-1', arn: 'a', user_data_base64: 'OLD' }, { user_data_base64: 'NEW' }, { after_unknown: { id: true, arn: true } }),
    actions: replace,
    replace_paths: [['user_data_base64']],
  }),
  plannedResource(
    'aws_launch_template.titusagent_template',
    updated({ instance_type: 'm4.large', latest_version: 1 }, { instance_type: 'm5.large' }, { after_unknown: { latest_version: true } }),
  ),
  plannedResource('aws_security_group_rule.http', {
    actions: ['create'],
    before: null,
    after: { from_port: 80, cidr_blocks: ['203.0.113.1/32'], self: null },
    after_unknown: { id: true },
  }),
  plannedResource('aws_subnet.private', updated({ a: 1 }, { a: 1 }, { actions: ['no-op'] })),
  plannedResource('aws_vpc.titus', updated({ tags: null }, { tags: { 'titus-bed:lease': '2026-01-01T08:00:00Z' } })),
)
const order = [
  'aws_vpc.titus',
  'aws_security_group_rule.http',
  'aws_instance.master',
  'aws_instance.gateway',
  'aws_launch_template.titusagent_template',
]
const resource = Object.fromEntries(
  ['aws_vpc', 'aws_security_group_rule', 'aws_instance', 'aws_launch_template', 'aws_autoscaling_group'].map((type) => [
    type,
    Object.fromEntries(
      [...order, 'aws_autoscaling_group.titusagent'].filter((each) => each.startsWith(`${type}.`)).map((each) => [each.split('.')[1], {}]),
    ),
  ]),
)

t.test('a plan for a person: signs, attributes, what forces a replacement, what dies with it, and the sum', async (t) => {
  const lines = planLines({ add: 3, change: 3, destroy: 3, items: [] }, planChanges(document, { resource } as never))
  t.same(lines, [
    '+ create, ~ change, -/+ replace, - destroy',
    '~ aws_vpc.titus',
    '    tags["titus-bed:lease"]: nothing → "2026-01-01T08:00:00Z"',
    '+ aws_security_group_rule.http',
    '    from_port: 80',
    '    cidr_blocks: ["203.0.113.1/32"]',
    '-/+ aws_instance.master',
    '    user_data_base64: (hidden) → (hidden), forces the replacement',
    '    2 more attributes known after apply',
    '    dies with it: machine master and all that is on it',
    '~ aws_instance.gateway',
    '    instance_type: "m4.large" → "m5.large"',
    '    dies with it: what runs on machine gateway: it is stopped, and started again',
    '~ aws_launch_template.titusagent_template',
    '    instance_type: "m4.large" → "m5.large"',
    '    latest_version: 1 → (known after apply)',
    '-/+ aws_autoscaling_group.titusagent: what it is made from changes',
    '    1 more attribute known after apply',
    '    dies with it: all 3 agents and their tasks',
    '- aws_eip.old: the stack has it no more',
    '3 to create, 3 to change, 3 to destroy',
  ])
})

t.test('the signs that are explained are those that occur', async (t) => {
  const changes = planChanges(planDocument(plannedResource('aws_vpc.titus', { actions: ['delete'] })), {})
  t.same(planLines({ add: 0, change: 0, destroy: 1, items: [] }, changes), [
    '- destroy',
    '- aws_vpc.titus',
    '0 to create, 0 to change, 1 to destroy',
  ])
})

t.test('of a whole testbed each resource is a line', async (t) => {
  const created = (count: number) =>
    Array.from({ length: count }, (_, index) => plannedResource(`a.r${index}`, { actions: ['create'], before: null, after: { size: 1 } }))
  const told = (count: number) =>
    planLines({ add: count, change: 0, destroy: 0, items: [] }, planChanges(planDocument(...created(count)), {}))
  t.equal(told(10).length, 22, 'ten are shown with their attributes')
  const lines = told(11)
  t.equal(lines.length, 14)
  t.notMatch(lines.join('\n'), 'size')
  t.equal(lines.at(-2), "the attributes of 11 new resources are in terraform/cdk.tf.json of the testbed's folder")
})

t.test('no change is said in words', async (t) => {
  t.same(planLines(planOf(), []), ['no changes'])
})
