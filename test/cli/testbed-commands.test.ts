import { writeFileSync } from 'node:fs'
import t from 'tap'
import { confirmOnAws } from '../../cli/testbed/confirm.ts'
import { tellFailure } from '../../cli/terminal/tell-failure.ts'
import { selectWorkspace } from '../../cli/testbed/select-testbed.ts'
import { readTargetRecord, recordFile, writeTargetRecord } from '../../cli/target/target-record.ts'
import { openTerminal } from '../../cli/terminal/terminal.ts'
import { InputError, TestbedError } from '../../schemas/failure.ts'
import { priceLine, priceOf } from '../../stack/price/testbed-price.ts'
import { makeWorkspace } from '../../stack/workspace.ts'
import { seedCluster } from '../stack/fixtures.ts'
import { askedPlan } from './fake-testbed.ts'

/** A terminal that nobody watches, and what was written to it. */
function openPipe() {
  const lines: string[] = []
  const stream = { write: (text: string) => lines.push(text) > 0, isTTY: false, columns: 80 }
  return { lines, terminal: openTerminal({ stdout: stream, stderr: stream, env: {} }) }
}

t.test('a disk that is full is no defect of ours', async (t) => {
  const code = async (error: unknown) => tellFailure(error, openPipe().terminal, false)
  for (const name of ['ENOSPC', 'EROFS', 'EACCES']) t.equal(await code(Object.assign(new Error('write'), { code: name })), 3, name)
  t.equal(await code(new TypeError('undefined is not a function')), 70)
  t.equal(await code(undefined), 70)
})

t.test('nobody spends on AWS unasked, and sees the whole plan first', async (t) => {
  const items = [{ address: 'aws_vpc.titus', action: 'replace' }] as const
  const plan = askedPlan({ add: 1, change: 0, destroy: 1, items })
  const target = { access: {}, account: '123456789012', identity: 'arn:aws:iam::123456789012:user/me' }
  const { lines, terminal } = openPipe()
  const confirm = (yes: boolean) =>
    confirmOnAws({ what: 'Apply', region: 'eu-west-1', price: priceOf(seedCluster) }, yes, terminal, AbortSignal.abort())
  await t.rejects(confirm(false)(target, plan), InputError)
  t.strictSame(lines, [
    'account 123456789012, region eu-west-1, as arn:aws:iam::123456789012:user/me\n',
    '-/+ replace\n',
    '-/+ aws_vpc.titus\n',
    '1 to create, 0 to change, 1 to destroy\n',
    `price: ${priceLine('eu-west-1', priceOf(seedCluster))}\n`,
  ])
  t.equal(await confirm(true)(target, plan), true)
  t.equal(await confirm(false)({ ...target, access: { endpoint: 'http://127.0.0.1:1' } }, plan), true, 'a lab costs nothing')
})

t.test('the record of a target is read back, and a damaged one is said with its cure', async (t) => {
  const workspace = makeWorkspace(t.testdir(), 'titus')
  t.equal(readTargetRecord(workspace), undefined)
  writeTargetRecord(workspace, { target: 'lab', region: 'eu-west-1' })
  t.strictSame(readTargetRecord(workspace), { target: 'lab', region: 'eu-west-1' })
  for (const text of ['', '{"target"', 'null', '{"target": "moon", "region": "eu-west-1"}', '{"target": "aws"}']) {
    writeFileSync(recordFile(workspace), text)
    t.throws(() => readTargetRecord(workspace), { name: 'TestbedError', message: 'damaged' }, text)
  }
})

t.test('a testbed that is not here is told with the one that was meant', async (t) => {
  const cwd = t.testdir()
  makeWorkspace(cwd, 'titus')
  const { terminal } = openPipe()
  const select = (testbed: string) =>
    selectWorkspace({
      arguments: [],
      options: { testbed },
      terminal,
      cwd,
      signal: AbortSignal.abort(),
      abandon: AbortSignal.abort(),
      commands: [],
    })
  t.equal(select('titus').name, 'titus')
  t.throws(() => select('titsu'), { name: 'TestbedError', hint: 'did you mean "titus"?' })
  t.throws(() => select('other'), TestbedError)
})
