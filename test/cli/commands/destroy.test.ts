import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { destroy } from '../../../cli/commands/destroy.ts'
import { recordFile, writeTargetRecord } from '../../../cli/target/target-record.ts'
import type { RemoveParts } from '../../../cli/testbed/remove.ts'
import { rememberLastRaised } from '../../../cli/testbed/select-testbed.ts'
import { makeWorkspace, readTestbed } from '../../../stack/workspace.ts'
import { fakeTerraform, invocationIn, raisedWorkspace, refusalOf, tempFolder, testbedOn } from '../fake-testbed.ts'

/** An account and a lab that only keep what is done to them. */
function partsOf(asked: string[]): RemoveParts {
  return {
    describeAccount: async () => ({ id: '123456789012', identity: 'arn:aws:iam::123456789012:user/me' }),
    openTerraform: async () => fakeTerraform(asked),
    loadLab: async () => ({
      findLab: async () => undefined,
      hasProcesses: () => false,
      stopLab: async () => void asked.push('stop the lab'),
    }),
  }
}

/** A folder with the testbeds blue, in the lab, and red, on AWS; red was raised last. */
function worldOf(t: Test, options: Readonly<Record<string, unknown>>) {
  const folder = tempFolder(t)
  const blue = raisedWorkspace(folder, testbedOn('lab', 'blue'))
  const red = raisedWorkspace(folder, testbedOn('aws', 'red'))
  writeTargetRecord(blue, { target: 'lab', region: 'eu-west-1' })
  writeTargetRecord(red, { target: 'aws', region: 'us-east-2', account: '123456789012' })
  rememberLastRaised(folder, 'red')
  const asked: string[] = []
  const { invocation, out, err } = invocationIn(folder, { options })
  return { invocation, out, err, blue, red, asked, parts: partsOf(asked) }
}

t.test('destroy: where there is nothing, that is what was asked for', async (t) => {
  const folder = tempFolder(t)
  const { invocation, out } = invocationIn(folder)
  t.equal(await destroy(invocation, partsOf([])), 0)
  t.equal(out(), 'there is no testbed here; nothing to destroy\n')
  t.notOk(existsSync(`${folder}/.titus-bed`), 'and nothing is made')
})

t.test('destroy: in a folder below the one of the testbed, that one is told, since nothing was destroyed', async (t) => {
  const { blue } = worldOf(t, {})
  const below = join(blue.folder, '../../scenarios')
  mkdirSync(below)
  const { invocation, err } = invocationIn(below)
  t.equal(await destroy(invocation, partsOf([])), 0)
  t.equal(err(), 'if one of a folder above is meant: cd ..: known there: blue, red\n')
})

t.test('destroy: the testbed that was named goes, the other stays', async (t) => {
  const { invocation, out, blue, red, asked, parts } = worldOf(t, { testbed: 'blue' })
  t.equal(await destroy(invocation, parts), 0)
  t.equal(out(), 'testbed blue is gone\n')
  t.same(asked, ['stop the lab'])
  t.equal(readTestbed(blue), undefined)
  t.match(readTestbed(red), { name: 'red' })
})

t.test('destroy: the one raised last goes when none is named, its region shown before anything is removed', async (t) => {
  const { invocation, out, err, blue, red, asked, parts } = worldOf(t, { yes: true })
  t.equal(await destroy(invocation, parts), 0)
  t.equal(out(), 'testbed red is gone\n')
  t.equal(err(), 'account 123456789012, region us-east-2, as arn:aws:iam::123456789012:user/me\n')
  t.same(asked, ['destroy'])
  t.equal(readTestbed(red), undefined)
  t.match(readTestbed(blue), { name: 'blue' })
})

t.test('destroy: on AWS nothing goes without --yes or a person who says it', async (t) => {
  const { invocation, out, red, asked, parts } = worldOf(t, {})
  t.same(await refusalOf(destroy(invocation, parts)), ['not-confirmed'])
  t.same(asked, [])
  t.equal(out(), '')
  t.match(readTestbed(red), { name: 'red' })
})

t.test('destroy: a name that is not here destroys nothing', async (t) => {
  const { invocation, asked, parts } = worldOf(t, { testbed: 'bleu' })
  await t.rejects(destroy(invocation, parts), { name: 'TestbedError', hint: 'did you mean "blue"?' })
  t.same(asked, [])
})

t.test('destroy: what was left half-made, and again what is gone, ends well', async (t) => {
  const folder = tempFolder(t)
  writeTargetRecord(makeWorkspace(folder, 'half'), { target: 'lab', region: 'eu-west-1' })
  const asked: string[] = []
  for (const expected of [['stop the lab'], ['stop the lab']]) {
    t.equal(await destroy(invocationIn(folder).invocation, partsOf(asked)), 0)
    t.same(asked, expected)
  }
})

t.test('destroy: a lab that runs goes, whatever has become of the record of where it stands', async (t) => {
  for (const damage of ['', '{"targ', '[]']) {
    const { invocation, out, blue, asked, parts } = worldOf(t, { testbed: 'blue' })
    writeFileSync(recordFile(blue), damage)
    const running = { ...parts, loadLab: async () => ({ ...(await parts.loadLab()), hasProcesses: () => true }) }
    t.equal(await destroy(invocation, running), 0, damage)
    t.equal(out(), 'testbed blue is gone\n')
    t.same(asked, ['stop the lab'])
    t.notOk(existsSync(recordFile(blue)))
  }
})
