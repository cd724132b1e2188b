import t from 'tap'
import type { Test } from 'tap'
import { openTarget } from '../../../cli/target/open-target.ts'
import type { Openers } from '../../../cli/target/open-target.ts'
import type { Target } from '../../../cli/target/target.ts'
import { writeTargetRecord } from '../../../cli/target/target-record.ts'
import type { TargetRecord } from '../../../cli/target/target-record.ts'
import type { Cluster } from '../../../schemas/cluster.ts'
import { makeWorkspace } from '../../../stack/workspace.ts'
import { seedCluster } from '../../stack/fixtures.ts'
import { invocationIn, refusalOf, tempFolder } from '../fake-testbed.ts'

/** Opens the target of a cluster, with openers that only say that they were asked. */
function open(t: Test, change: Partial<Cluster>, record?: TargetRecord) {
  const workspace = makeWorkspace(tempFolder(t), 'titus')
  if (record !== undefined) writeTargetRecord(workspace, record)
  const opened: string[] = []
  const open: Openers = {
    lab: async () => (opened.push('lab'), {} as Target),
    aws: async () => (opened.push('aws'), {} as Target),
  }
  const { invocation, err } = invocationIn(workspace.folder)
  return { opened, err, work: openTarget({ ...seedCluster, ...change }, workspace, invocation.terminal, invocation.signal, open) }
}

t.test('the target is the one that the cluster names', async (t) => {
  for (const target of ['lab', 'aws'] as const) {
    const { opened, work } = open(t, { target }, { target, region: 'eu-west-1' })
    await work
    t.same(opened, [target])
  }
})

t.test('a testbed that stands elsewhere is not raised a second time', async (t) => {
  for (const record of [
    { target: 'aws', region: 'eu-west-1' },
    { target: 'lab', region: 'us-east-1' },
  ] as const) {
    const { opened, work } = open(t, { target: 'lab' }, record)
    t.same(await refusalOf(work), ['target-changed'])
    t.same(opened, [])
  }
})

t.test('what will not work on AWS is said before it costs money', async (t) => {
  const before = process.env['AWS_ENDPOINT_URL']
  t.teardown(() => (before === undefined ? delete process.env['AWS_ENDPOINT_URL'] : (process.env['AWS_ENDPOINT_URL'] = before)))
  delete process.env['AWS_ENDPOINT_URL']
  const standIns = open(t, { target: 'aws' })
  await standIns.work
  t.equal(standIns.err(), '', 'the stand-ins form a cluster there too')
  process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1'
  const own = open(t, { target: 'aws', titus: { ...seedCluster.titus, packages: { from: '/debs', sha256: {} } } })
  await own.work
  t.notMatch(own.err(), /titus\.packages/)
  t.match(own.err(), /this goes to http:\/\/127\.0\.0\.1:1, not to AWS/)
})
