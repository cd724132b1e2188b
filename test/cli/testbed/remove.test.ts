import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { remove } from '../../../cli/testbed/remove.ts'
import type { RemoveParts } from '../../../cli/testbed/remove.ts'
import { readTargetRecord, recordFile, writeTargetRecord } from '../../../cli/target/target-record.ts'
import type { TargetRecord } from '../../../cli/target/target-record.ts'
import { TestbedError } from '../../../schemas/failure.ts'
import { lockWorkspace } from '../../../stack/workspace.ts'
import { stateFile } from '../../../stack/terraform/layout.ts'
import { fakeTerraform, invocationIn, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'

interface World {
  readonly record?: TargetRecord
  readonly labRuns?: boolean
  readonly labRecord?: 'damaged'
  /** What stands in target.json, where it is no record. */
  readonly damage?: string
  /** The addresses that Terraform's state lists. */
  readonly resources?: readonly string[]
  readonly destroy?: Error
  readonly account?: string
  readonly now?: boolean
  readonly aborted?: boolean
  readonly agreed?: boolean
}

const onLab: TargetRecord = { target: 'lab', region: 'eu-west-1' }
const onAws: TargetRecord = { target: 'aws', region: 'eu-west-1', account: '123456789012' }

/** Removes a raised testbed, with a lab, a Terraform and an account that are not there. */
async function removeFrom(t: Test, world: World) {
  const folder = tempFolder(t)
  const workspace = raisedWorkspace(folder, testbedOn(world.record?.target ?? 'lab'))
  if (world.record !== undefined) writeTargetRecord(workspace, world.record)
  if (world.damage !== undefined) writeFileSync(recordFile(workspace), world.damage)
  const resources = (world.resources ?? []).map((name) => ({ mode: 'managed', name, instances: [{}] }))
  writeFileSync(join(workspace.terraform, stateFile), JSON.stringify({ version: 4, resources }))
  const asked: string[] = []
  const { err, invocation } = invocationIn(folder)
  const lab = {
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    credentialsFile: '/lab/credentials',
    account: '123456789012',
    internetAddress: '10.0.0.1',
  }
  const parts: RemoveParts = {
    describeAccount: async () => ({ id: world.account ?? '123456789012', identity: 'arn:aws:iam::1:user/me' }),
    openTerraform: async (_request, _workspace, region, access) => {
      asked.push(`terraform in ${region} at ${access.endpoint ?? 'AWS'}`)
      return fakeTerraform(asked, world.destroy === undefined ? {} : { destroy: world.destroy })
    },
    loadLab: async () => ({
      findLab: async () => {
        if (world.labRecord === 'damaged') throw new TestbedError('lab.json is damaged')
        return world.labRuns === false ? undefined : lab
      },
      hasProcesses: () => world.labRuns !== false,
      stopLab: async () => void asked.push('stop the lab'),
    }),
  }
  const signal = world.aborted === true ? AbortSignal.abort() : invocation.signal
  const confirm = async () => (asked.push('confirm'), world.agreed ?? true)
  const removed = await remove({ ...invocation, signal, workspace, confirm, now: world.now ?? false }, parts).catch((error: Error) => error)
  const left = {
    testbed: existsSync(workspace.testbed),
    state: existsSync(join(workspace.terraform, stateFile)),
    record: world.damage === undefined ? readTargetRecord(workspace) : undefined,
    keys: existsSync(workspace.keys),
  }
  return { removed, asked, left, err, workspace }
}

const nothingLeft = { testbed: false, state: false, record: undefined, keys: true }

t.test('in the lab Terraform destroys, then the lab goes, and nobody is asked', async (t) => {
  const { removed, asked, left } = await removeFrom(t, { record: onLab })
  t.equal(removed, true)
  t.same(asked, ['terraform in eu-west-1 at http://127.0.0.1:1', 'destroy', 'stop the lab'])
  t.same(left, nothingLeft)
})

t.test('a lab goes as a whole when Terraform cannot destroy what is in it', async (t) => {
  const { removed, asked, left, err } = await removeFrom(t, { record: onLab, destroy: new TestbedError('terraform destroy failed') })
  t.equal(removed, true)
  t.equal(asked.at(-1), 'stop the lab')
  t.match(err(), /terraform destroy failed\n.*did not end well/)
  t.same(left, nothingLeft)
})

t.test('an interruption, or a defect, leaves the state that knows of everything', async (t) => {
  for (const world of [{ aborted: true, destroy: new TestbedError('stopped') }, { destroy: new TypeError('bug') }]) {
    const { removed, asked, left } = await removeFrom(t, { record: onLab, ...world })
    t.ok(removed instanceof Error)
    t.notOk(asked.includes('stop the lab'))
    t.match(left, { testbed: true, state: true, record: onLab })
  }
})

t.test('--now, and a lab that has ended, need no Terraform', async (t) => {
  t.same((await removeFrom(t, { record: onLab, now: true })).asked, ['stop the lab'])
  t.same((await removeFrom(t, { record: onLab, labRuns: false })).asked, ['stop the lab'])
})

t.test('on AWS it is asked first, and no means no', async (t) => {
  const yes = await removeFrom(t, { record: onAws })
  t.same(yes.asked, ['confirm', 'terraform in eu-west-1 at AWS', 'destroy'])
  t.same(yes.left, nothingLeft)
  const no = await removeFrom(t, { record: onAws, agreed: false })
  t.equal(no.removed, false)
  t.same(no.asked, ['confirm'])
  t.match(no.left, { testbed: true, state: true, record: onAws })
})

t.test('nothing is destroyed in the account of somebody else', async (t) => {
  const { removed, asked, left } = await removeFrom(t, { record: onAws, account: '999999999999' })
  t.match(removed, { name: 'TestbedError', message: /stands in account 123456789012, and you are logged in to 999999999999/ })
  t.same(asked, [])
  t.match(left, { testbed: true, record: onAws })
})

t.test('a failure on AWS leaves the state', async (t) => {
  const { removed, left } = await removeFrom(t, { record: onAws, destroy: new TestbedError('AccessDenied') })
  t.match(removed, { message: 'AccessDenied' })
  t.match(left, { testbed: true, state: true, record: onAws })
})

t.test('a record that is gone or damaged is not taken for nothing: a lab that runs is taken down', async (t) => {
  for (const world of [{}, { damage: '{"targ' }, { damage: '{}', labRecord: 'damaged' as const }]) {
    const { removed, asked, workspace } = await removeFrom(t, { ...world, resources: ['vpc'] })
    t.equal(removed, true)
    t.equal(asked.at(-1), 'stop the lab')
    t.notOk(existsSync(join(workspace.terraform, stateFile)))
    t.notOk(existsSync(recordFile(workspace)))
  }
})

t.test('a state that still lists resources is kept where nothing says where they stand', async (t) => {
  for (const damage of [undefined, '{"targ']) {
    const world = { labRuns: false, resources: ['vpc', 'subnet'], ...(damage === undefined ? {} : { damage }) }
    const { removed, asked, left } = await removeFrom(t, world)
    t.match(removed, { name: 'TestbedError', message: /target\.json.* still lists 2 resources/, hint: /write into it/ })
    t.same(asked, [])
    t.match(left, { testbed: true, state: true })
  }
})

t.test('where nothing was ever created there is nothing to destroy, and the workspace is free afterwards', async (t) => {
  const { removed, asked, workspace } = await removeFrom(t, { labRuns: false })
  t.equal(removed, true)
  t.same(asked, [])
  lockWorkspace(workspace, 'test').release()
})
