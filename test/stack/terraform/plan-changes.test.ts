import t from 'tap'
import { planChanges } from '../../../stack/terraform/plan-changes.ts'
import { planDocument, plannedResource, updated } from './plan-json.ts'

const stack = { resource: { aws_vpc: { titus: {} }, aws_instance: { master: {}, bastion: {} }, aws_autoscaling_group: { titusagent: {} } } }

t.test('resources come in the order of the stack file, and those that it has no more come last', async (t) => {
  const actions = ['update']
  const addresses = ['aws_autoscaling_group.titusagent', 'aws_eip.old', 'aws_instance.bastion', 'aws_instance.master', 'aws_vpc.titus']
  const changes = planChanges(planDocument(...addresses.map((address) => plannedResource(address, { actions }))), stack)
  t.same(
    changes.map(({ address }) => address),
    ['aws_vpc.titus', 'aws_instance.master', 'aws_instance.bastion', 'aws_autoscaling_group.titusagent', 'aws_eip.old'],
  )
})

t.test('every kind of change, and nothing of what stays or is only read', async (t) => {
  const of = (actions: readonly string[]) => planChanges(planDocument(plannedResource('aws_vpc.titus', { actions })), stack)
  for (const [actions, action] of [
    [['create'], 'create'],
    [['update'], 'update'],
    [['delete'], 'delete'],
    [['delete', 'create'], 'replace'],
    [['create', 'delete'], 'replace'],
  ] as const) {
    t.match(of(actions), [{ action }])
  }
  t.same(of(['no-op']), [])
  t.same(of(['read']), [])
  const data = plannedResource('data.aws_ami.image', { actions: ['update'] }, { mode: 'data' })
  t.same(planChanges(planDocument(data), stack), [])
  t.same(planChanges({}, {}), [])
})

t.test('what is made anew has attributes that nobody knows, which are counted; what forces it stays', async (t) => {
  const change = {
    ...updated({ id: 'i-1', ami: 'a', ip: '1' }, { ip: '2' }, { after_unknown: { id: true, ami: true }, replace_paths: [['ami']] }),
    actions: ['delete', 'create'],
  }
  t.match(planChanges(planDocument(plannedResource('aws_vpc.titus', change)), stack), [
    {
      attributes: [
        { path: 'ami', before: { value: 'a' }, after: 'unknown', forces: true },
        { path: 'ip', forces: false },
      ],
      knownLater: 1,
    },
  ])
  const created = { actions: ['create'], before: null, after: { a: 1, b: null }, after_unknown: { id: true } }
  t.match(planChanges(planDocument(plannedResource('aws_vpc.titus', created)), stack), [
    { attributes: [{ path: 'a', before: 'absent', after: { value: 1 } }], knownLater: 1 },
  ])
})

t.test('what AWS filled in with nothing is no change of what is made anew', async (t) => {
  const change = { ...updated({ a: false, b: 0, c: '', d: 'x', e: false }, {}, { replace_paths: [['e']] }), actions: ['delete', 'create'] }
  const paths = (actions: readonly string[]) =>
    planChanges(planDocument(plannedResource('aws_vpc.titus', { ...change, actions })), stack)[0]?.attributes.map(({ path }) => path)
  t.same(paths(['delete', 'create']), ['d', 'e'])
  t.same(paths(['update']), ['a', 'b', 'c', 'd', 'e'])
})

t.test('an update says what is known only after it', async (t) => {
  const change = updated({ v: 1 }, {}, { after_unknown: { v: true } })
  t.match(planChanges(planDocument(plannedResource('aws_vpc.titus', change)), stack), [
    { attributes: [{ after: 'unknown' }], knownLater: 0 },
  ])
})

t.test('a tag is told once', async (t) => {
  const change = updated({ tags: { a: '1' }, tags_all: { a: '1', b: '1' } }, { tags: { a: '2' }, tags_all: { a: '2', b: '2' } })
  const [told] = planChanges(planDocument(plannedResource('aws_vpc.titus', change)), stack)
  t.same(
    told?.attributes.map(({ path }) => path),
    ['tags.a', 'tags_all.b'],
  )
})

t.test('what no attribute says is told as the reason, and what a replacement left over is named', async (t) => {
  for (const [action_reason, reason] of [
    ['replace_because_tainted', 'it was left half made'],
    ['replace_by_triggers', 'what it is made from changes'],
    ['delete_because_no_resource_config', 'the stack has it no more'],
    ['replace_because_cannot_update', undefined],
  ] as const) {
    const resource = plannedResource('aws_vpc.titus', { actions: ['delete'] }, { action_reason })
    t.equal(planChanges(planDocument(resource), stack)[0]?.reason, reason)
  }
  const deposed = plannedResource('aws_vpc.titus', { actions: ['delete'] }, { deposed: 'abcd1234' })
  t.match(planChanges(planDocument(deposed), stack), [{ address: 'aws_vpc.titus (left over by a replacement)', attributes: [] }])
})
