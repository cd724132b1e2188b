import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { forgetStopped, readStoppedRecord, writeStoppedRecord } from '../../../cli/testbed/stopped-record.ts'
import { makeWorkspace } from '../../../stack/workspace.ts'
import { tempFolder } from '../fake-testbed.ts'

t.test('what was stopped is remembered until it is forgotten', async (t) => {
  const workspace = makeWorkspace(tempFolder(t), 'blue')
  t.equal(readStoppedRecord(workspace), undefined)
  const record = { at: '2026-01-01T20:00:00.000Z', agents: { min: 1, desired: 2, max: 3 } }
  writeStoppedRecord(workspace, record)
  t.same(readStoppedRecord(workspace), record)
  t.equal(statSync(join(workspace.folder, 'stopped.json')).mode & 0o777, 0o600)
  forgetStopped(workspace)
  t.equal(readStoppedRecord(workspace), undefined)
  t.doesNotThrow(() => forgetStopped(workspace))
})

t.test('a record that is damaged is told with its file and the way on', async (t) => {
  const workspace = makeWorkspace(tempFolder(t), 'blue')
  const file = join(workspace.folder, 'stopped.json')
  for (const text of ['', '{', '[]', '{"at": "x"}', '{"at": "x", "agents": {"min": 1, "desired": "2", "max": 3}}', 'null']) {
    writeFileSync(file, text)
    t.throws(() => readStoppedRecord(workspace), { name: 'TestbedError', message: `${file} is damaged`, hint: new RegExp(`rm ${file}`) })
    t.equal(readFileSync(file, 'utf8'), text)
  }
})
