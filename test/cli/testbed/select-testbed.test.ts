import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { knownWorkspaces, rememberLastRaised, selectTestbed, selectWorkspace, testbedAbove } from '../../../cli/testbed/select-testbed.ts'
import { makeWorkspace } from '../../../stack/workspace.ts'
import { invocationIn, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'

t.test('the testbed that is named, else the one raised last, else the first', async (t) => {
  const folder = tempFolder(t)
  const select = (options = {}) => selectWorkspace(invocationIn(folder, { options }).invocation).name
  t.throws(() => select(), { name: 'TestbedError', message: 'there is no testbed here' })
  t.same(knownWorkspaces(folder), [])
  raisedWorkspace(folder, testbedOn('lab', 'red'))
  raisedWorkspace(folder, testbedOn('lab', 'blue'))
  t.same(knownWorkspaces(folder), ['blue', 'red'])
  t.equal(select(), 'blue')
  rememberLastRaised(folder, 'red')
  t.equal(select(), 'red')
  t.equal(select({ testbed: 'blue' }), 'blue')
  t.same(knownWorkspaces(folder), ['blue', 'red'], 'the note of the last one is no testbed')
})

t.test('a name that is not known is answered with those that are', async (t) => {
  const folder = tempFolder(t)
  raisedWorkspace(folder, testbedOn('lab', 'staging'))
  const { invocation } = invocationIn(folder, { options: { testbed: 'stagin' } })
  t.throws(() => selectWorkspace(invocation), { message: /no testbed "stagin" \(known here: staging\)/, hint: 'did you mean "staging"?' })
})

t.test('in a folder below, the folder that has testbeds is told, and with no name near it those that there are', async (t) => {
  const folder = tempFolder(t)
  raisedWorkspace(folder, testbedOn('lab', 'staging'))
  const below = join(folder, 'scenarios', 'lib')
  mkdirSync(below, { recursive: true })
  const hint = `cd ${join('..', '..')}: known there: staging`
  t.equal(testbedAbove(below), hint)
  t.throws(() => selectWorkspace(invocationIn(below).invocation), { message: 'there is no testbed here', hint })
  t.throws(() => selectWorkspace(invocationIn(below, { options: { testbed: 'staging' } }).invocation), {
    message: /no testbed "staging"/,
    hint,
  })
  t.throws(() => selectWorkspace(invocationIn(folder, { options: { testbed: 'moon' } }).invocation), {
    message: /known here: staging/,
    hint: /^name one of those/,
  })
  t.equal(testbedAbove(folder), testbedAbove(join(folder, '..')), 'its own are not above')
})

t.test('a workspace that is not wholly raised is no testbed to act on', async (t) => {
  const folder = tempFolder(t)
  makeWorkspace(folder, 'half')
  t.throws(() => selectTestbed(invocationIn(folder).invocation), { message: 'testbed half is not raised', hint: /titus-bed destroy/ })
  const testbed = testbedOn('lab', 'half')
  raisedWorkspace(folder, testbed)
  t.same(selectTestbed(invocationIn(folder).invocation).testbed, testbed)
})
